import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

import { entry } from '@/api/account'
import { ApiError, errorOf } from '@/api/errors'
import * as token from '@/api/token'
import type { Signed, User } from '@/api/types'

async function post(path: string, body?: unknown): Promise<Response> {
  let res: Response
  try {
    res = await fetch(`${token.API}/auth/${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch {
    throw new ApiError('network', 'The server does not answer. Check the connection and try again.')
  }
  if (!res.ok) throw await errorOf(res)
  return res
}

/** Who is signed in. `needsLogin` opens the dialog on top of the page when a token could not be renewed. */
export const useAuth = defineStore('auth', () => {
  const user = shallowRef<User | null>(null)
  const booted = ref(false)
  const needsLogin = ref(false)
  /** The server did not answer when the page began: perhaps nobody need sign in once it is back. */
  const away = ref(false)
  let booting: Promise<void> | null = null
  let waiting: { promise: Promise<void>; done: () => void } | null = null

  token.connect({
    onSigned: (s) => {
      if (user.value && user.value.id !== s.user.id && !user.value.showcase) {
        // Somebody else in this browser: nothing of the former user may stay on the page.
        window.location.assign('/')
        return
      }
      user.value = s.user
      needsLogin.value = false
      waiting?.done()
      waiting = null
    },
    askLogin: () => {
      if (!user.value) {
        // Nobody was signed in, so there is nothing on the page to keep.
        const here = window.location.pathname + window.location.search
        window.location.assign(`/login?to=${encodeURIComponent(here)}`)
        return new Promise(() => undefined)
      }
      if (!waiting) {
        let done = (): void => {}
        const promise = new Promise<void>((resolve) => (done = resolve))
        waiting = { promise, done }
      }
      needsLogin.value = true
      return waiting.promise
    },
  })

  /** Finds out once, at the start of the page, whether the refresh cookie still holds; with `again`, once more. */
  function boot(again = false): Promise<void> {
    if (again) booting = null
    booting ??= (async () => {
      try {
        if (token.maybeSignedIn() && !(await token.refresh())) token.signedOut()
        if (!user.value) await visit()
        away.value = false
      } catch {
        away.value = true
      } finally {
        booted.value = true
      }
    })()
    return booting
  }

  /** Without a login one may still be the visitor of a showcase. */
  async function visit(): Promise<void> {
    const rules = await entry.rules()
    if (!rules.showcase) return
    const res = await fetch(`${token.API}/auth/me`)
    if (!res.ok) return
    token.visit()
    user.value = (await res.json()) as User
  }

  async function login(username: string, password: string): Promise<void> {
    const res = await post('login', { username, password })
    token.signedIn((await res.json()) as Signed)
  }

  /** Makes an account and signs in; throws ApiError "unconfirmed" when somebody has to confirm it first. */
  async function register(username: string, email: string, password: string, invitation = ''): Promise<void> {
    await post('register', { username, password, ...(email ? { email } : {}), ...(invitation ? { invitation } : {}) })
    await login(username, password)
  }

  /** The account says something else about itself now. */
  function changed(by: Partial<User>): void {
    if (user.value) user.value = { ...user.value, ...by }
  }

  /** The account is no more. */
  function gone(): void {
    token.signedOut()
    window.location.assign('/login')
  }

  async function logout(): Promise<void> {
    try {
      await post('logout')
    } finally {
      token.signedOut()
      window.location.assign('/login')
    }
  }

  return { user, booted, away, needsLogin, boot, login, register, logout, changed, gone }
})
