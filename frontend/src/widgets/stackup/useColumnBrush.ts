import { onBeforeUnmount, ref, type Ref } from 'vue'

import type { Rect } from '@/lib/surface'

/** A drag across a picture marks columns, given as shares of its width; Escape gives up. */
export function useColumnBrush(done: (between: [number, number]) => void): { brush: Ref<[number, number] | null>; down: (e: PointerEvent, plot: Rect) => void } {
  const brush = ref<[number, number] | null>(null)
  let stop = (): void => undefined
  onBeforeUnmount(() => stop())

  function down(e: PointerEvent, plot: Rect): void {
    const left = (e.currentTarget as HTMLElement).getBoundingClientRect().left + plot.x
    const share = (m: PointerEvent): number => Math.min(1, Math.max(0, (m.clientX - left) / plot.w))
    const first = share(e)
    if (e.button !== 0) return
    const move = (m: PointerEvent): void => {
      brush.value = [Math.min(first, share(m)), Math.max(first, share(m))]
    }
    const up = (): void => {
      const b = brush.value
      stop()
      if (b && (b[1] - b[0]) * plot.w >= 4) done(b)
    }
    const key = (k: KeyboardEvent): void => {
      if (k.key === 'Escape') stop()
    }
    stop = () => {
      brush.value = null
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('keydown', key)
    }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('keydown', key)
  }
  return { brush, down }
}
