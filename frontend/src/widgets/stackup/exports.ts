import { fileName, saveBlob, toTsv } from '@/lib/download'
import { isPicture, savePicture, type ExportKind } from '@/lib/saveFigure'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'

import { drawStackup, type StackupScene } from './draw'
import { blockRows } from './rows'
import type { StackupMeta } from './useStackup'

const [WIDTH, HEIGHT] = [440, 560]

/** Downloads the picture in light colours, or the painted rows as a table: first and last place in the sorted stack, then the values. */
export async function saveStackup(what: ExportKind, s: StackupScene, m: StackupMeta): Promise<void> {
  const name = [m.setName, m.feature, 'stackup', formatWindow(m.result.window), formatBin(m.result.bin, m.result.window)]
  if (isPicture(what)) return savePicture(what, WIDTH, HEIGHT, (c, w, h) => drawStackup(c, w, h, s, LIGHT), name)
  const heads = Array.from({ length: s.stack.cols }, (_, i) => cellLabel(s.axis, i))
  const rows = Array.from({ length: s.stack.rows }, (_, i) => {
    const places = blockRows(m.rows, m.block, i)
    return [places.from + 1, places.to, ...s.stack.data.subarray(i * s.stack.cols, (i + 1) * s.stack.cols)]
  })
  saveBlob(toTsv([['first row', 'last row', ...heads], ...rows]), fileName(name, 'tsv'))
}
