import type { Shown } from '@/composables/useArrays'
import { jsonNumbers, numbersOf, resultFacts, type Exported, type LineFacts } from '@/lib/exported'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import { drawAverage1d, type Average1dScene } from './draw'
import { countsOf, PROFILE_ARRAYS, profileArray, type Average1dMeta, type LineMeta } from './useAverage1d'

/**
 * The plot in light colours; mean, median, standard error and n of every line per bin as a table or JSON, each with its region set and how many
 * regions it is of; the statistic on show as lines × bins.
 */
export function exportAverage1d(s: Average1dScene, shown: Shown<Average1dMeta>): Exported {
  const { lines, setName, selected, parted } = shown.meta
  const { result } = lines[0]
  const heads = Array.from({ length: s.axis.cells }, (_, i) => cellLabel(s.axis, i))
  const facts = lines.map((l): LineFacts => ({ track: l.track, regionSet: l.part.setName, of: l.part.some ? l.part.label : 'all', ...countsOf(shown, l), result: l.result }))
  const head = (l: LineMeta, i: number): string => (parted ? `${l.track} at ${l.part.setName}${l.part.key.startsWith('/') ? `, ${l.part.label}` : ''} (n = ${facts[i].n} of ${facts[i].total})` : l.track)
  const columns = lines.flatMap((l, i) => PROFILE_ARRAYS.map((k) => ({ head: `${head(l, i)} ${k}`, values: profileArray(shown, k, l.id) })))
  const names = [...new Set(lines.map((l) => l.track))]
  const table = () => [['position', ...columns.map((c) => c.head)], ...heads.map((h, i) => [h, ...columns.map((c) => c.values[i])])]
  return {
    table,
    name: [setName, ...(selected > 0 ? [`${selected} selected`] : []), ...names.slice(0, 3), ...(parted ? [`${lines.length} lines`] : []), s.options.statistic, formatWindow(result.window), formatBin(result.bin, result.window)],
    draw: (c, w, h) => drawAverage1d(c, w, h, s, LIGHT),
    numbers: numbersOf(
      table,
      () => ({ data: Float64Array.from(lines.flatMap((l) => Array.from(profileArray(shown, s.options.statistic, l.id)))), shape: [lines.length, s.axis.cells] }),
      () => ({
        regionSet: setName, selected: selected || undefined, results: resultsOf(lines).map(resultFacts), positions: heads,
        tracks: lines.map((l, i) => ({
          name: l.track, regionSet: facts[i].regionSet, of: facts[i].of, regions: facts[i].n, regionsTotal: facts[i].total, result: l.result.resultId,
          ...Object.fromEntries(PROFILE_ARRAYS.map((k) => [k, jsonNumbers(profileArray(shown, k, l.id))])),
        })),
      }),
    ),
    results: resultsOf(lines),
    selected,
    ...(parted ? { lines: facts } : {}),
  }
}

/** The results behind lines, each once. */
export function resultsOf(lines: LineMeta[]): LineMeta['result'][] {
  return [...new Map(lines.map((l) => [l.result.resultId, l.result])).values()]
}
