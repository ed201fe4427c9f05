import { noBits, type Bits } from './selection'

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

/** Clusters by their names on the page, which count from 1; regions without one are no group. */
export function labelledGroups(labels: ArrayLike<number>): { label: string; bits: Bits; n: number }[] {
  return bitsPerGroup(labels).flatMap((g) => (g.label < 0 ? [] : [{ label: `cluster ${g.label + 1}`, bits: g.bits, n: g.n }]))
}
