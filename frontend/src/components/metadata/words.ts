import type { MetaPlan, MetaPreview, MetaTable } from '@/api/metadata'
import { count, plural } from '@/text/units'

export type JoinBy = NonNullable<MetaPlan['by']>

export const byText: Record<JoinBy, string> = { order: 'by row order', name: 'by name', coordinates: 'by coordinates' }

export const SEPARATORS = [
  { value: 'tab', title: 'Tab' }, { value: 'comma', title: 'Comma' }, { value: 'semicolon', title: 'Semicolon' }, { value: 'blanks', title: 'Blanks' },
] as const

export const TYPES = [{ value: 'numeric', title: 'Numeric' }, { value: 'categorical', title: 'Categorical' }] as const

/** How a table was joined, in a line. */
export function sayJoin(f: MetaTable['facts']): string {
  const regions = f.matched + f.unmatchedRegions
  return `joined ${byText[f.by]}: ${count(f.matched)} of ${plural(regions, 'region')}${f.unmatchedRows ? `, ${plural(f.unmatchedRows, 'row')} left out` : ''}`
}

/** What lies in a column of the file. */
export function sayValues(c: MetaPreview['columns'][number]): string {
  if (!c.present) return 'no values'
  if (c.numbers === c.present && c.min !== undefined && c.max !== undefined) return `${short(c.min)} to ${short(c.max)}`
  const more = c.distinct > c.examples.length ? ` … ${c.distinct >= 1000 ? '1,000 or more' : count(c.distinct)} values` : ''
  return c.examples.join(', ') + more
}

function short(v: number): string {
  return Math.abs(v) >= 1e5 && !Number.isInteger(v) ? v.toExponential(2) : String(Number(v.toPrecision(6)))
}
