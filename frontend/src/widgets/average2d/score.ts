import { formatValue } from '@/lib/format'
import type { Matrix } from '@/lib/matrix'
import { finiteMean } from '@/lib/stats'
import type { Rect } from '@/lib/surface'

/** Side of the centre box and of the corner boxes in cells. */
export const SCORE_BOX = 3

export const SCORE_DEFINITION =
  'Corner score: mean of the centre 3 × 3 cells divided by the mean of the four 3 × 3 corners. Cells without data are left out.'

/** Centre over corners, or null where it has no meaning: an even number of cells, boxes that would touch, nothing finite, zero corners. */
export function cornerScore(m: Matrix): number | null {
  if (m.rows !== m.cols || m.rows % 2 === 0 || m.rows < 3 * SCORE_BOX) return null
  const centre = finiteMean(cells(m, scoreBoxes(m.rows)[0]))
  const corners = finiteMean(scoreBoxes(m.rows).slice(1).flatMap((b) => [...cells(m, b)]))
  const score = centre / corners
  return Number.isFinite(score) ? score : null
}

/** Three significant digits, zeros included: 1.00 says more than 1. */
export function scoreText(score: number): string {
  return score >= 0.001 && score < 1000 ? score.toPrecision(3) : formatValue(score)
}

/** The boxes in cells: centre, then the corners. */
export function scoreBoxes(n: number): Rect[] {
  const k = SCORE_BOX
  const mid = (n - k) / 2
  return [[mid, mid], [0, 0], [n - k, 0], [0, n - k], [n - k, n - k]].map(([x, y]) => ({ x: x!, y: y!, w: k, h: k }))
}

function* cells(m: Matrix, b: Rect): Generator<number> {
  for (let r = b.y; r < b.y + b.h; r++) for (let c = b.x; c < b.x + b.w; c++) yield m.data[r * m.cols + c]
}
