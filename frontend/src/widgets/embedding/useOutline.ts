import { onBeforeUnmount, shallowRef, type ShallowRef } from 'vue'

import type { Combine } from '@/lib/selection'

import { corners, type Place } from './pick'

/** What a drag over the dots does. */
export type DragMode = 'move' | 'lasso' | 'rectangle'

/**
 * The outline that is being drawn, as px of the figure; `done` gets it when the button is released. Ctrl adds to the selection, Alt takes
 * away, Shift keeps only what is in both. Escape gives up.
 */
export function useOutline(done: (outline: Place[], how: Combine) => void): { outline: ShallowRef<Place[]>; start: (e: PointerEvent, box: DOMRect, mode: DragMode) => void } {
  const outline = shallowRef<Place[]>([])
  let stop = (): void => undefined
  onBeforeUnmount(() => stop())

  function start(e: PointerEvent, box: DOMRect, mode: DragMode): void {
    const placeOf = (m: PointerEvent): Place => ({ x: m.clientX - box.left, y: m.clientY - box.top })
    const first = placeOf(e)
    let path: Place[] = [first]
    const move = (m: PointerEvent): void => {
      const p = placeOf(m)
      const last = path[path.length - 1]
      if (mode === 'rectangle') path = corners(first, p)
      else if (Math.hypot(p.x - last.x, p.y - last.y) >= 3) path = [...path, p]
      outline.value = path
    }
    const up = (m: PointerEvent): void => {
      move(m)
      stop()
      const spread = Math.max(...path.map((p) => Math.hypot(p.x - first.x, p.y - first.y)))
      if (spread >= 5) done(path, m.ctrlKey || m.metaKey ? 'add' : m.altKey ? 'remove' : m.shiftKey ? 'keep' : 'new')
    }
    const key = (k: KeyboardEvent): void => {
      if (k.key === 'Escape') stop()
    }
    stop = () => {
      outline.value = []
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('keydown', key)
    }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('keydown', key)
  }
  return { outline, start }
}
