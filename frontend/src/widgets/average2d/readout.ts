import type { Cell } from '@/lib/cellGrid'
import { formatCount, formatValue } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import type { Average2dScene } from './draw'

/** What one cell says: both positions, the value, and of how many regions it is the mean. `n` comes later than the rest. */
export function readoutAverage2d(s: Average2dScene, cell: Cell, n: number | undefined): string[] {
  const v = s.mean.data[cell.row * s.mean.cols + cell.col]
  const [x, y] = s.pairs ? ['anchor 2', 'anchor 1'] : ['x', 'y']
  const oe = s.options.value === 'oe'
  const log2 = oe && v > 0 ? ` (log2 ${formatValue(Math.log2(v))})` : ''
  return [
    `${x} ${cellLabel(s.axis, cell.col)}, ${y} ${cellLabel(s.axis, cell.row)}`,
    `${oe ? 'O/E' : 'ICCF'} ${formatValue(v)}${log2}`,
    `n ${n === undefined ? '…' : formatCount(n)}`,
  ]
}
