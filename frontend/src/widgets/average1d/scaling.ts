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

/** Half-width of the 95 % confidence interval of a mean, from its standard error (normal approximation). */
export const CI95 = 1.96
