import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'

import { account, type Preferences } from '@/api/account'
import { asApiError } from '@/api/errors'

import { useAuth } from './auth'
import { useTheme } from './theme'

/**
 * How somebody wants pages and pictures to look, kept with the account, so that every browser has it. The theme is kept in the
 * browser, too: it holds before anybody signs in, and where the account says nothing.
 */
export const usePreferences = defineStore('preferences', () => {
  const auth = useAuth()
  const theme = useTheme()
  /** As the server has them; null while they are not known, as for whoever has no account. */
  const kept = shallowRef<Preferences | null>(null)
  const error = ref('')

  async function load(): Promise<void> {
    error.value = ''
    const id = auth.user?.id
    try {
      const got = await account.preferences()
      if (auth.user?.id !== id) return
      if (got.theme) theme.set(got.theme)
      kept.value = got
    } catch (e) {
      error.value = asApiError(e).message
    }
  }

  /** Throws ApiError where it cannot be kept; what holds here stays as it was. */
  async function save(part: Partial<Preferences>): Promise<void> {
    if (!kept.value) return
    kept.value = await account.setPreferences({ ...kept.value, ...part })
    if (part.theme) theme.set(part.theme)
  }

  watch(
    () => (auth.user?.showcase ? 0 : (auth.user?.id ?? 0)),
    (id) => {
      kept.value = null
      error.value = ''
      if (id) void load()
    },
    { immediate: true },
  )
  // The button in the bar changes this browser at once, whether or not the server can be told.
  watch(
    () => theme.choice,
    (choice) => {
      if (kept.value && kept.value.theme !== choice) void save({ theme: choice }).catch(() => undefined)
    },
  )

  return { kept, error, load, save }
})
