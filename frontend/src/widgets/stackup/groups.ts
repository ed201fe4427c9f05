import type { RowGroup } from '@/api/metadata'

import { noBits, type Bits } from '@/lib/selection'

import type { RowRange } from './rows'

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

/** The regions of every group of a list of labels, in the order of the numbers; −1, no group, comes last. */
export function bitsPerGroup(labels: ArrayLike<number>): { label: number; bits: Bits; n: number }[] {
  const by = new Map<number, { label: number; bits: Bits; n: number }>()
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]
    let g = by.get(label)
    if (!g) by.set(label, (g = { label, bits: noBits(labels.length), n: 0 }))
    g.bits[i >> 3] |= 1 << (i & 7)
    g.n++
  }
  return [...by.values()].sort((a, b) => (a.label < 0 ? 1 : b.label < 0 ? -1 : a.label - b.label))
}

/** The group of a row of the sorted stack. */
export function groupAt(list: RowGroup[], row: number): RowGroup | undefined {
  let start = 0
  return list.find((g) => (start += g.n) > row)
}
