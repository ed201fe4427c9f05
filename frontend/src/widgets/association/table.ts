import type { NpyArray } from '@/api/npy'
import type { ValueScale } from '@/lib/valueScale'
import type { WindowAxis } from '@/lib/windowAxis'

import { centreOf, type AssociationOptions, type Measure } from './options'

/** The arrays of a result, all of targets × bins; see worker/FORMATS.md. */
export const TABLE_ARRAYS = ['a', 'b', 'c', 'd', 'flag', 'expected', 'oddsRatio', 'ciLow', 'ciHigh', 'pGreater', 'pLess', 'qGreater', 'qLess'] as const
export type TableArrays = Record<(typeof TABLE_ARRAYS)[number], ArrayLike<number>>

export function tableArrays(get: (name: keyof TableArrays) => ArrayLike<number>): TableArrays {
  return Object.fromEntries(TABLE_ARRAYS.map((name) => [name, get(name)])) as unknown as TableArrays
}

/** The tables out of the answer to a question about some regions, which has them one after the other in the same order. */
export function partArrays(a: NpyArray): TableArrays {
  const size = a.data.length / TABLE_ARRAYS.length
  if (a.shape[0] !== TABLE_ARRAYS.length) throw new Error(`an association of a part of the regions has ${a.shape[0]} arrays`)
  return tableArrays((name) => a.data.subarray(TABLE_ARRAYS.indexOf(name) * size, (TABLE_ARRAYS.indexOf(name) + 1) * size))
}

export interface Target {
  name: string
  /** Regions read. */
  regions: number
}

export interface AssociationScene {
  targets: Target[]
  arrays: TableArrays
  /** Of the whole set, while the arrays are those of a part of it. */
  ghost?: TableArrays | null
  axis: WindowAxis
  setName: string
  /** The universe in words, with its size. */
  universe: string
  options: AssociationOptions
  /** While a handle of the colour bar is dragged. */
  range?: ValueScale
}

const INFINITE = 1
const UNDEFINED = 2

/** The odds ratio of a cell: 0 and ∞ are measured, NaN is a table with an empty row or column. */
export function oddsRatio(a: TableArrays, i: number): number {
  if (a.flag[i] === UNDEFINED) return NaN
  return a.flag[i] === INFINITE ? Infinity : a.oddsRatio[i]
}

/** Ends of the 95 % interval; NaN where there is none. */
export function interval(a: TableArrays, i: number): [number, number] {
  return [a.ciLow[i], a.flag[i] === INFINITE ? Infinity : a.ciHigh[i]]
}

/** More often than by chance: the direction in which a cell is tested. */
export function enriched(a: TableArrays, i: number): boolean {
  return !(oddsRatio(a, i) < 1)
}

/** −log10 q (or p) of the test in the direction of the cell. */
export function strength(a: TableArrays, i: number, of: 'q' | 'p'): number {
  const [greater, less] = of === 'q' ? [a.qGreater, a.qLess] : [a.pGreater, a.pLess]
  return enriched(a, i) ? greater[i] : less[i]
}

export function significant(a: TableArrays, i: number, level: number): boolean {
  return strength(a, i, 'q') >= -Math.log10(level) - 1e-12
}

/** What is drawn of a cell. q and p carry a sign: depletion is negative. */
export function valueOf(a: TableArrays, i: number, m: Measure): number {
  switch (m) {
    case 'or':
    case 'log2or':
      return oddsRatio(a, i)
    case 'q':
    case 'p': {
      if (Number.isNaN(oddsRatio(a, i))) return NaN
      const s = strength(a, i, m)
      return enriched(a, i) || s === 0 ? s : -s
    }
    case 'support':
      return a.a[i]
    case 'expected':
      return a.expected[i]
  }
}

export function values(s: AssociationScene): Float64Array {
  const out = new Float64Array(s.targets.length * s.axis.cells)
  for (let i = 0; i < out.length; i++) out[i] = valueOf(s.arrays, i, s.options.measure)
  return out
}

export function scaleKind(m: Measure): ValueScale['kind'] {
  return centreOf(m) === 1 ? 'log' : 'linear'
}

/** The bin that is ranked: the one chosen, else the one right of the midpoint, or the first inside intervals. */
export function chosenBin(axis: WindowAxis, at: number | null): number {
  const share = at ?? (axis.window === 0 ? 20 / 140 : 0.5)
  return Math.min(axis.cells - 1, Math.max(0, Math.floor(share * axis.cells + 1e-9)))
}

/** Targets by their value in a bin, the highest first; those without a value last; equals in the order of the collection. */
export function ranking(s: AssociationScene, bin: number): number[] {
  const v = s.targets.map((_, t) => valueOf(s.arrays, t * s.axis.cells + bin, s.options.measure))
  const key = (t: number) => (Number.isNaN(v[t]) ? -Infinity : v[t])
  return s.targets.map((_, t) => t).sort((x, y) => Number(Number.isNaN(v[x])) - Number(Number.isNaN(v[y])) || (key(x) === key(y) ? x - y : key(y) - key(x)))
}

const STYLED = 8

/** The line style of every target: of few all, of many the first eight of the ranking; −1 is grey. */
export function stylesOf(s: AssociationScene, rank: number[]): number[] {
  if (s.targets.length <= STYLED) return s.targets.map((_, t) => t)
  const out = s.targets.map(() => -1)
  rank.slice(0, STYLED).forEach((t, k) => (out[t] = k))
  return out
}
