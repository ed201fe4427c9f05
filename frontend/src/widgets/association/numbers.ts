import { formatCount, formatValue } from '@/lib/format'
import type { NumbersColumn } from '@/lib/numbersTable'
import { cellLabel } from '@/lib/windowAxis'

import { interval, oddsRatio, strength, type AssociationScene } from './table'
import { probability } from './words'

const value = (v: number): string => formatValue(v)
const chance = (v: number): string => probability(v)

/** The columns of the table; p and q are held as −log10, so that the strongest sort first however small they are. */
export const COLUMNS: NumbersColumn[] = [
  { title: 'Set' },
  { title: 'Odds ratio', text: value },
  { title: 'CI low', help: '95 % interval (Woolf)', text: value },
  { title: 'CI high', help: '95 % interval (Woolf)', text: value },
  { title: 'p enriched', help: 'Fisher, one-sided', text: chance },
  { title: 'q enriched', help: 'Benjamini–Hochberg over all sets and bins', text: chance },
  { title: 'p depleted', help: 'Fisher, one-sided', text: chance },
  { title: 'q depleted', help: 'Benjamini–Hochberg over all sets and bins', text: chance },
  { title: 'Support', help: 'Query bins that hit the set', text: formatCount },
  { title: 'Expected', help: 'Query bins that would hit it by chance', text: value },
  { title: 'Regions', help: 'Regions of the set', text: formatCount },
]

/** A row per set at one bin, in the order of COLUMNS. */
export function tableRows(s: AssociationScene, bin: number): (string | number)[][] {
  const { arrays: a } = s
  return s.targets.map((t, k) => {
    const i = k * s.axis.cells + bin
    return [t.name, oddsRatio(a, i), ...interval(a, i), a.pGreater[i], a.qGreater[i], a.pLess[i], a.qLess[i], a.a[i], a.expected[i], t.regions]
  })
}

export const LONG_HEAD = ['set', 'position', 'a', 'b', 'c', 'd', 'odds_ratio', 'ci_low', 'ci_high', 'minus_log10_p_enriched', 'minus_log10_q_enriched',
  'minus_log10_p_depleted', 'minus_log10_q_depleted', 'expected'] as const

/** A row per set and bin, for files. */
export function longRows(s: AssociationScene): (string | number)[][] {
  const { arrays: a, axis } = s
  return s.targets.flatMap((t, k) =>
    Array.from({ length: axis.cells }, (_, bin) => {
      const i = k * axis.cells + bin
      return [t.name, cellLabel(axis, bin), a.a[i], a.b[i], a.c[i], a.d[i], oddsRatio(a, i), ...interval(a, i), a.pGreater[i], a.qGreater[i], a.pLess[i], a.qLess[i], a.expected[i]]
    }),
  )
}

/** Sets that are enriched and sets that are depleted at a bin, with a q of at most `level`. */
export function tally(s: AssociationScene, bin: number): { more: number; less: number } {
  let [more, less] = [0, 0]
  s.targets.forEach((_, k) => {
    const i = k * s.axis.cells + bin
    if (strength(s.arrays, i, 'q') < -Math.log10(s.options.level)) return
    if (oddsRatio(s.arrays, i) < 1) less++
    else more++
  })
  return { more, less }
}
