import { isRecord } from './workspaceDoc'
import { finiteSorted, percentile } from './stats'
import { symmetric, transform, untransform, type ValueScale } from './valueScale'

/** What a person asked of a colour or value range: percentiles of the data shown, or fixed ends. */
export type RangeOption = { mode: 'percentile'; lo: number; hi: number } | { mode: 'fixed'; min: number; max: number }

export const DEFAULT_RANGE: RangeOption = { mode: 'percentile', lo: 1, hi: 99 }

export const RANGE_PRESETS: { label: string; range: RangeOption }[] = [
  { label: 'All values', range: { mode: 'percentile', lo: 0, hi: 100 } },
  { label: '0.1–99.9 percentile', range: { mode: 'percentile', lo: 0.1, hi: 99.9 } },
  { label: '1–99 percentile', range: DEFAULT_RANGE },
  { label: '5–95 percentile', range: { mode: 'percentile', lo: 5, hi: 95 } },
]

export function parseRange(raw: unknown, fallback: RangeOption): RangeOption {
  if (!isRecord(raw)) return fallback
  const num = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)
  if (raw.mode === 'fixed' && num(raw.min) && num(raw.max) && raw.min < raw.max) return { mode: 'fixed', min: raw.min, max: raw.max }
  if (raw.mode === 'percentile' && num(raw.lo) && num(raw.hi) && raw.lo >= 0 && raw.hi <= 100 && raw.lo < raw.hi) {
    return { mode: 'percentile', lo: raw.lo, hi: raw.hi }
  }
  return fallback
}

/** The facts of an array that ranges are made from; computed once per array. */
export interface ValueFacts {
  /** Finite values, ascending; on a logarithmic scale the positive ones only. */
  sorted: Float64Array
  missing: number
  kind: ValueScale['kind']
}

export function valueFacts(data: ArrayLike<number>, kind: ValueScale['kind']): ValueFacts {
  let missing = 0
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) missing++
  return { sorted: finiteSorted(data, kind === 'log' ? (v) => v > 0 : undefined), missing, kind }
}

/**
 * The range to draw. With a centre (1 for O/E) it is symmetric around it on the scale's own axis, reaching the larger of the two
 * percentiles, so that equal gain and loss get equal strength of colour.
 */
export function resolveRange(option: RangeOption, facts: ValueFacts, centre: number | null): ValueScale {
  const { kind, sorted } = facts
  if (option.mode === 'fixed' && (kind === 'linear' || option.min > 0)) return { kind, min: option.min, max: option.max }
  const [lo, hi] = option.mode === 'percentile' ? [option.lo, option.hi] : [1, 99]
  if (sorted.length === 0 && centre === 0) return { kind, min: -1, max: 1 }
  if (sorted.length === 0) return centre === null ? { kind, min: kind === 'log' ? 0.1 : 0, max: 1 } : { kind, min: centre / 2, max: centre * 2 }
  let [min, max] = [percentile(sorted, lo), percentile(sorted, hi)]
  if (centre !== null) [min, max] = symmetric(min, max, centre, kind)
  return widen({ kind, min, max })
}

/** How far the colour bar may reach beyond either end of the range, in lengths of the range. */
const BEYOND = 0.6

/**
 * The axis of the colour bar: the range, and the values on both sides of it as far as they leave the range most of the bar.
 * Symmetric where the range is. Without the outermost thousandth of the values, or one outlier would stretch it.
 */
export function barDomain(facts: ValueFacts, range: ValueScale, centre: number | null): ValueScale {
  const { kind, sorted } = facts
  if (sorted.length === 0) return widen(range)
  const room = (transform(range.max, kind) - transform(range.min, kind)) * BEYOND
  const [first, last] = [untransform(transform(range.min, kind) - room, kind), untransform(transform(range.max, kind) + room, kind)]
  let min = Math.min(range.min, Math.max(first, percentile(sorted, 0.1)))
  let max = Math.max(range.max, Math.min(last, percentile(sorted, 99.9)))
  if (centre !== null) [min, max] = symmetric(min, max, centre, kind)
  return widen({ kind, min, max })
}

/** What the range was made from, for people. */
export function rangeText(option: RangeOption): string {
  if (option.mode === 'fixed') return 'fixed'
  return option.lo === 0 && option.hi === 100 ? 'all values' : `percentiles ${option.lo} to ${option.hi} of the values shown`
}

function widen(s: ValueScale): ValueScale {
  if (transform(s.max, s.kind) - transform(s.min, s.kind) > 1e-9) return s
  if (s.kind === 'log') return { ...s, min: s.min / 1.1, max: s.max * 1.1 }
  const pad = Math.abs(s.min) * 0.05 || 0.5
  return { ...s, min: s.min - pad, max: s.max + pad }
}
