/** The finite members, ascending. */
export function finiteSorted(values: ArrayLike<number>, keep: (v: number) => boolean = () => true): Float64Array {
  const out = new Float64Array(values.length)
  let n = 0
  for (let i = 0; i < values.length; i++) {
    const v = values[i]
    if (Number.isFinite(v) && keep(v)) out[n++] = v
  }
  return out.subarray(0, n).sort()
}

/** Percentile p (0..100) of ascending values by linear interpolation, as numpy's default; NaN when there are none. */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return NaN
  const at = (Math.min(100, Math.max(0, p)) / 100) * (sorted.length - 1)
  const lo = Math.floor(at)
  const hi = Math.ceil(at)
  return sorted[lo] + (sorted[hi] - sorted[lo]) * (at - lo)
}

/** Smallest and largest finite value, or null. */
export function extent(values: ArrayLike<number>): [number, number] | null {
  let lo = Infinity
  let hi = -Infinity
  for (let i = 0; i < values.length; i++) {
    const v = values[i]
    if (!Number.isFinite(v)) continue
    if (v < lo) lo = v
    if (v > hi) hi = v
  }
  return lo <= hi ? [lo, hi] : null
}

/** Mean of the finite members, NaN when there are none. */
export function finiteMean(values: Iterable<number>): number {
  let sum = 0
  let n = 0
  for (const v of values) {
    if (!Number.isFinite(v)) continue
    sum += v
    n++
  }
  return n > 0 ? sum / n : NaN
}

/** How many members are NaN. */
export function countMissing(values: ArrayLike<number>): number {
  let n = 0
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) n++
  return n
}

/** The largest finite member and where it is, or null. */
export function highest(values: ArrayLike<number>): { at: number; value: number } | null {
  let at = -1
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]) && (at < 0 || values[i] > values[at])) at = i
  return at < 0 ? null : { at, value: values[at] }
}

/** Half-width of the 95 % confidence interval of a mean, in standard errors (normal approximation). */
export const CI95 = 1.96
