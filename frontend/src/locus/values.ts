import { formatValue } from '@/lib/format'
import { onlyRaw, weightColumns, type Value } from '@/lib/resultParams'
import { linearTicks, logTicks, ratioTicks, type Tick } from '@/lib/ticks'
import type { ValueScale } from '@/lib/valueScale'
import type { Dataset } from '@/api/types'
import { parseAverage2d, type ValueView } from '@/widgets/average2d/options'

/** How places are shown. Each kind of value keeps how it is shown, as in a 2D average, so that switching loses nothing. */
export interface LocusOptions extends Record<Value, ValueView> {
  value: Value
  /** One y axis for all tracks. */
  common: boolean
}

/** As 2D averages begin, with the colour maps that somebody wants; balanced contacts first. */
export function startingWith(average2d: Record<string, unknown>): LocusOptions {
  const { iccf, oe, raw } = parseAverage2d(average2d)
  return { value: 'iccf', iccf, oe, raw, common: false }
}

export const DEFAULT_OPTIONS: LocusOptions = startingWith({})

export const VALUES: { value: Value; label: string; title: string }[] = [
  { value: 'iccf', label: 'ICCF', title: 'Balanced contact frequency' },
  { value: 'oe', label: 'O/E', title: 'Observed over expected at the same distance' },
  { value: 'raw', label: 'raw', title: 'Counts as they are in the file, not balanced' },
]

export function viewOf(o: LocusOptions): ValueView {
  return o[o.value]
}

/** Ratios lie around 1. */
export function centreOf(o: LocusOptions): number | null {
  return o.value === 'oe' ? 1 : null
}

/** What the numbers are, in a sentence. */
export const VALUE_WORDS: Record<Value, string> = { iccf: 'balanced contact frequency (ICCF)', oe: 'observed / expected contacts', raw: 'contacts (raw counts)' }

export function barTitle(o: LocusOptions): string {
  const log = viewOf(o).scale === 'log'
  if (o.value === 'oe') return log ? 'observed / expected' : 'observed / expected, linear'
  return `${o.value === 'raw' ? 'contacts (raw counts)' : 'contact frequency (ICCF)'}${log ? ', log' : ''}`
}

export function barTicks(o: LocusOptions, domain: ValueScale): Tick[] {
  if (domain.kind === 'linear') return linearTicks(domain.min, domain.max)
  return o.value === 'oe' ? ratioTicks(domain.min, domain.max, 'ratio') : logTicks(domain.min, domain.max)
}

/** One number with what it is: "O/E 2 (log2 1)". */
export function valueText(value: Value, v: number): string {
  if (value === 'raw') return `raw count ${formatValue(v)}`
  if (value === 'iccf') return `ICCF ${formatValue(v)}`
  return `O/E ${formatValue(v)}${v > 0 ? ` (log2 ${formatValue(Math.log2(v))})` : ''}`
}

/** Why the bins of a map have no values of a kind; '' = they have. */
export function lacking(d: Dataset, bin: number, value: Value, weight: string, binText: string): string {
  if (value === 'raw' || !d.facts.contacts) return ''
  if (onlyRaw(d)) return 'This map has no balancing weights: choose raw to see its counts.'
  const have = d.facts.contacts.resolutions.find((r) => r.binSize === bin)?.weights.map((w) => w.name) ?? []
  return have.includes(weight) ? '' : `Bins of ${binText} have no weights “${weight}” (the map has ${weightColumns(d).join(', ')} at others): choose raw, or other bins.`
}
