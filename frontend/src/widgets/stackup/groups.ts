import type { RowGroup } from '@/api/metadata'

import { facetLabel } from '@/lib/facets'
import { decode } from '@/lib/selection'
import type { SharedGroups } from '@/stores/shared'

import type { RowRange } from './rows'
import type { RowGroups } from './useRowGroups'

/** A group of rows, as far as it is in sight. */
export interface ShownGroup {
  label: string
  n: number
  /** Its place among all groups. */
  index: number
  /** Rows a..b of the sorted stack that are in sight. */
  from: number
  to: number
}

export const groupLabel = (g: RowGroup): string => g.value || 'no value'

/** The groups that rows a..b of the sorted stack belong to, from the top. */
export function groupsIn(list: RowGroup[], rows: RowRange): ShownGroup[] {
  const out: ShownGroup[] = []
  let start = 0
  for (const [index, g] of list.entries()) {
    const [from, to] = [Math.max(start, rows.from), Math.min(start + g.n, rows.to)]
    if (from < to) out.push({ label: groupLabel(g), n: g.n, index, from, to })
    start += g.n
  }
  return out
}

/** As other widgets are told of them. */
export function toldGroups(g: RowGroups | null): SharedGroups | null {
  if (!g) return null
  const list = g.list.flatMap((x) => {
    const bits = decode(x.bitmap ?? '')
    // Rows without data are in no group of alike rows.
    if (!bits || x.n === 0 || (g.column === 'k-means' && x.value === '')) return []
    return [{ label: g.column === 'k-means' ? `group ${x.value}` : facetLabel(g.column, x), bits, n: x.n }]
  })
  return { kind: g.column, list }
}

/** The group of a row of the sorted stack. */
export function groupAt(list: RowGroup[], row: number): RowGroup | undefined {
  let start = 0
  return list.find((g) => (start += g.n) > row)
}
