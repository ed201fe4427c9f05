import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export interface Toast {
  kind: 'info' | 'ok' | 'error'
  text: string
  /** A page that is about it. */
  to?: string
  linkText?: string
  /** Pages that show it already; there the message stays away. */
  shownOn?: string[]
  /** A way back, such as undo. */
  action?: { label: string; run: () => void }
}

const SHOWN_MS = 8000

/** Short messages about what happened elsewhere. Errors of the page itself are shown where they belong, not here. */
export const useToasts = defineStore('toasts', () => {
  const items = shallowRef<(Toast & { id: number })[]>([])
  let lastId = 0

  function push(t: Toast): void {
    const id = ++lastId
    items.value = [...items.value.slice(-3), { ...t, id }]
    setTimeout(() => dismiss(id), SHOWN_MS)
  }

  function dismiss(id: number): void {
    items.value = items.value.filter((t) => t.id !== id)
  }

  return { items, push, dismiss }
})
