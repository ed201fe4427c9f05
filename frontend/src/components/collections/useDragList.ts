import { ref } from 'vue'

/** A copy of the list with the item at `from` moved to `to`; places outside of it change nothing. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list]
  if (from === to || from < 0 || to < 0 || from >= list.length || to >= list.length) return out
  const [item] = out.splice(from, 1)
  out.splice(to, 0, item)
  return out
}

/** An order that is changed by dragging and, for the keyboard, by Alt and the arrow keys. */
export function useDragList(count: () => number, move: (from: number, to: number) => void) {
  const dragging = ref(-1)
  const over = ref(-1)

  function start(e: DragEvent, index: number): void {
    dragging.value = index
    if (e.dataTransfer) {
      e.dataTransfer.effectAllowed = 'move'
      e.dataTransfer.setData('text/plain', String(index))
    }
  }
  function enter(index: number): void {
    if (dragging.value >= 0) over.value = index
  }
  function drop(index: number): void {
    if (dragging.value >= 0 && dragging.value !== index) move(dragging.value, index)
    end()
  }
  function end(): void {
    dragging.value = over.value = -1
  }
  /** True when the key moved the item; the caller then gives the focus to its new place. */
  function key(e: KeyboardEvent, index: number): number | null {
    if (!e.altKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return null
    const to = index + (e.key === 'ArrowUp' ? -1 : 1)
    e.preventDefault()
    if (to < 0 || to >= count()) return null
    move(index, to)
    return to
  }
  return { dragging, over, start, enter, drop, end, key }
}
