import { DIVERGING, SEQUENTIAL, type ColormapName } from '@/lib/colormaps'
import { flag, mapName, oneOf } from '@/lib/optionParse'
import { parseStackParams, type StackParams } from '@/lib/stackParams'
import { DEFAULT_RANGE, parseRange, type RangeOption } from '@/lib/valueRange'

export type SortKey = 'centre' | 'mean' | 'body' | 'start' | 'end' | 'range' | 'random' | 'index' | 'column' | 'score'

/** State of a stackup, version 1. */
export interface StackupOptions extends StackParams {
  v: 1
  sort: SortKey
  /** The track whose values rows are sorted by, for keys that take values; 0 = that of the widget. */
  sortTrack: number
  descending: boolean
  /** Of the region set, for the sort key `column`. */
  column: string
  /** For the sort key `range`: from where to where the values count, as shares of the width of the picture. */
  between: [number, number]
  /** For the sort key `random`. */
  seed: number
  /** For the sort key `score`: MAP:VALUE:NAME, see useScores.ts. */
  score: string
  /** The column whose values bring rows together; empty = none. */
  group: string
  /** How many groups of alike rows (k-means) lie together; 0 = none, as whenever there is a column. */
  clusters: number
  /** null: by the values, `diverging` around 0 for signed data, else `sequential`. */
  colormap: ColormapName | null
  sequential: ColormapName
  diverging: ColormapName
  range: RangeOption
  profile: boolean
  side: 'left' | 'right'
  /** Rows a..b of the sorted stack that are shown; null = all. */
  rows: [number, number] | null
}

/** The keys that need no column. */
export const SORT_LABELS: Record<Exclude<SortKey, 'column' | 'score'>, string> = {
  centre: 'centre', mean: 'row mean', body: 'mean of the region', start: 'start', end: 'end', range: 'marked columns', random: 'random', index: 'file order',
}
/** Keys of interval sets only, whose starts and ends lie below each other. */
export const INTERVAL_KEYS: SortKey[] = ['body', 'start', 'end']
const KEYS = [...(Object.keys(SORT_LABELS) as SortKey[]), 'column' as const, 'score' as const]
/** What is asked for when rows are first grouped by likeness, and the ends of the choice. */
export const [USUAL_CLUSTERS, LEAST_CLUSTERS, MOST_CLUSTERS] = [4, 2, 12]

/** Intervals take the middle 5/7 of the width: 20 % of their length is shown on both sides. */
const [START, END] = [1 / 7, 6 / 7]

/** Which columns of `n` a key takes the mean of; null: it takes none. */
export function sortColumns(o: Pick<StackupOptions, 'sort' | 'between'>, n: number): { from: number; to: number } | null {
  const clip = (from: number, to: number) => {
    const a = Math.min(n - 1, Math.max(0, from))
    return { from: a, to: Math.min(n, Math.max(a + 1, to)) }
  }
  // The columns on both sides of a boundary.
  const beside = (at: number) => clip(Math.round(at * n) - 1, Math.round(at * n) + 1)
  switch (o.sort) {
    case 'body':
      return clip(Math.round(START * n), Math.round(END * n))
    case 'start':
      return beside(START)
    case 'end':
      return beside(END)
    case 'range':
      return clip(Math.floor(o.between[0] * n + 1e-9), Math.ceil(o.between[1] * n - 1e-9))
    default:
      return null
  }
}

/** Keys that take values of a track. */
export const takesValues = (sort: SortKey): boolean => !['column', 'score', 'random', 'index'].includes(sort)

/** `track` names another track than that of the widget. */
export const sortLabel = (o: Pick<StackupOptions, 'sort' | 'column'> & { track?: string }): string =>
  o.sort === 'column' || o.sort === 'score' ? o.column : SORT_LABELS[o.sort] + (o.track && takesValues(o.sort) ? ` of ${o.track}` : '')

export function parseStackup(raw: Record<string, unknown>): StackupOptions {
  return {
    v: 1,
    ...parseStackParams(raw),
    sort: (raw.sort === 'column' && !name(raw.column)) || (raw.sort === 'score' && !isScore(raw.score)) ? 'centre' : oneOf(raw.sort, KEYS, 'centre'),
    sortTrack: typeof raw.sortTrack === 'number' && Number.isSafeInteger(raw.sortTrack) && raw.sortTrack > 0 ? raw.sortTrack : 0,
    column: name(raw.column),
    between: parseBetween(raw.between),
    seed: typeof raw.seed === 'number' && Number.isSafeInteger(raw.seed) && raw.seed > 0 ? raw.seed : 1,
    score: isScore(raw.score) ? raw.score : '',
    group: name(raw.group),
    clusters: name(raw.group) === '' ? parseClusters(raw.clusters) : 0,
    descending: flag(raw.descending, true),
    colormap: oneOf<ColormapName | ''>(raw.colormap, [...SEQUENTIAL, ...DIVERGING], '') || null,
    sequential: mapName(raw.sequential, SEQUENTIAL, 'Reds'),
    diverging: mapName(raw.diverging, DIVERGING, 'RdBu'),
    range: parseRange(raw.range, DEFAULT_RANGE),
    profile: flag(raw.profile, true),
    side: oneOf(raw.side, ['left', 'right'], 'left'),
    rows: parseRows(raw.rows),
  }
}

const isScore = (raw: unknown): raw is string => typeof raw === 'string' && /^\d+:(iccf|oe|raw):(ratio|centre|corners|coverage|missing)$/.test(raw)
const parseClusters = (raw: unknown): number => (typeof raw === 'number' && raw >= LEAST_CLUSTERS && raw <= MOST_CLUSTERS ? Math.round(raw) : 0)
const name = (raw: unknown): string => (typeof raw === 'string' ? raw.slice(0, 256) : '')

function parseBetween(raw: unknown): [number, number] {
  const ok = Array.isArray(raw) && raw.length === 2 && raw.every((v) => typeof v === 'number' && v >= 0 && v <= 1) && raw[0] < raw[1]
  return ok ? (raw as [number, number]) : [0.4, 0.6]
}

function parseRows(raw: unknown): [number, number] | null {
  if (!Array.isArray(raw) || raw.length !== 2) return null
  const [a, b] = raw as unknown[]
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && (a as number) >= 0 && (a as number) < (b as number) ? [a as number, b as number] : null
}
