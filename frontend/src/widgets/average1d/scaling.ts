import { extent, finiteMean } from '@/lib/stats'

import type { Scaling } from './options'

/** v ↦ (v − offset) / unit */
export interface Affine {
  offset: number
  unit: number
}

/**
 * The scaling of one line by its own bins: to 0..1 between its smallest and largest bin, or to mean 0 and standard deviation 1.
 * A flat line becomes 0.
 */
export function affineOf(values: ArrayLike<number>, scaling: Scaling): Affine {
  const range = extent(values)
  if (scaling === 'none' || !range) return { offset: 0, unit: 1 }
  if (scaling === 'minmax') return { offset: range[0], unit: range[1] - range[0] || 1 }
  const finite = Array.from(values).filter(Number.isFinite)
  const mean = finiteMean(finite)
  const sd = Math.sqrt(finiteMean(finite.map((v) => (v - mean) ** 2)))
  return { offset: mean, unit: sd || 1 }
}

export function scaled(values: ArrayLike<number>, a: Affine): Float64Array {
  return Float64Array.from(values, (v) => (v - a.offset) / a.unit)
}

const FAMILY_WISE = 0.05

/**
 * No bin differs from the line's own mean more than chance explains: scaling such a line blows up noise. Each bin's distance in
 * standard errors is compared with √(2 ln(bins / 0.05)), the Chernoff bound of the normal quantile with Bonferroni's correction,
 * which is a little stricter than the quantile itself.
 */
export function isFlat(means: ArrayLike<number>, sem: ArrayLike<number>): boolean {
  const bins = Array.from(means, (v, i) => ({ v, se: sem[i] })).filter((b) => Number.isFinite(b.v) && b.se > 0)
  if (bins.length < 2) return false
  const mean = finiteMean(bins.map((b) => b.v))
  const limit = Math.sqrt(2 * Math.log(bins.length / FAMILY_WISE))
  return bins.every((b) => Math.abs(b.v - mean) <= limit * b.se)
}
