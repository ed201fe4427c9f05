import { fileName, saveBlob, toTsv } from '@/lib/download'
import { isPicture, savePicture, type ExportKind } from '@/lib/saveFigure'
import { figureHeight } from '@/lib/figure'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import { drawAverage2d, type Average2dScene } from './draw'
import type { Average2dMeta } from './useAverage2d'

const WIDTH = 420

/** Downloads the picture as it is on screen, in light colours, or its numbers as a table with positions on both sides. */
export async function saveAverage2d(what: ExportKind, s: Average2dScene, m: Average2dMeta): Promise<void> {
  const name = [m.setName, ...(m.selected > 0 ? [`${m.selected} selected`] : []), m.feature, ...(s.pair ? [s.pair.mode] : []), s.options.value, formatWindow(m.result.window), formatBin(m.result.bin, m.result.window)]
  if (isPicture(what)) return savePicture(what, WIDTH, figureHeight(WIDTH), (c, w, h) => drawAverage2d(c, w, h, s, LIGHT), name)
  const heads = Array.from({ length: s.mean.cols }, (_, i) => cellLabel(s.axis, i))
  const rows = heads.map((head, r) => [head, ...s.mean.data.subarray(r * s.mean.cols, (r + 1) * s.mean.cols)])
  saveBlob(toTsv([['position', ...heads], ...rows]), fileName(name, 'tsv'))
}
