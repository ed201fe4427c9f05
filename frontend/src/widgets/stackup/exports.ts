import { jsonNumbers, numbersOf, resultFacts, type Exported } from '@/lib/exported'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import { drawStackup, type StackupScene } from './draw'
import { blockRows } from './rows'
import type { StackupMeta } from './useStackup'

/** The picture in light colours; and the painted rows: as a table with the first and last place of each in the sorted stack, as rows × columns, or with what they are of. */
export function exportStackup(s: StackupScene, m: StackupMeta): Exported {
  const { rows, cols, data } = s.stack
  const heads = Array.from({ length: cols }, (_, i) => cellLabel(s.axis, i))
  const places = Array.from({ length: rows }, (_, i) => blockRows(m.rows, m.block, i))
  const table = () => [['first row', 'last row', ...heads], ...places.map((p, i) => [p.from + 1, p.to, ...data.subarray(i * cols, (i + 1) * cols)])]
  return {
    table,
    name: [m.setName, m.feature, 'stackup', formatWindow(m.result.window), formatBin(m.result.bin, m.result.window)],
    draw: (c, w, h) => drawStackup(c, w, h, s, LIGHT),
    numbers: numbersOf(
      table,
      () => ({ data: Float64Array.from(data), shape: [rows, cols] }),
      () => ({
        regionSet: m.setName, track: m.feature, sort: s.options.sort, descending: s.options.descending, results: [resultFacts(m.result)], shape: [rows, cols], positions: heads,
        rows: places.map((p) => [p.from + 1, p.to]), values: jsonNumbers(data), mean: s.profile ? jsonNumbers(s.profile.mean) : undefined,
      }),
    ),
    results: [m.result],
    selected: 0,
  }
}
