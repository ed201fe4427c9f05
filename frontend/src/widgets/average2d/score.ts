import type { AverageScores } from '@/api/types'
import { formatCount, formatValue } from '@/lib/format'
import type { Matrix } from '@/lib/matrix'
import { finiteMean } from '@/lib/stats'
import type { Rect } from '@/lib/surface'

export const SCORE_DEFINITION =
  'Corner score: mean of the centre 3 × 3 cells (4 × 4 where the number of cells is even) divided by the mean of the four 3 × 3 corners (single cells where there are fewer than 9). Cells without data are left out.'

/** How much brighter the centre is than the corners, with its 95 % interval where there is one. */
export interface Score {
  value: number
  ci: [number, number] | null
  replicates: number
}

/** The score that came with the average; of an average without, that of its cells. */
export function scoreOf(m: Matrix, scores: AverageScores | null | undefined): Score | null {
  const [lo, hi] = scores?.ratioCI ?? []
  const value = scores ? (scores.ratio ?? null) : cornerScore(m)
  if (value === null) return null
  return { value, ci: typeof lo === 'number' && typeof hi === 'number' ? [lo, hi] : null, replicates: scores?.replicates ?? 0 }
}

/** Centre over corners as the engine computes it (worker/compute/pileup/score.go), or null where it has no meaning. */
export function cornerScore(m: Matrix): number | null {
  if (m.rows !== m.cols) return null
  const [centre, ...corners] = scoreBoxes(m.rows)
  const score = finiteMean(cells(m, centre)) / finiteMean(corners.flatMap((b) => [...cells(m, b)]))
  return Number.isFinite(score) ? score : null
}

/** Three significant digits, zeros included: 1.00 says more than 1. */
export function scoreText(score: number): string {
  return score >= 0.001 && score < 1000 ? score.toPrecision(3) : formatValue(score)
}

/** "95 % CI 1.52 to 1.75". */
export function intervalText(score: Score): string {
  return score.ci ? `95 % CI ${scoreText(score.ci[0])} to ${scoreText(score.ci[1])}` : ''
}

/** The whole story, for a tooltip. */
export function scoreStory(score: Score): string {
  if (!score.ci) return SCORE_DEFINITION
  return `${SCORE_DEFINITION} ${intervalText(score)}: bootstrap over regions, ${formatCount(score.replicates)} replicates.`
}

/** The boxes in cells: centre, then the corners. */
export function scoreBoxes(n: number): [Rect, ...Rect[]] {
  const lo = Math.max(0, Math.floor((n - 1) / 2) - 1)
  const size = Math.min(n, Math.floor(n / 2) + 2) - lo
  const k = n < 9 ? 1 : 3
  const box = (x: number, y: number, w: number): Rect => ({ x, y, w, h: w })
  return [box(lo, lo, size), box(0, 0, k), box(n - k, 0, k), box(0, n - k, k), box(n - k, n - k, k)]
}

function* cells(m: Matrix, b: Rect): Generator<number> {
  for (let r = b.y; r < b.y + b.h; r++) for (let c = b.x; c < b.x + b.w; c++) yield m.data[r * m.cols + c]
}
