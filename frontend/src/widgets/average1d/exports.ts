import type { Shown } from '@/composables/useArrays'
import { jsonNumbers, numbersOf, resultFacts, type Exported } from '@/lib/exported'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import { drawAverage1d, type Average1dScene } from './draw'
import { PROFILE_ARRAYS, profileArray, type Average1dMeta } from './useAverage1d'

/** The plot in light colours; mean, median, standard error and n of every track per bin as a table or JSON; the statistic on show as tracks × bins. */
export function exportAverage1d(s: Average1dScene, shown: Shown<Average1dMeta>): Exported {
  const { tracks, setName, selected } = shown.meta
  const { result } = tracks[0]
  const heads = Array.from({ length: s.axis.cells }, (_, i) => cellLabel(s.axis, i))
  const columns = tracks.flatMap((t) => PROFILE_ARRAYS.map((k) => ({ head: `${t.name} ${k}`, values: profileArray(shown, k, t.id) })))
  return {
    name: [setName, ...(selected > 0 ? [`${selected} selected`] : []), ...s.tracks.slice(0, 3).map((t) => t.name), s.options.statistic, formatWindow(result.window), formatBin(result.bin, result.window)],
    draw: (c, w, h) => drawAverage1d(c, w, h, s, LIGHT),
    numbers: numbersOf(
      () => [['position', ...columns.map((c) => c.head)], ...heads.map((head, i) => [head, ...columns.map((c) => c.values[i])])],
      () => ({ data: Float64Array.from(tracks.flatMap((t) => Array.from(profileArray(shown, s.options.statistic, t.id)))), shape: [tracks.length, s.axis.cells] }),
      () => ({
        regionSet: setName, selected: selected || undefined, results: tracks.map((t) => resultFacts(t.result)), positions: heads,
        tracks: tracks.map((t) => ({ name: t.name, ...Object.fromEntries(PROFILE_ARRAYS.map((k) => [k, jsonNumbers(profileArray(shown, k, t.id))])) })),
      }),
    ),
    results: tracks.map((t) => t.result),
    selected,
  }
}
