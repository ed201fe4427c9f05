import type { RowGroup } from '@/api/metadata'

import { formatBp, formatCount, formatValue } from './format'
import { decode, type Bits } from './selection'

/** What a panel is parted by: a column of its region set, its values one by one or, of numbers, in ranges. */
export interface FacetDoc {
  column: string
  /** 0 = value by value. */
  bins: number
}

/** One part of the regions of a panel. */
export interface Facet extends FacetDoc {
  /** Which of the values, in the order of the server. */
  index: number
  label: string
  n: number
  bits: Bits
  bitmap: string
}

/** So many are drawn; of more, those with most regions. */
export const MOST_FACETS = 24
const BP = ['distance', 'width', 'start', 'end', 'start2', 'end2']

/** Words for one value: "strand +", "distance 40 kb – 120 kb", "no score". */
export function facetLabel(column: string, g: Pick<RowGroup, 'value' | 'low' | 'high'>): string {
  if (g.low !== undefined && g.high !== undefined) {
    const text = (v: number) => (BP.includes(column) ? formatBp(Number(v.toPrecision(3))) : formatValue(v))
    const [low, high] = [text(g.low), text(g.high)]
    return `${column} ${low === high ? low : `${low} – ${high}`}`
  }
  return g.value === '' ? `no ${column}` : `${column} ${g.value === '-' ? '−' : g.value}`
}

export function facetsOf(doc: FacetDoc, groups: RowGroup[]): Facet[] {
  const all = groups.flatMap((g, index): Facet[] => {
    const bits = g.bitmap ? decode(g.bitmap) : null
    return bits ? [{ ...doc, index, label: facetLabel(doc.column, g), n: g.n, bits, bitmap: g.bitmap ?? '' }] : []
  })
  if (all.length <= MOST_FACETS) return all
  const kept = new Set(all.toSorted((a, b) => b.n - a.n).slice(0, MOST_FACETS))
  return all.filter((f) => kept.has(f))
}

export const facetCount = (f: Facet, total: number): string => `${f.label} · n = ${formatCount(f.n)} of ${formatCount(total)}`
