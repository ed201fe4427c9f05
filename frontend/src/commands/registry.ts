import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowReactive, watch } from 'vue'

/**
 * Something that people can do, or a key of a picture that they should know. The palette, the sheet of shortcuts, the help page
 * and the keyboard itself all read this one list.
 */
export interface Command {
  id: string
  title: string
  group: string
  /** Such as "Ctrl+Z", "?", "N"; the first one is shown in the palette. Those of commands without `run` are told only. */
  keys?: string[]
  /** Further words to find it by. */
  words?: string
  /** Why it cannot be done now; '' or nothing: it can. */
  blocked?: () => string
  run?: () => void
  /** Its keys work over an open locus view; other keys rest there. */
  over?: boolean
  /** The widget that it is about: its commands come first while it has the focus. */
  widget?: string
}

/** The widget that has the focus, '' = none. Cells of panels say whose they are. */
export function focusedWidget(): string {
  return document.activeElement?.closest<HTMLElement>('[data-widget]')?.dataset.widget ?? ''
}

export const useCommands = defineStore('commands', () => {
  const sources = shallowReactive(new Map<symbol, () => Command[]>())
  const palette = ref(false)
  /** The widget that had the focus when the palette was opened, which takes the focus itself. */
  const near = ref('')
  watch(palette, (open) => (near.value = open ? focusedWidget() : ''), { flush: 'sync' })
  const sheet = ref(false)
  const all = computed(() => [...sources.values()].flatMap((list) => list()))
  function add(list: () => Command[]): () => void {
    const key = Symbol('commands')
    sources.set(key, list)
    return () => sources.delete(key)
  }
  return { all, palette, near, sheet, add }
})

/** Commands of a page or a part of it, while it is there. */
export function useCommandList(list: () => Command[]): void {
  onScopeDispose(useCommands().add(list))
}

const NAMES: Record<string, string> = { Esc: 'Escape' }

/** A pressed key is the one that is written so. Capital and small letters are one key; Ctrl is ⌘ on a Mac. */
export function pressed(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>, written: string): boolean {
  const parts = written === '+' ? ['+'] : written.split('+')
  const key = parts.at(-1) ?? ''
  const letter = /^[a-z]$/i.test(key)
  if (e.key.toLowerCase() !== (NAMES[key] ?? key).toLowerCase()) return false
  if ((e.ctrlKey || e.metaKey) !== parts.includes('Ctrl') || e.altKey) return false
  // Signs such as ? or + need Shift on some keyboards only.
  return !letter && key.length === 1 ? true : e.shiftKey === parts.includes('Shift')
}

/** Keys as they are shown: "⌘ Z" on a Mac. */
export function shownKeys(written: string, mac = navigator.platform.startsWith('Mac')): string[] {
  const parts = written === '+' ? ['+'] : written.split('+')
  return parts.map((p) => (p === 'Ctrl' && mac ? '⌘' : p === 'Shift' && mac ? '⇧' : p))
}
