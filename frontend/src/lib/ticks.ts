import { formatValue, trimNumber } from './format'

export interface Tick {
  value: number
  label: string
}

/** Round values within [min, max], about `count` of them, at steps of 1, 2 or 5 × 10ⁿ. */
export function linearTicks(min: number, max: number, count = 5): Tick[] {
  if (!(max > min) || !Number.isFinite(max - min)) return Number.isFinite(min) ? [{ value: min, label: formatValue(min) }] : []
  const raw = (max - min) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999) ?? 10 * power
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const largest = Math.max(Math.abs(min), Math.abs(max))
  const plain = decimals <= 4 && largest < 1e5
  const digits = Math.max(2, Math.ceil(Math.log10(largest / step)) + 1)
  const out: Tick[] = []
  for (let k = Math.ceil(min / step - 1e-9); k * step <= max + step * 1e-9; k++) {
    const value = k * step
    out.push({ value, label: plain ? trimNumber(value, decimals) : formatValue(value, digits) })
  }
  return out
}

/** Ticks of a logarithmic axis over positive values: decades, then 1-2-5, then a linear ladder when the span is small. */
export function logTicks(min: number, max: number, count = 5): Tick[] {
  if (!(min > 0) || !(max > min)) return []
  const span = Math.log10(max / min)
  if (span < 0.5) return linearTicks(min, max, count)
  const steps = span < 2.2 ? [1, 2, 5] : [1]
  const every = span < 2.2 ? 1 : Math.max(1, Math.ceil(span / count))
  const out: Tick[] = []
  for (let e = Math.floor(Math.log10(min)); e <= Math.ceil(Math.log10(max)); e++) {
    if (steps.length === 1 && e % every !== 0) continue
    for (const m of steps) {
      const value = m * 10 ** e
      if (value >= min * 0.9999 && value <= max * 1.0001) out.push({ value, label: formatValue(value) })
    }
  }
  return out
}

/** Ticks of a ratio around 1. `notation` says whether the label is the ratio (0.5, 1, 2) or its log2 (−1, 0, 1). */
export function ratioTicks(min: number, max: number, notation: 'ratio' | 'log2', count = 5): Tick[] {
  if (!(min > 0) || !(max > min)) return []
  const lo = Math.log2(min)
  const hi = Math.log2(max)
  if (notation === 'log2') return linearTicks(lo, hi, count).map((t) => ({ value: 2 ** t.value, label: t.label }))
  if (hi - lo < 2) return linearTicks(min, max, count)
  const every = Math.max(1, Math.ceil((hi - lo) / (count + 1)))
  const out: Tick[] = []
  for (let e = Math.ceil(lo - 1e-9); e <= hi + 1e-9; e++) {
    if (e % every === 0) out.push({ value: 2 ** e, label: formatValue(2 ** e) })
  }
  return out
}
