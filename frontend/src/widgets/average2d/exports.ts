import { jsonNumbers, numbersOf, resultFacts, type Exported } from '@/lib/exported'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import { drawAverage2d, type Average2dScene } from './draw'
import { marginalsOf } from './marginals'
import type { Average2dMeta } from './useAverage2d'

/** The picture as it is on screen, in light colours; its numbers as a table with positions on both sides, rows × columns, or with what they are of. */
export function exportAverage2d(s: Average2dScene, m: Average2dMeta): Exported {
  const { rows, cols, data } = s.mean
  const heads = Array.from({ length: cols }, (_, i) => cellLabel(s.axis, i))
  const { statistic } = s.options
  const marginals = s.options.marginals ? marginalsOf(s.mean) : null
  const table = () => [['position', ...heads], ...heads.map((head, r) => [head, ...data.subarray(r * cols, (r + 1) * cols)])]
  return {
    table,
    name: [m.setName, ...(m.selected > 0 ? [`${m.selected} selected`] : []), m.feature, ...(s.pair ? [s.pair.mode] : []), s.options.value, ...(statistic === 'mean' ? [] : [statistic]), formatWindow(m.result.window), formatBin(m.result.bin, m.result.window)],
    draw: (c, w, h) => drawAverage2d(c, w, h, s, LIGHT),
    numbers: numbersOf(
      table,
      () => ({ data: Float64Array.from(data), shape: [rows, cols] }),
      () => ({ regionSet: m.setName, map: m.feature, comparison: s.pair?.mode, selected: m.selected || undefined, results: results(m).map(resultFacts), shape: [rows, cols], positions: heads, [statistic]: jsonNumbers(data),
        ...(marginals ? { meanOfColumns: jsonNumbers(marginals.columns), meanOfRows: jsonNumbers(marginals.rows) } : {}) }),
    ),
    results: results(m),
    selected: m.selected,
  }
}

function results(m: Average2dMeta) {
  return m.second ? [m.result, m.second] : [m.result]
}
