import type { Shown } from '@/composables/useArrays'
import { fileName, saveBlob, toTsv } from '@/lib/download'
import { isPicture, savePicture, type ExportKind } from '@/lib/saveFigure'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import { drawAverage1d, type Average1dScene } from './draw'
import { PROFILE_ARRAYS, profileArray, type Average1dMeta } from './useAverage1d'

const [WIDTH, HEIGHT] = [520, 380]

/** Downloads the plot in light colours, or a table with mean, median, standard error and n of every track per bin. */
export async function saveAverage1d(what: ExportKind, s: Average1dScene, shown: Shown<Average1dMeta>): Promise<void> {
  const { result } = shown.meta.tracks[0]
  const name = [s.setName, ...(shown.meta.selected > 0 ? [`${shown.meta.selected} selected`] : []), ...s.tracks.slice(0, 3).map((t) => t.name), s.options.statistic, formatWindow(result.window), formatBin(result.bin, result.window)]
  if (isPicture(what)) return savePicture(what, WIDTH, HEIGHT, (c, w, h) => drawAverage1d(c, w, h, s, LIGHT), name)
  const columns = shown.meta.tracks.flatMap((t) => PROFILE_ARRAYS.map((k) => ({ head: `${t.name} ${k}`, values: profileArray(shown, k, t.id) })))
  const rows = Array.from({ length: s.axis.cells }, (_, i) => [cellLabel(s.axis, i), ...columns.map((c) => c.values[i])])
  saveBlob(toTsv([['position', ...columns.map((c) => c.head)], ...rows]), fileName(name, 'tsv'))
}
