import { computed, ref, type ComputedRef, type Ref } from 'vue'

import type { Rect } from '@/lib/surface'

import type { Combine } from '@/lib/selection'
import { panRows, zoomRows, type RowRange } from './rows'

export interface RowZoom {
  range: ComputedRef<RowRange>
  zoomed: ComputedRef<boolean>
  /** The part that is being marked, in px from the top of the plot. */
  brush: Ref<{ from: number; to: number } | null>
  zoom: (factor: number, at?: number) => void
  pan: (pages: number) => void
  reset: () => void
  /** A drag zooms into the rows it marks; with `select`, or Shift, it hands them over. */
  down: (e: PointerEvent, plot: Rect, select?: boolean) => void
  wheel: (e: WheelEvent, plot: Rect) => void
}

/** The rows on show and the ways to change them: a drag marks rows, Ctrl and the wheel zoom around the pointer, a double click shows all. */
export function useRowZoom(total: () => number, rows: () => [number, number] | null, change: (rows: [number, number] | null) => void, chosen: (rows: RowRange, how: Combine) => void): RowZoom {
  const range = computed<RowRange>(() => {
    const r = rows()
    const n = total()
    return r && r[0] < n ? { from: r[0], to: Math.min(n, r[1]) } : { from: 0, to: n }
  })
  const zoomed = computed(() => range.value.to - range.value.from < total())
  const brush = ref<{ from: number; to: number } | null>(null)

  function set(r: RowRange): void {
    change(r.to - r.from >= total() ? null : [r.from, r.to])
  }
  function zoom(factor: number, at = 0.5): void {
    set(zoomRows(range.value, total(), factor, at))
  }

  function down(e: PointerEvent, plot: Rect, select = false): void {
    const figure = e.currentTarget as HTMLElement
    const top = figure.getBoundingClientRect().top + plot.y
    const yOf = (m: PointerEvent) => Math.min(plot.h, Math.max(0, m.clientY - top))
    const start = e.clientY - top
    if (e.button !== 0 || start < 0 || start > plot.h) return
    const move = (m: PointerEvent) => {
      brush.value = { from: Math.min(start, yOf(m)), to: Math.max(start, yOf(m)) }
    }
    const up = (m: PointerEvent) => {
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      const b = brush.value
      brush.value = null
      if (!b || b.to - b.from < 5) return
      const size = range.value.to - range.value.from
      const from = range.value.from + Math.floor((b.from / plot.h) * size)
      const to = range.value.from + Math.ceil((b.to / plot.h) * size)
      const marked = { from, to: Math.max(from + 1, to) }
      if (select || m.shiftKey) chosen(marked, m.ctrlKey || m.metaKey ? 'add' : m.altKey ? 'remove' : 'new')
      else set(marked)
    }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
  }

  function wheel(e: WheelEvent, plot: Rect): void {
    // Without the key the wheel scrolls the page, as it does everywhere else.
    if (!e.ctrlKey && !e.metaKey) return
    e.preventDefault()
    const top = (e.currentTarget as HTMLElement).getBoundingClientRect().top + plot.y
    zoom(2 ** (Math.sign(e.deltaY) * 0.5), Math.min(1, Math.max(0, (e.clientY - top) / plot.h)))
  }

  return {
    range, zoomed, brush, zoom, down, wheel,
    pan: (pages) => set(panRows(range.value, total(), pages * (range.value.to - range.value.from))),
    reset: () => change(null),
  }
}
