import type { Cell } from '@/lib/cellGrid'
import { formatCount, formatValue } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import { isSecond } from './compare'
import type { Average2dScene } from './draw'
import { intervalText, scoreBoxes, scoreOf, scoreText } from './score'

/** What one cell says: both positions, the value, and of how many regions it is the mean; in the boxes of the score also that. `n`, of every map on show, comes later than the rest. */
export function readoutAverage2d(s: Average2dScene, cell: Cell, n: number[] | undefined): string[] {
  const v = s.mean.data[cell.row * s.mean.cols + cell.col]
  const [x, y] = s.pairs ? ['anchor 2', 'anchor 1'] : ['x', 'y']
  const oe = s.options.value === 'oe'
  const log2 = oe && v > 0 ? ` (log2 ${formatValue(Math.log2(v))})` : ''
  const lines = [
    `${x} ${cellLabel(s.axis, cell.col)}, ${y} ${cellLabel(s.axis, cell.row)}`,
    ...values(s, cell, `${formatValue(v)}${log2}`),
    `n ${n ? counted(s, cell, n) : '…'}`,
  ]
  const score = s.options.score && !s.pair && s.options.statistic === 'mean' && inBoxes(s.mean.cols, cell) ? scoreOf(s.mean, s.scores) : null
  if (score) lines.push(`corner score ${scoreText(score.value)}`, ...(score.ci ? [intervalText(score)] : []))
  return lines
}

function counted(s: Average2dScene, { row, col }: Cell, n: number[]): string {
  if (s.pair?.mode === 'split') return formatCount(n[isSecond(row, col) ? 1 : 0])
  return n.map(formatCount).join(' and ')
}

const NAMES = { oe: 'O/E', iccf: 'ICCF', raw: 'raw count' }

/** The value of a cell; of a comparison also what it is made of. */
function values(s: Average2dScene, { row, col }: Cell, shown: string): string[] {
  const name = NAMES[s.options.value]
  if (s.options.statistic === 'n') return [] // n is said of every cell
  if (s.options.statistic === 'sem') return [`standard error of ${name} ${formatValue(s.mean.data[row * s.mean.cols + col])}`]
  if (!s.pair) return [`${name} ${shown}`]
  const { mode, first, second, names } = s.pair
  if (mode === 'split') return [`${name} ${shown}`, names[isSecond(row, col) ? 1 : 0]]
  const at = row * s.mean.cols + col
  const v = s.mean.data[at]
  const result = mode === 'ratio' ? `ratio ${formatValue(v)}${v > 0 ? ` (log2 ${formatValue(Math.log2(v))})` : ''}` : `difference ${formatValue(v)}`
  return [result, `${names[0]}: ${name} ${formatValue(first.data[at])}`, `${names[1]}: ${name} ${formatValue(second.data[at])}`]
}

function inBoxes(n: number, { row, col }: Cell): boolean {
  return scoreBoxes(n).some((b) => col >= b.x && col < b.x + b.w && row >= b.y && row < b.y + b.h)
}
