import { onBeforeUnmount, onMounted } from 'vue'

import { useLocus } from '@/stores/locus'

import { pressed, useCommands } from './registry'

const FIELDS = 'input, textarea, select, [contenteditable], [role="combobox"], [role="textbox"]'

/** The one listener for keys of commands. A key belongs to what has the focus first: fields, menus and dialogs keep theirs. */
export function useShortcuts(): void {
  const commands = useCommands()
  const locus = useLocus()
  function key(e: KeyboardEvent): void {
    if (e.defaultPrevented) return
    const el = e.target instanceof HTMLElement ? e.target : null
    const field = el?.closest(FIELDS) ?? null
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === 'k') {
      e.preventDefault()
      commands.sheet = false
      commands.palette = !commands.palette
      return
    }
    if (field || commands.palette || commands.sheet) return
    const overlay = el?.closest('.v-overlay-container')
    // The dialog of the locus view has the focus itself when it has just opened.
    if (overlay && !el?.closest('[data-locus]') && !el?.querySelector('[data-locus]')) return
    const over = locus.target !== null
    const found = commands.all.find((c) => c.run && (!over || c.over) && c.keys?.some((k) => pressed(e, k)))
    if (!found || found.blocked?.()) return
    e.preventDefault()
    found.run?.()
  }
  onMounted(() => window.addEventListener('keydown', key))
  onBeforeUnmount(() => window.removeEventListener('keydown', key))
}
