import type { Facet } from '@/lib/facets'
import { combined, countBits, encode, type Bits } from '@/lib/selection'
import type { SharedGroups } from '@/stores/shared'

/** Regions of a set that are not all of it. */
export interface Some {
  bits: Bits
  bitmap: string
  n: number
}

/** What the lines of each track are of: all regions of a set, or some of them. */
export interface Part {
  /** Names it among the parts of a widget; '' is the region set of the panel. */
  key: string
  /** Its place among all parts, those without a region counted, too: what it looks like does not depend on a selection. */
  place: number
  label: string
  setId: number
  setName: string
  /** Every region counts where it is null. */
  some: Some | null
  /** Whether a dotted line shows what the part would be without the selection; `bitmap` of these regions, '' = of all. */
  ghost: { bitmap: string } | null
}

/** A region set with its regions on show: those selected, or those of a facet; null = all. */
export interface PartSet {
  id: number
  name: string
  part: Some | null
}

/** So many lines can be told apart; see lib/series.ts. */
export const MOST_LINES = 32

/**
 * The parts that a plot has lines of: the set of the panel, its groups, and further sets. Of a group, what is on show of the set;
 * `empty` names those of which that is nothing.
 */
export function partsOf(own: PartSet, groups: SharedGroups['list'] | null, others: PartSet[]): { parts: Part[]; empty: string[]; places: number } {
  const whole = (s: PartSet, key: string, place: number, label: string): Part => ({ key, place, label, setId: s.id, setName: s.name, some: s.part, ghost: s.part ? { bitmap: '' } : null })
  const parts = [whole(own, '', 0, groups ? 'all' : own.name)]
  const empty: string[] = []
  for (const [i, g] of (groups ?? []).entries()) {
    const bits = own.part ? combined(own.part.bits, g.bits, 'keep') : g.bits
    const n = countBits(bits)
    if (n === 0) empty.push(g.label)
    else parts.push({ key: `/${g.label}`, place: i + 1, label: g.label, setId: own.id, setName: own.name, some: { bits, bitmap: encode(bits), n }, ghost: own.part ? { bitmap: encode(g.bits) } : null })
  }
  const after = 1 + (groups?.length ?? 0)
  parts.push(...others.map((s, i) => whole(s, `@${s.id}`, after + i, s.name)))
  return { parts, empty, places: after + others.length }
}

/** The facets of a set by a column as groups. */
export function groupsOfFacets(column: string, facets: Facet[]): SharedGroups {
  return { kind: column, list: facets.map(({ label, bits, n }) => ({ label, bits, n })) }
}

const COLOURS = 8

/**
 * The look of a line: a colour per part and a dash per track where there are enough of both, else one after the other. With one part,
 * tracks have the colours. Groups have those that they have in their own picture, all regions beside them the last, which is no colour.
 */
export function styleOf(track: number, part: number, tracks: number, parts: number, grouped: boolean): number {
  if (parts === 1) return track
  const look = !grouped ? part : part === 0 ? COLOURS - 1 : part < COLOURS ? part - 1 : part
  if (parts <= COLOURS && tracks * COLOURS <= MOST_LINES) return COLOURS * track + look
  return tracks === 1 ? look : track * parts + part
}
