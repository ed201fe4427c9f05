import type { Result } from '@/api/types'

import type { RowOrder } from './useRowOrder'

/** Rows a..b (half-open) of the sorted stack. */
export interface RowRange {
  from: number
  to: number
}

/** Which rows of which result are on screen, in which order, and how many share one painted row. */
export interface RowsShown {
  result: Result
  setId: number
  order: RowOrder
  rows: RowRange
  block: number
}

/** How many regions share one painted row, so that `pixels` painted rows hold the range: every region is in one of them. */
export function rowBlock(range: RowRange, pixels: number): number {
  return Math.max(1, Math.ceil((range.to - range.from) / Math.max(1, pixels)))
}

/** The regions of painted row i. */
export function blockRows(range: RowRange, block: number, i: number): RowRange {
  const from = range.from + i * block
  return { from, to: Math.min(range.to, from + block) }
}

/** The range zoomed by `factor` (< 1 = closer) around the place `at` (0 top … 1 bottom), within 0..total and at least `least` rows. */
export function zoomRows(range: RowRange, total: number, factor: number, at: number, least = 8): RowRange {
  const size = range.to - range.from
  const next = Math.min(total, Math.max(Math.min(least, total), Math.round(size * factor)))
  const from = Math.round(range.from + (size - next) * at)
  return shiftInto(from, next, total)
}

/** The range moved by `by` rows, stopped at the ends. */
export function panRows(range: RowRange, total: number, by: number): RowRange {
  return shiftInto(range.from + Math.round(by), range.to - range.from, total)
}

function shiftInto(from: number, size: number, total: number): RowRange {
  const start = Math.min(total - size, Math.max(0, from))
  return { from: start, to: start + size }
}
