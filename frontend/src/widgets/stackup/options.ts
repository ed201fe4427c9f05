import { DIVERGING, SEQUENTIAL, type ColormapName } from '@/lib/colormaps'
import { flag, oneOf } from '@/lib/optionParse'
import { parseStackParams, type StackParams } from '@/lib/stackParams'
import { DEFAULT_RANGE, parseRange, type RangeOption } from '@/lib/valueRange'

export type SortKey = 'centre' | 'mean' | 'index'

/** State of a stackup, version 1. */
export interface StackupOptions extends StackParams {
  v: 1
  sort: SortKey
  descending: boolean
  /** null: diverging around 0 for signed data, else Reds. */
  colormap: ColormapName | null
  range: RangeOption
  profile: boolean
  side: 'left' | 'right'
  /** Rows a..b of the sorted stack that are shown; null = all. */
  rows: [number, number] | null
}

export const SORT_LABELS: Record<SortKey, string> = { centre: 'centre', mean: 'row mean', index: 'file order' }

export function parseStackup(raw: Record<string, unknown>): StackupOptions {
  return {
    v: 1,
    ...parseStackParams(raw),
    sort: oneOf(raw.sort, ['centre', 'mean', 'index'], 'centre'),
    descending: flag(raw.descending, true),
    colormap: oneOf<ColormapName | ''>(raw.colormap, [...SEQUENTIAL, ...DIVERGING], '') || null,
    range: parseRange(raw.range, DEFAULT_RANGE),
    profile: flag(raw.profile, true),
    side: oneOf(raw.side, ['left', 'right'], 'left'),
    rows: parseRows(raw.rows),
  }
}

function parseRows(raw: unknown): [number, number] | null {
  if (!Array.isArray(raw) || raw.length !== 2) return null
  const [a, b] = raw as unknown[]
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && (a as number) >= 0 && (a as number) < (b as number) ? [a as number, b as number] : null
}
