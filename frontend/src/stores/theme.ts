import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'

export type ThemeChoice = 'system' | 'light' | 'dark'

const KEY = 'regioscope.theme'

function stored(): ThemeChoice {
  const v = localStorage.getItem(KEY)
  return v === 'light' || v === 'dark' ? v : 'system'
}

/** Light, dark, or what the system says; kept in this browser. */
export const useTheme = defineStore('theme', () => {
  const choice = ref<ThemeChoice>(stored())
  const query = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(query.matches)
  query.addEventListener('change', (e) => (systemDark.value = e.matches))

  const name = computed<'light' | 'dark'>(() =>
    choice.value === 'system' ? (systemDark.value ? 'dark' : 'light') : choice.value,
  )

  watchEffect(() => {
    document.documentElement.dataset.theme = name.value
  })

  function set(c: ThemeChoice): void {
    choice.value = c
    if (c === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, c)
  }

  return { choice, name, set }
})
