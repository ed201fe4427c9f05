import { onScopeDispose } from 'vue'

const DOUBLE_MS = 260
const STILL_PX = 4

/** A click that is neither the end of a drag nor the first half of a double click, which means something else. */
export function useClick(clicked: (e: MouseEvent) => void): { down: (e: PointerEvent) => void; click: (e: MouseEvent) => void } {
  let from: { x: number; y: number } | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  return {
    down: (e) => (from = e.button === 0 ? { x: e.clientX, y: e.clientY } : null),
    click: (e) => {
      clearTimeout(timer)
      if (!from || e.detail > 1 || Math.hypot(e.clientX - from.x, e.clientY - from.y) > STILL_PX) return
      timer = setTimeout(() => clicked(e), DOUBLE_MS)
    },
  }
}
