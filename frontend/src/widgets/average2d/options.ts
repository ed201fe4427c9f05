import type { ResultParams } from '@/api/types'
import { DIVERGING, SEQUENTIAL, type ColormapName } from '@/lib/colormaps'
import { flag, mapName, oneOf } from '@/lib/optionParse'
import { lean, type Orient, type Value } from '@/lib/resultParams'
import { DEFAULT_RANGE, parseRange, type RangeOption } from '@/lib/valueRange'
import { isRecord } from '@/lib/workspaceDoc'

export type Average2dValue = Value

/** How one kind of value is shown; each kind keeps its own, so that switching loses nothing. */
export interface ValueView {
  scale: 'log' | 'linear'
  colormap: ColormapName
  range: RangeOption
}

/** How a second map is shown beside the first: one half of the picture each, first ÷ second, or first − second. */
export type Comparison = 'split' | 'ratio' | 'difference'

/** What a cell says of its regions: their mean, its standard error, or how many they are. */
export type Statistic = 'mean' | 'sem' | 'n'

/** State of a 2D average, version 1. */
export interface Average2dOptions {
  v: 1
  value: Average2dValue
  /** Of one map; comparisons are of means. */
  statistic: Statistic
  iccf: ValueView
  oe: ValueView
  raw: ValueView
  /** With the second dataset of the widget, where there is one. */
  compare: Comparison
  ratio: ValueView
  difference: ValueView
  sem: ValueView
  n: ValueView
  /** Balancing column; empty: the map's own. */
  weight: string
  /** Whether regions on the minus strand are turned; empty: if the set has both strands. */
  orient: Orient | ''
  edge: 'drop' | 'pad'
  /** Labels of an O/E bar: the ratio or its log2. */
  notation: 'ratio' | 'log2'
  score: boolean
  /** Means of columns and rows beside the picture. */
  marginals: boolean
}

export function parseAverage2d(raw: Record<string, unknown>): Average2dOptions {
  return {
    v: 1,
    value: oneOf(raw.value, ['iccf', 'oe', 'raw'], 'oe'),
    statistic: oneOf(raw.statistic, ['mean', 'sem', 'n'], 'mean'),
    iccf: parseView(raw.iccf, SEQUENTIAL, 'fall'),
    oe: parseView(raw.oe, DIVERGING, 'RdBu'),
    raw: parseView(raw.raw, SEQUENTIAL, 'fall'),
    compare: oneOf(raw.compare, ['split', 'ratio', 'difference'], 'split'),
    ratio: { ...parseView(raw.ratio, DIVERGING, 'RdBu'), scale: 'log' },
    difference: { ...parseView(raw.difference, DIVERGING, 'RdBu'), scale: 'linear' },
    sem: parseView(raw.sem, SEQUENTIAL, 'viridis', 'linear'),
    n: parseView(raw.n, SEQUENTIAL, 'viridis', 'linear'),
    weight: typeof raw.weight === 'string' ? raw.weight : '',
    orient: oneOf(raw.orient, ['', 'none', 'strand'], ''),
    edge: oneOf(raw.edge, ['drop', 'pad'], 'drop'),
    notation: oneOf(raw.notation, ['ratio', 'log2'], 'ratio'),
    score: flag(raw.score, true),
    marginals: flag(raw.marginals, false),
  }
}

/** What is on the picture: `against` is empty while there is no second map to compare with, and with one `statistic` is the mean. */
export type DrawnOptions = Average2dOptions & { against: Comparison | '' }

/** Of which numbers the colours are. */
export function viewKey(o: DrawnOptions): Average2dValue | 'ratio' | 'difference' | 'sem' | 'n' {
  if (o.against === 'ratio' || o.against === 'difference') return o.against
  return o.statistic === 'mean' ? o.value : o.statistic
}

function parseView(raw: unknown, allowed: readonly ColormapName[], fallback: ColormapName, scale: ValueView['scale'] = 'log'): ValueView {
  const r = isRecord(raw) ? raw : {}
  return { scale: oneOf(r.scale, ['log', 'linear'], scale), colormap: mapName(r.colormap, allowed, fallback), range: parseRange(r.range, DEFAULT_RANGE) }
}

/** What is to be computed. */
export function paramsOf(o: Average2dOptions): ResultParams {
  return lean({ value: o.value, weight: o.value === 'raw' ? '' : o.weight, orient: o.orient || undefined, edge: o.edge === 'pad' ? 'pad' : undefined })
}
