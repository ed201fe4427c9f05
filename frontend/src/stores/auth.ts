import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

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
      if (user.value && user.value.id !== s.user.id) {
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
        away.value = false
      } catch {
        away.value = true
      } finally {
        booted.value = true
      }
    })()
    return booting
  }

  async function login(username: string, password: string): Promise<void> {
    const res = await post('login', { username, password })
    token.signedIn((await res.json()) as Signed)
  }

  async function register(username: string, email: string, password: string): Promise<void> {
    await post('register', { username, password, ...(email ? { email } : {}) })
    await login(username, password)
  }

  async function logout(): Promise<void> {
    try {
      await post('logout')
    } finally {
      token.signedOut()
      window.location.assign('/login')
    }
  }

  return { user, booted, away, needsLogin, boot, login, register, logout }
})
