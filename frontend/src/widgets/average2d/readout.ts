import type { Cell } from '@/lib/cellGrid'
import { formatCount, formatValue } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import type { Average2dScene } from './draw'
import { intervalText, scoreBoxes, scoreOf, scoreText } from './score'

/** What one cell says: both positions, the value, and of how many regions it is the mean; in the boxes of the score also that. `n` comes later than the rest. */
export function readoutAverage2d(s: Average2dScene, cell: Cell, n: number | undefined): string[] {
  const v = s.mean.data[cell.row * s.mean.cols + cell.col]
  const [x, y] = s.pairs ? ['anchor 2', 'anchor 1'] : ['x', 'y']
  const oe = s.options.value === 'oe'
  const log2 = oe && v > 0 ? ` (log2 ${formatValue(Math.log2(v))})` : ''
  const lines = [
    `${x} ${cellLabel(s.axis, cell.col)}, ${y} ${cellLabel(s.axis, cell.row)}`,
    `${{ oe: 'O/E', iccf: 'ICCF', raw: 'raw count' }[s.options.value]} ${formatValue(v)}${log2}`,
    `n ${n === undefined ? '…' : formatCount(n)}`,
  ]
  const score = s.options.score && inBoxes(s.mean.cols, cell) ? scoreOf(s.mean, s.scores) : null
  if (score) lines.push(`corner score ${scoreText(score.value)}`, ...(score.ci ? [intervalText(score)] : []))
  return lines
}

function inBoxes(n: number, { row, col }: Cell): boolean {
  return scoreBoxes(n).some((b) => col >= b.x && col < b.x + b.w && row >= b.y && row < b.y + b.h)
}
