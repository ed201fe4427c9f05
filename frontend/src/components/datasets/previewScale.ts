/** The range of a preview's colours: logarithmic, from the 2nd percentile of what is positive to the 99.5th. */
export function previewRange(values: ArrayLike<number | null>): { min: number; max: number } {
  const positive: number[] = []
  for (let i = 0; i < values.length; i++) {
    const v = values[i]
    if (v !== null && v > 0) positive.push(v)
  }
  positive.sort((a, b) => a - b)
  if (positive.length === 0) return { min: 1, max: 10 }
  const at = (p: number): number => positive[Math.min(positive.length - 1, Math.floor(p * positive.length))]
  const min = at(0.02)
  return { min, max: Math.max(at(0.995), min * 1.01) }
}

/** Null is missing data. */
export function asNumbers(values: (number | null)[]): Float32Array {
  return Float32Array.from(values, (v) => v ?? NaN)
}

/** The outline of a signal from afar: an SVG path per stretch with values, in a box of w × h; high values up. */
export function signalPath(values: (number | null)[], w: number, h: number, low: number, high: number): string {
  const y = (v: number): number => Number((h - ((Math.min(high, Math.max(low, v)) - low) / (high - low || 1)) * h).toFixed(2))
  const x = (i: number): number => Number(((i * w) / values.length).toFixed(2))
  const zero = y(Math.min(high, Math.max(low, 0)))
  let out = ''
  let open = false
  values.forEach((v, i) => {
    if (v === null) {
      if (open) out += `V${zero}Z`
      open = false
      return
    }
    out += open ? `V${y(v)}H${x(i + 1)}` : `M${x(i)} ${zero}V${y(v)}H${x(i + 1)}`
    open = true
  })
  return open ? `${out}V${zero}Z` : out
}

/** The range that a signal is drawn in: to the 99.5th percentile, with zero in it. */
export function signalRange(values: (number | null)[]): [number, number] {
  const known = values.filter((v): v is number => v !== null).sort((a, b) => a - b)
  if (known.length === 0) return [0, 1]
  const at = (p: number): number => known[Math.min(known.length - 1, Math.floor(p * known.length))]
  const low = Math.min(0, at(0.005))
  const high = Math.max(0, at(0.995))
  return high > low ? [low, high] : [low, low + 1]
}
