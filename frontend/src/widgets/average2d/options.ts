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

/** State of a 2D average, version 1. */
export interface Average2dOptions {
  v: 1
  value: Average2dValue
  iccf: ValueView
  oe: ValueView
  raw: ValueView
  /** With the second dataset of the widget, where there is one. */
  compare: Comparison
  ratio: ValueView
  difference: ValueView
  /** Balancing column; empty: the map's own. */
  weight: string
  /** Whether regions on the minus strand are turned; empty: if the set has both strands. */
  orient: Orient | ''
  edge: 'drop' | 'pad'
  /** Labels of an O/E bar: the ratio or its log2. */
  notation: 'ratio' | 'log2'
  score: boolean
}

export function parseAverage2d(raw: Record<string, unknown>): Average2dOptions {
  return {
    v: 1,
    value: oneOf(raw.value, ['iccf', 'oe', 'raw'], 'oe'),
    iccf: parseView(raw.iccf, SEQUENTIAL, 'fall'),
    oe: parseView(raw.oe, DIVERGING, 'RdBu'),
    raw: parseView(raw.raw, SEQUENTIAL, 'fall'),
    compare: oneOf(raw.compare, ['split', 'ratio', 'difference'], 'split'),
    ratio: { ...parseView(raw.ratio, DIVERGING, 'RdBu'), scale: 'log' },
    difference: { ...parseView(raw.difference, DIVERGING, 'RdBu'), scale: 'linear' },
    weight: typeof raw.weight === 'string' ? raw.weight : '',
    orient: oneOf(raw.orient, ['', 'none', 'strand'], ''),
    edge: oneOf(raw.edge, ['drop', 'pad'], 'drop'),
    notation: oneOf(raw.notation, ['ratio', 'log2'], 'ratio'),
    score: flag(raw.score, true),
  }
}

/** What is on the picture: `against` is empty while there is no second map to compare with. */
export type DrawnOptions = Average2dOptions & { against: Comparison | '' }

/** Of which numbers the colours are. */
export function viewKey(o: DrawnOptions): Average2dValue | 'ratio' | 'difference' {
  return o.against === 'ratio' || o.against === 'difference' ? o.against : o.value
}

function parseView(raw: unknown, allowed: readonly ColormapName[], fallback: ColormapName): ValueView {
  const r = isRecord(raw) ? raw : {}
  return { scale: oneOf(r.scale, ['log', 'linear'], 'log'), colormap: mapName(r.colormap, allowed, fallback), range: parseRange(r.range, DEFAULT_RANGE) }
}

/** What is to be computed. */
export function paramsOf(o: Average2dOptions): ResultParams {
  return lean({ value: o.value, weight: o.value === 'raw' ? '' : o.weight, orient: o.orient || undefined, edge: o.edge === 'pad' ? 'pad' : undefined })
}
