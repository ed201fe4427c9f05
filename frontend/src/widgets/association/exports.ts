import { jsonNumbers, numbersOf, resultFacts, type Exported } from '@/lib/exported'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'

import { drawAssociation } from './draw'
import { LONG_HEAD, longRows } from './numbers'
import { TABLE_ARRAYS, valueOf, type AssociationScene } from './table'
import type { AssociationMeta } from './useAssociation'

/** The picture as it is on screen in light colours; all tables as text or JSON; or the measure on show as sets × bins. */
export function exportAssociation(s: AssociationScene, m: AssociationMeta): Exported {
  const shape = [s.targets.length, s.axis.cells]
  return {
    name: [m.setName, m.collection, s.options.measure, formatWindow(m.result.window), formatBin(m.result.bin, m.result.window)],
    draw: (c, w, h) => drawAssociation(c, w, h, s, LIGHT),
    numbers: numbersOf(
      () => [[...LONG_HEAD], ...longRows(s)],
      () => ({ data: measured(s), shape }),
      () => ({ regionSet: m.setName, collection: m.collection, universe: s.universe, results: [resultFacts(m.result)], shape, targets: s.targets, arrays: Object.fromEntries(TABLE_ARRAYS.map((k) => [k, jsonNumbers(s.arrays[k])])) }),
    ),
    results: [m.result],
    selected: 0,
  }
}

/** The numbers on show; log2 where the axis says so. */
export function measured(s: AssociationScene): Float64Array<ArrayBuffer> {
  const { measure } = s.options
  const out = new Float64Array(s.targets.length * s.axis.cells)
  for (let i = 0; i < out.length; i++) out[i] = measure === 'log2or' ? Math.log2(valueOf(s.arrays, i, measure)) : valueOf(s.arrays, i, measure)
  return out
}
