import { SEQUENTIAL, type ColormapName } from '@/lib/colormaps'
import { flag, mapName, oneOf } from '@/lib/optionParse'
import { parseRange, type RangeOption } from '@/lib/valueRange'

export type SortKey = 'centre' | 'mean' | 'index'

/** State of a stackup, version 1. */
export interface StackupOptions {
  v: 1
  sort: SortKey
  descending: boolean
  colormap: ColormapName
  range: RangeOption
  profile: boolean
  side: 'left' | 'right'
}

export const SORT_LABELS: Record<SortKey, string> = { centre: 'centre', mean: 'mean of the row', index: 'order in the file' }

export function parseStackup(raw: Record<string, unknown>): StackupOptions {
  return {
    v: 1,
    sort: oneOf(raw.sort, ['centre', 'mean', 'index'], 'centre'),
    descending: flag(raw.descending, true),
    colormap: mapName(raw.colormap, SEQUENTIAL, 'Reds'),
    range: parseRange(raw.range, { mode: 'percentile', lo: 1, hi: 99 }),
    profile: flag(raw.profile, true),
    side: oneOf(raw.side, ['left', 'right'], 'left'),
  }
}
