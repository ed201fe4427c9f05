import { errorOf } from './errors'
import type { Signed } from './types'

/**
 * The access token lives in this module only, never in storage; the refresh cookie is HttpOnly and out of reach.
 * A request that meets 401 waits for one shared refresh; when that fails too, it waits until the user has signed in
 * again in the dialog on top of the page, and then goes on as if nothing had happened.
 */
export const API = '/api/v1'

/** Remembers that a refresh cookie probably exists, so that strangers do not cause a failed call on every visit. */
const HINT = 'regioscope.signed-in'
/** Refresh this long before the end, so that a slow request does not outlive its token. */
const MARGIN_MS = 20_000

let access: string | null = null
let expiresAt = 0
let refreshing: Promise<boolean> | null = null
let askLogin: (() => Promise<void>) | null = null
let onSigned: ((s: Signed) => void) | null = null

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('regioscope.auth')
channel?.addEventListener('message', (e: MessageEvent<Signed>) => {
  adopt(e.data)
})

/** The store hands in what to do when a login is needed, and what to do with a new identity. */
export function connect(hooks: { askLogin: () => Promise<void>; onSigned: (s: Signed) => void }): void {
  askLogin = hooks.askLogin
  onSigned = hooks.onSigned
}

function adopt(s: Signed): void {
  access = s.accessToken
  expiresAt = Date.now() + s.expiresIn * 1000
  onSigned?.(s)
}

/** Takes over a fresh token, here and in the other tabs of this browser. */
export function signedIn(s: Signed): void {
  localStorage.setItem(HINT, '1')
  adopt(s)
  channel?.postMessage(s)
}

export function signedOut(): void {
  localStorage.removeItem(HINT)
  access = null
  expiresAt = 0
}

export function maybeSignedIn(): boolean {
  return localStorage.getItem(HINT) !== null
}

/** Only one tab may use the rotating cookie at a time: a second use of the same cookie ends the whole family. */
async function exclusively<T>(fn: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request('regioscope.refresh', fn) : fn()
}

/** Gets a new access token by the refresh cookie. False: the cookie is gone or spent. Throws when the server is away. */
export function refresh(): Promise<boolean> {
  const before = expiresAt
  refreshing ??= exclusively(async () => {
    for (let round = 0; ; round++) {
      if (expiresAt > before && expiresAt - Date.now() > MARGIN_MS) return true // another tab was faster
      const res = await fetch(`${API}/auth/refresh`, { method: 'POST', credentials: 'same-origin' })
      if (res.ok) {
        signedIn((await res.json()) as Signed)
        return true
      }
      if (res.status === 400 || res.status === 401 || res.status === 403) return false
      // 409: another tab is using the cookie at this moment; the next one is on its way to this browser.
      if (res.status !== 409 || round >= 4) throw await errorOf(res)
      await new Promise((resolve) => setTimeout(resolve, 250 * (round + 1)))
    }
  }).finally(() => {
    refreshing = null
  })
  return refreshing
}

/** A token that is good for a while; asks for a login when there is none. */
export async function freshToken(): Promise<string> {
  if (visitor && !access) return ''
  if (!access || expiresAt - Date.now() < MARGIN_MS) {
    if (!(await refresh())) await askLogin?.()
  }
  return access ?? ''
}

/** Renews after the server has refused `used`. Visitors of a showcase have nothing to renew. */
export async function renew(used: string): Promise<string> {
  if (visitor && !access) return ''
  if (access === used || !access) {
    expiresAt = 0
    if (!(await refresh())) await askLogin?.()
  }
  return access ?? ''
}

let share = ''
let visitor = false

/** From now on requests carry no token: the server takes them for those of a visitor of its showcase. */
export function visit(): void {
  visitor = true
}

/** From now on every request carries the secret of a link, and nobody is asked to sign in who had not done so before. */
export function useShareToken(secret: string): void {
  share = secret
}

/** fetch with a token; repeats the request after a refresh or a new login. For use by every call except /auth. */
export async function authorisedFetch(request: Request): Promise<Response> {
  const guest = (share !== '' || visitor) && !access
  let token = guest ? '' : await freshToken()
  for (let round = 0; ; round++) {
    const attempt = request.clone()
    if (token) attempt.headers.set('Authorization', `Bearer ${token}`)
    if (share) attempt.headers.set('X-Share-Token', share)
    const res = await fetch(attempt)
    if (guest || res.status !== 401 || round >= 2) return res
    token = await renew(token)
  }
}
