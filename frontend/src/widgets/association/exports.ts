import { fileName, saveBlob, toTsv } from '@/lib/download'
import { figureHeight } from '@/lib/figure'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { writeNpy } from '@/lib/npyFile'
import { isPicture, savePicture, type ExportKind } from '@/lib/saveFigure'

import { drawAssociation } from './draw'
import { LONG_HEAD, longRows } from './numbers'
import { TABLE_ARRAYS, valueOf, type AssociationScene } from './table'
import type { AssociationMeta } from './useAssociation'

const WIDTH = 460

/** The picture as it is on screen in light colours; all tables as text or JSON; or the measure on show as sets × bins. */
export async function saveAssociation(what: ExportKind, s: AssociationScene, m: AssociationMeta): Promise<void> {
  const name = [m.setName, m.collection, s.options.measure, formatWindow(m.result.window), formatBin(m.result.bin, m.result.window)]
  if (isPicture(what)) return savePicture(what, WIDTH, figureHeight(WIDTH), (c, w, h) => drawAssociation(c, w, h, s, LIGHT), name)
  if (what === 'tsv') saveBlob(toTsv([[...LONG_HEAD], ...longRows(s)]), fileName(name, what))
  if (what === 'npy') saveBlob(writeNpy(measured(s), [s.targets.length, s.axis.cells]), fileName(name, what))
  if (what === 'json') {
    const arrays = Object.fromEntries(TABLE_ARRAYS.map((k) => [k, Array.from(s.arrays[k], (v) => (Number.isNaN(v) ? null : v))]))
    const text = JSON.stringify({
      regionSet: m.setName, collection: m.collection, universe: s.universe, window: m.result.window, bin: m.result.bin, manifestHash: m.result.manifestHash,
      shape: [s.targets.length, s.axis.cells], targets: s.targets, arrays,
    })
    saveBlob(new Blob([text], { type: 'application/json' }), fileName(name, what))
  }
}

/** The numbers on show; log2 where the axis says so. */
export function measured(s: AssociationScene): Float64Array<ArrayBuffer> {
  const { measure } = s.options
  const out = new Float64Array(s.targets.length * s.axis.cells)
  for (let i = 0; i < out.length; i++) out[i] = measure === 'log2or' ? Math.log2(valueOf(s.arrays, i, measure)) : valueOf(s.arrays, i, measure)
  return out
}
