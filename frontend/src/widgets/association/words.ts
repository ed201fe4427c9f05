import { formatCount, formatValue } from '@/lib/format'
import { axisSummary, cellLabel } from '@/lib/windowAxis'

import type { Measure } from './options'
import { chosenBin, enriched, interval, oddsRatio, ranking, significant, strength, valueOf, type AssociationScene, type TableArrays } from './table'

export const MEASURE_NAMES: Record<Measure, string> = {
  or: 'odds ratio', log2or: 'log2 odds ratio', q: '−log10 q', p: '−log10 p', support: 'support', expected: 'expected support',
}

/** The title of the axis of a measure. */
export function measureTitle(m: Measure): string {
  if (m === 'q' || m === 'p') return `−log10 ${m}, depletion negative`
  return { or: 'odds ratio', log2or: 'log2(odds ratio)', support: 'support (bins hit)', expected: 'expected bins hit' }[m]
}

/** The universe of a result for people: the sort of universe, and its size. */
export function universeWords(value: string, size: number, bin: string, setName: (id: number) => string): string {
  if (value === 'queries') return `union of all query bins (${formatCount(size)})`
  const id = /^regions:(\d+)$/.exec(value)?.[1]
  if (id) return `${setName(Number(id))} (${formatCount(size)} regions)`
  return `genome (${formatCount(size)} ${bin})`
}

/** A probability from its −log10, without falling to zero. */
export function probability(minusLog: number): string {
  if (Number.isNaN(minusLog)) return 'no data'
  return minusLog < 300 ? formatValue(10 ** -minusLog, 2) : `10^−${Math.round(minusLog)}`
}

export function ratioText(a: TableArrays, i: number): string {
  const v = oddsRatio(a, i)
  if (Number.isNaN(v)) return 'undefined'
  const [lo, hi] = interval(a, i)
  return Number.isNaN(lo) ? formatValue(v) : `${formatValue(v)} [${formatValue(lo)}–${formatValue(hi)}]`
}

export function readoutCell(s: AssociationScene, target: number, bin: number): string[] {
  const { arrays: a, axis } = s
  const i = target * axis.cells + bin
  const mark = significant(a, i, s.options.level) ? ` ≤ ${s.options.level}` : ''
  return [
    s.targets[target].name,
    cellLabel(axis, bin),
    `odds ratio ${ratioText(a, i)}`,
    `${enriched(a, i) ? 'enrichment' : 'depletion'}: p ${probability(strength(a, i, 'p'))}, q ${probability(strength(a, i, 'q'))}${mark}`,
    `support ${formatCount(a.a[i])} of ${formatCount(a.a[i] + a.c[i])}, expected ${formatValue(a.expected[i])}`,
  ]
}

/** One line of the read-out of a bin. */
export function readoutTarget(s: AssociationScene, target: number, bin: number): string {
  const i = target * s.axis.cells + bin
  const { measure, level } = s.options
  const value = measure === 'log2or' ? Math.log2(oddsRatio(s.arrays, i)) : valueOf(s.arrays, i, measure)
  return `${s.targets[target].name}: ${formatValue(value)}, q ${probability(strength(s.arrays, i, 'q'))}${significant(s.arrays, i, level) ? ' *' : ''}`
}

/** The text alternative of the picture. */
export function describeAssociation(s: AssociationScene): string {
  const bin = chosenBin(s.axis, s.options.at)
  const rank = ranking(s, bin)
  const told = rank.length <= 6 ? rank : [...rank.slice(0, 3), ...rank.slice(-3)]
  const each = told.map((t) => `${s.targets[t].name} odds ratio ${ratioText(s.arrays, t * s.axis.cells + bin)}, q ${probability(strength(s.arrays, t * s.axis.cells + bin, 'q'))}`)
  const left = rank.length - told.length
  return [
    `Association of ${s.setName} with ${formatCount(s.targets.length)} sets, ${axisSummary(s.axis)}`,
    `universe: ${s.universe}`,
    ...(s.ghost ? ['of the selected regions, the whole set dotted'] : []),
    `q by Benjamini–Hochberg over ${formatCount(s.targets.length * s.axis.cells)} tests`,
    `ranked by ${MEASURE_NAMES[s.options.measure]} at ${cellLabel(s.axis, bin)}: ${each.join('; ')}${left > 0 ? `; ${left} more between` : ''}`,
  ].join(', ')
}
