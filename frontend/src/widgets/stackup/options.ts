import { DIVERGING, SEQUENTIAL, type ColormapName } from '@/lib/colormaps'
import { flag, oneOf } from '@/lib/optionParse'
import { parseStackParams, type StackParams } from '@/lib/stackParams'
import { DEFAULT_RANGE, parseRange, type RangeOption } from '@/lib/valueRange'

export type SortKey = 'centre' | 'mean' | 'index' | 'column'

/** State of a stackup, version 1. */
export interface StackupOptions extends StackParams {
  v: 1
  sort: SortKey
  descending: boolean
  /** Of the region set, for the sort key `column`. */
  column: string
  /** The column whose values bring rows together; empty = none. */
  group: string
  /** null: diverging around 0 for signed data, else Reds. */
  colormap: ColormapName | null
  range: RangeOption
  profile: boolean
  side: 'left' | 'right'
  /** Rows a..b of the sorted stack that are shown; null = all. */
  rows: [number, number] | null
}

/** The keys that need no column. */
export const SORT_LABELS: Record<Exclude<SortKey, 'column'>, string> = { centre: 'centre', mean: 'row mean', index: 'file order' }

export const sortLabel = (o: Pick<StackupOptions, 'sort' | 'column'>): string => (o.sort === 'column' ? o.column : SORT_LABELS[o.sort])

export function parseStackup(raw: Record<string, unknown>): StackupOptions {
  return {
    v: 1,
    ...parseStackParams(raw),
    sort: raw.sort === 'column' && !name(raw.column) ? 'centre' : oneOf(raw.sort, ['centre', 'mean', 'index', 'column'], 'centre'),
    column: name(raw.column),
    group: name(raw.group),
    descending: flag(raw.descending, true),
    colormap: oneOf<ColormapName | ''>(raw.colormap, [...SEQUENTIAL, ...DIVERGING], '') || null,
    range: parseRange(raw.range, DEFAULT_RANGE),
    profile: flag(raw.profile, true),
    side: oneOf(raw.side, ['left', 'right'], 'left'),
    rows: parseRows(raw.rows),
  }
}

const name = (raw: unknown): string => (typeof raw === 'string' ? raw.slice(0, 256) : '')

function parseRows(raw: unknown): [number, number] | null {
  if (!Array.isArray(raw) || raw.length !== 2) return null
  const [a, b] = raw as unknown[]
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && (a as number) >= 0 && (a as number) < (b as number) ? [a as number, b as number] : null
}
