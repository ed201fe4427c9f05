import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'

import { cellAt, type Cell, type CellGrid, type Point } from '@/lib/cellGrid'

/** Size of a figure in px, and device pixels per px. */
export interface FigureSize {
  width: number
  height: number
  dpr: number
}

/** What a figure and the things on top of it share: its size, the pointer, and the cell under the pointer. */
export function useFigure(gridAt: (size: FigureSize) => CellGrid | null): {
  size: ShallowRef<FigureSize>
  pointer: ShallowRef<Point | null>
  grid: ComputedRef<CellGrid | null>
  cell: ComputedRef<Cell | null>
} {
  const size = shallowRef<FigureSize>({ width: 0, height: 0, dpr: 1 })
  const pointer = shallowRef<Point | null>(null)
  const grid = computed(() => (size.value.width > 0 ? gridAt(size.value) : null))
  const cell = computed(() => (grid.value && pointer.value ? cellAt(grid.value, pointer.value) : null))
  return { size, pointer, grid, cell }
}
