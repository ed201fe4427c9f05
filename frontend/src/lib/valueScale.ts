/**
 * How a value becomes a position on the colour bar. `log` places ratios evenly; a ratio range [1/m, m] on it is the
 * symmetric log2 scale of O/E. Values at or below zero lie under every logarithmic range: they are measured, so they get the
 * lowest colour and not the hatch of missing data.
 */
export interface ValueScale {
  kind: 'linear' | 'log'
  min: number
  max: number
}

/** The axis on which `kind` is linear. */
export function transform(v: number, kind: ValueScale['kind']): number {
  if (kind === 'linear') return v
  return v > 0 ? Math.log2(v) : Number.isNaN(v) ? NaN : -Infinity
}

/** The inverse of transform. */
export function untransform(t: number, kind: ValueScale['kind']): number {
  return kind === 'linear' ? t : 2 ** t
}

/** Position 0..1 of v in the range, not clamped; NaN stays NaN. */
export function position(v: number, s: ValueScale): number {
  const lo = transform(s.min, s.kind)
  const hi = transform(s.max, s.kind)
  return hi > lo ? (transform(v, s.kind) - lo) / (hi - lo) : v > s.min ? 1 : v < s.min ? 0 : 0.5
}

/** The value at position t. */
export function valueAt(t: number, s: ValueScale): number {
  if (s.kind === 'linear') return s.min + t * (s.max - s.min)
  const lo = Math.log2(s.min)
  return 2 ** (lo + t * (Math.log2(s.max) - lo))
}

/** The data on the axis where the scale is linear: made once per array, so that moving the range costs one multiplication per cell. */
export function prepare(data: ArrayLike<number>, kind: ValueScale['kind']): Float32Array {
  const out = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) out[i] = transform(data[i], kind)
  return out
}

/** Table index of missing data. */
export const MISSING = 256

/** Colour-table index 0..255 of every prepared value, MISSING for NaN; values outside the range take the end colours. */
export function tableIndices(prepared: Float32Array, s: ValueScale, out = new Uint16Array(prepared.length)): Uint16Array {
  const lo = transform(s.min, s.kind)
  const hi = transform(s.max, s.kind)
  const k = hi > lo ? 256 / (hi - lo) : 0
  for (let i = 0; i < prepared.length; i++) {
    const v = prepared[i]
    if (Number.isNaN(v)) {
      out[i] = MISSING
      continue
    }
    // The tiny shift keeps the exact centre of a symmetric range from falling to either side by rounding.
    const t = k > 0 ? (v - lo) * k + 1e-6 : v > lo ? 255 : v < lo ? 0 : 128
    out[i] = t <= 0 ? 0 : t >= 255 ? 255 : t
  }
  return out
}

/** The range [1/m, m] or [c−d, c+d] around `centre` that reaches the farther of the two ends. */
export function symmetric(min: number, max: number, centre: number, kind: ValueScale['kind']): [number, number] {
  if (kind === 'log') {
    const m = Math.max(Math.abs(Math.log2(Math.max(max, 1e-12) / centre)), Math.abs(Math.log2(Math.max(min, 1e-12) / centre)))
    return [centre * 2 ** -m, centre * 2 ** m]
  }
  const d = Math.max(Math.abs(max - centre), Math.abs(min - centre))
  return [centre - d, centre + d]
}
