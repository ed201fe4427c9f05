import type { ColormapName } from '@/lib/colormaps'
import { DIVERGING, SEQUENTIAL } from '@/lib/colormaps'
import { flag, mapName, oneOf } from '@/lib/optionParse'
import { DEFAULT_RANGE, parseRange, type RangeOption } from '@/lib/valueRange'

/** What is shown of the 2 × 2 tables. */
export type Measure = 'or' | 'log2or' | 'q' | 'p' | 'support' | 'expected'
export type View = 'profile' | 'heat' | 'volcano'

export const MEASURES: Measure[] = ['or', 'log2or', 'q', 'p', 'support', 'expected']
export const LEVELS = [0.05, 0.01, 0.001] as const

/** State of an association, version 1. */
export interface AssociationOptions {
  v: 1
  view: View
  measure: Measure
  /** The place that is ranked, 0..1 along the window; null: the midpoint, or the start of intervals. */
  at: number | null
  ci: boolean
  /** Cells with a q of at most this are marked. */
  level: number
  order: 'collection' | 'value'
  /** `genome`, `queries`, or `regions:ID`. */
  universe: string
  side: 'left' | 'right'
  /** Colours of ratios and of counts; each keeps its own. */
  ratios: ColormapName
  counts: ColormapName
  /** Of the measure it was set for; another measure starts anew. */
  range: RangeOption
}

export function parseAssociation(raw: Record<string, unknown>): AssociationOptions {
  const at = raw.at
  return {
    v: 1,
    view: oneOf(raw.view, ['profile', 'heat', 'volcano'], 'profile'),
    measure: oneOf(raw.measure, MEASURES, 'or'),
    at: typeof at === 'number' && at >= 0 && at <= 1 ? at : null,
    ci: flag(raw.ci, true),
    level: LEVELS.find((l) => l === raw.level) ?? 0.05,
    order: oneOf(raw.order, ['collection', 'value'], 'collection'),
    universe: typeof raw.universe === 'string' && /^(genome|queries|regions:[1-9]\d*)$/.test(raw.universe) ? raw.universe : 'genome',
    side: oneOf(raw.side, ['left', 'right'], 'left'),
    ratios: mapName(raw.ratios, DIVERGING, 'RdBu'),
    counts: mapName(raw.counts, SEQUENTIAL, 'viridis'),
    range: parseRange(raw.range, DEFAULT_RANGE),
  }
}

/** Measures with a value without effect are drawn around it. */
export function centreOf(m: Measure): number | null {
  if (m === 'or' || m === 'log2or') return 1
  return m === 'q' || m === 'p' ? 0 : null
}
