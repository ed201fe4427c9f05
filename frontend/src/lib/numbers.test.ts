import { describe, expect, it } from 'vitest'

import { formatBp, formatOffset, formatRegion, formatValue } from './format'
import { shrink } from './matrix'
import { extent, finiteSorted, percentile } from './stats'
import { linearTicks, logTicks, ratioTicks } from './ticks'
import { axisTicks, cellLabel, windowAxis } from './windowAxis'

describe('format', () => {
  it.each([
    [0, '0 bp'], [999, '999 bp'], [1000, '1 kb'], [1500, '1.5 kb'], [400000, '400 kb'], [1_000_000, '1 Mb'], [2_250_000, '2.25 Mb'], [1234, '1.234 kb'],
  ])('%i bp → %s, no digit lost', (bp, text) => expect(formatBp(bp)).toBe(text))

  it('gives offsets a true sign', () => {
    expect(formatOffset(-200000)).toBe('−200 kb')
    expect(formatOffset(200000)).toBe('+200 kb')
    expect(formatOffset(0)).toBe('0')
  })

  it.each([
    [NaN, 'no data'], [0, '0'], [1.81234, '1.81'], [-0.5, '−0.5'], [0.00025, '2.5×10⁻⁴'], [0.0001, '10⁻⁴'], [123456, '1.23×10⁵'], [1234, '1230'], [Infinity, '∞'],
  ])('%f → %s', (v, text) => expect(formatValue(v)).toBe(text))

  it('shows 0-based half-open coordinates 1-based and closed', () => {
    expect(formatRegion('chr1', 999, 2000)).toBe('chr1:1,000–2,000')
    expect(formatRegion('chr1', 100, 100)).toBe('chr1:101–101')
  })
})

describe('stats', () => {
  // numpy 1.24: np.percentile([1, 2, 3, 4, 10], [0, 10, 50, 99, 100]) → 1, 1.4, 3, 9.76, 10
  it.each([[0, 1], [10, 1.4], [50, 3], [99, 9.76], [100, 10]])('percentile %i as numpy', (p, want) => {
    expect(percentile(finiteSorted([10, NaN, 1, 3, Infinity, 2, 4]), p)).toBeCloseTo(want, 12)
  })
  it('knows nothing of nothing', () => {
    expect(percentile([], 50)).toBeNaN()
    expect(extent([NaN])).toBeNull()
  })
})

describe('shrink', () => {
  it('averages areas, leaves NaN out, and keeps the mean', () => {
    const m = { rows: 4, cols: 4, data: Float64Array.from({ length: 16 }, (_, i) => i) }
    const s = shrink(m, 2, 2)
    expect(Array.from(s.data)).toEqual([2.5, 4.5, 10.5, 12.5])
    m.data[0] = NaN
    expect(shrink(m, 2, 2).data[0]).toBeCloseTo((1 + 4 + 5) / 3)
    m.data.fill(NaN)
    expect(shrink(m, 2, 2).data.every(Number.isNaN)).toBe(true)
  })
  it('weights cells that are cut by a pixel border', () => {
    expect(Array.from(shrink({ rows: 1, cols: 3, data: Float64Array.of(0, 3, 6) }, 1, 2).data)).toEqual([1, 5])
  })
  it('never enlarges', () => {
    const m = { rows: 2, cols: 2, data: new Float32Array(4) }
    expect(shrink(m, 100, 100)).toBe(m)
  })
})

describe('ticks', () => {
  it('are round, inside, and ascending', () => {
    for (const [lo, hi] of [[0, 1], [-3.7, 12.2], [0.001, 0.0019], [1e6, 5e6], [-1e-5, 1e-5]]) {
      const t = linearTicks(lo, hi, 5).map((x) => x.value)
      expect(t.length).toBeGreaterThanOrEqual(3)
      expect(t.length).toBeLessThanOrEqual(12)
      expect(t.every((v, i) => v >= lo - 1e-12 && v <= hi + 1e-12 && (i === 0 || v > t[i - 1]))).toBe(true)
    }
  })
  it('never repeat a label', () => {
    for (const [lo, hi] of [[0.9, 1.1], [1.0001, 1.0002], [0, 3e5]]) {
      const labels = linearTicks(lo, hi).map((t) => t.label)
      expect(new Set(labels).size).toBe(labels.length)
    }
  })
  it('of a log axis are decades or 1-2-5', () => {
    expect(logTicks(0.001, 1, 5).map((t) => t.value)).toEqual([0.001, 0.01, 0.1, 1])
    expect(logTicks(1, 20).map((t) => t.label)).toEqual(['1', '2', '5', '10', '20'])
    expect(logTicks(-1, 1)).toEqual([])
  })
  it('of a ratio say which notation they use', () => {
    expect(ratioTicks(0.25, 4, 'ratio').map((t) => t.label)).toEqual(['0.25', '0.5', '1', '2', '4'])
    expect(ratioTicks(0.25, 4, 'log2').map((t) => [t.value, t.label])).toEqual([[0.25, '−2'], [0.5, '−1'], [1, '0'], [2, '1'], [4, '2']])
    expect(ratioTicks(0.8, 1.25, 'ratio').map((t) => t.value)).toContain(1)
  })
})

describe('window axis', () => {
  it('of turned regions says where upstream is, besides its places', () => {
    const words = (cells: number, window: number, oriented: boolean) => axisTicks(windowAxis(cells, window, 10_000, oriented)).filter((t) => t.word).map((t) => [t.at, t.label])
    expect(words(40, 200_000, true)).toEqual([[0.25, 'upstream'], [0.75, 'downstream']])
    expect(words(70, 0, true)).toEqual([[0.5, 'upstream → downstream']])
    expect([words(40, 200_000, false), words(70, 0, false)]).toEqual([[], []])
  })
  it('puts ±W on the middles of the outer cells in 2D and on the edges in 1D', () => {
    const two = axisTicks(windowAxis(41, 200_000, 10_000))
    expect(two.map((t) => t.at)[0]).toBeCloseTo(0.5 / 41)
    expect(two.find((t) => t.label === '0')?.at).toBeCloseTo(0.5)
    const one = axisTicks(windowAxis(40, 200_000, 10_000))
    expect([one[0].at, one.at(-1)?.at]).toEqual([0, 1])
    expect([one[0].label, one.at(-1)?.label]).toEqual(['−200 kb', '+200 kb'])
  })
  it('puts start and end of intervals behind 20 % flanks', () => {
    const t = axisTicks(windowAxis(70, 0, 2))
    expect(t.map((x) => x.label)).toEqual(['−20 %', 'start', 'end', '+20 %'])
    expect(t[1].at).toBeCloseTo(20 / 140)
    expect(t[2].at).toBeCloseTo(120 / 140)
  })
  it('names cells', () => {
    expect(cellLabel(windowAxis(41, 200_000, 10_000), 20)).toBe('0')
    expect(cellLabel(windowAxis(41, 200_000, 10_000), 0)).toBe('−200 kb')
    expect(cellLabel(windowAxis(40, 200_000, 10_000), 0)).toBe('−200 kb to −190 kb')
    expect(cellLabel(windowAxis(140, 0, 1), 20)).toBe('0 % to +1 %')
  })
})
