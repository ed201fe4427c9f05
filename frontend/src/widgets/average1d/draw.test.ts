import { describe, expect, it } from 'vitest'

import { LIGHT } from '@/lib/figureTheme'
import { RecordingSurface } from '@/lib/recordingSurface'
import { seriesStyle } from '@/lib/series'
import { windowAxis } from '@/lib/windowAxis'

import { binX, drawAverage1d, layoutAverage1d, legendRoom, linesOf, yRange, type Average1dScene, type Track } from './draw'
import { parseAverage1d } from './options'
import { isFlat } from './scaling'
import { describeAverage1d, legendText, readoutAverage1d } from './words'

const [W, H] = [350, 260]
const N = 20

function track(id: number, values: number[], sem: number[] | null = values.map(() => 0.1)): Track {
  return { id: String(id), name: `track ${id}`, style: Math.max(0, id - 1), values, sem, n: 90, total: 100 }
}
function scene(tracks: Track[], raw: Record<string, unknown> = {}): Average1dScene {
  return { tracks, axis: windowAxis(N, 10_000, 1_000), setName: 'peaks', parted: false, options: parseAverage1d(raw) }
}
function paint(s: Average1dScene) {
  const surface = new RecordingSurface()
  drawAverage1d(surface, W, H, s, LIGHT)
  return { surface, ...layoutAverage1d(surface, W, H, s) }
}
const peak = Array.from({ length: N }, (_, i) => (i === 12 ? 5 : 1))

describe('plot of a 1D average', () => {
  it('draws each value at the middle of its bin and at its height', () => {
    const s = scene([track(1, peak)], { y: [0, 10] })
    const { surface, plot } = paint(s)
    const line = surface.lines.find((l) => l.points.length === 2 * N)!
    expect(line.stroke.colour).toBe(seriesStyle(0, false).colour)
    for (let i = 0; i < N; i++) {
      expect(line.points[2 * i]).toBeCloseTo(plot.x + ((i + 0.5) / N) * plot.w)
      expect(line.points[2 * i + 1]).toBeCloseTo(plot.y + plot.h * (1 - peak[i] / 10))
    }
    expect(binX(plot, N, 12)).toBeCloseTo(plot.x + (12.5 / 20) * plot.w)
  })

  it('labels the ends of the window at the edges of the plot, 0 at its middle, and the values at their heights', () => {
    const { surface, plot } = paint(scene([track(1, peak)], { y: [0, 10] }))
    const below = surface.texts.filter((t) => t.y > plot.y + plot.h && !t.text.startsWith('Distance'))
    expect(below.map((t) => t.text).sort()).toEqual(['+10 kb', '0', '−10 kb'].sort())
    const zero = below.find((t) => t.text === '0')!
    expect(zero.x + surface.textWidth('0') / 2).toBeCloseTo(plot.x + plot.w / 2, 5)
    for (const t of surface.texts.filter((t) => t.style.align === 'right')) expect(t.y).toBeCloseTo(plot.y + plot.h * (1 - Number(t.text) / 10), -0.5)
  })

  it('has a band of 1.96 standard errors on both sides of the mean, and none around a median', () => {
    const { surface, plot } = paint(scene([track(1, peak)], { y: [0, 10] }))
    expect(surface.areas).toHaveLength(1)
    const points = surface.areas[0].points
    expect(points).toHaveLength(4 * N)
    const y = (v: number) => plot.y + plot.h * (1 - v / 10)
    expect(points[2 * 12 + 1]).toBeCloseTo(y(5 + 0.196))
    expect(points[2 * (2 * N - 1 - 12) + 1]).toBeCloseTo(y(5 - 0.196))
    for (const raw of [{ statistic: 'median' }, { ci: false }]) expect(paint(scene([track(1, peak)], raw)).surface.areas).toHaveLength(0)
  })

  it('leaves a gap where data are missing, in the line and in the band', () => {
    const values = peak.map((v, i) => (i === 5 || i === 6 ? NaN : v))
    const { surface } = paint(scene([track(1, values)]))
    const line = surface.lines.find((l) => l.points.length === 2 * N)!
    expect(line.points.filter((_, i) => i % 2 === 1).map(Number.isNaN)).toEqual(values.map(Number.isNaN))
    expect(surface.areas.map((a) => a.points.length)).toEqual([4 * 5, 4 * 13])
  })

  it('shows a lone bin between gaps in the band', () => {
    const values = peak.map((v, i) => (i === 4 || i === 6 ? NaN : v))
    const lone = paint(scene([track(1, values)])).surface.areas[1].points
    expect(lone).toHaveLength(8)
    expect(lone[2] - lone[0]).toBeGreaterThan(5)
  })
})

describe('scaling of lines', () => {
  const t = track(1, [2, 4, 6, ...Array.from({ length: N - 3 }, () => 2)], Array.from({ length: N }, () => 0.5))

  it('min–max maps the ends to 0 and 1 and scales the band with the line', () => {
    const [line] = linesOf(scene([t], { scaling: 'minmax' }))
    expect([line.values[0], line.values[1], line.values[2]]).toEqual([0, 0.5, 1])
    expect(line.high![1]).toBeCloseTo(0.5 + (1.96 * 0.5) / 4)
    expect(line.low![1]).toBeCloseTo(0.5 - (1.96 * 0.5) / 4)
    expect(legendText(t, parseAverage1d({ scaling: 'minmax' }))).toBe('track 1 (2–6)')
  })

  it('z-scores have mean 0 and standard deviation 1', () => {
    const [line] = linesOf(scene([t], { scaling: 'zscore' }))
    const mean = line.values.reduce((a, b) => a + b) / N
    expect(mean).toBeCloseTo(0, 12)
    expect(line.values.reduce((a, b) => a + (b - mean) ** 2, 0) / N).toBeCloseTo(1, 12)
  })

  it('makes a flat line 0 and never divides by nothing', () => {
    for (const scaling of ['minmax', 'zscore']) expect(linesOf(scene([track(1, peak.map(() => 7))], { scaling }))[0].values.every((v) => v === 0)).toBe(true)
  })

  it('tells noise from a signal', () => {
    const noise = Array.from({ length: 200 }, (_, i) => 1.3 + 0.08 * Math.sin(i * 12.9898))
    const se = noise.map(() => 0.04)
    expect(isFlat(noise, se)).toBe(true)
    expect(isFlat(noise.with(100, 2), se)).toBe(false)
    expect(isFlat(noise.map(() => NaN), se)).toBe(false)
  })
})

describe('range and legend', () => {
  it('the axis holds lines and bands of what is switched on', () => {
    const big = track(2, peak.map((v) => v * 100))
    const both = scene([track(1, peak), big])
    expect(yRange(both, linesOf(both))[1]).toBeGreaterThan(500)
    const one = scene([track(1, peak), big], { hidden: [2] })
    const [lo, hi] = yRange(one, linesOf(one))
    expect(hi).toBeGreaterThan(5.19)
    expect(hi).toBeLessThan(6)
    expect(lo).toBeLessThan(0.81)
  })

  it('lines of version 1 that were switched off are so still', () => {
    expect(parseAverage1d({ v: 1, hidden: [2, 7] })).toMatchObject({ v: 2, hidden: ['2', '7'] })
    expect(parseAverage1d({ v: 2, hidden: ['2/cluster 1', 5, null] }).hidden).toEqual(['2/cluster 1', '5'])
  })

  it('the legend says of how many regions each line is, where they differ; many rows make the picture higher', () => {
    expect(legendText(track(1, peak), parseAverage1d({}), true)).toBe('track 1, n = 90')
    const few = paint(scene([track(1, peak)]))
    expect(legendRoom(few.legend)).toBe(0)
    const many = paint({ ...scene(Array.from({ length: 12 }, (_, i) => ({ ...track(i + 1, peak), name: `a rather long name of track ${i}` }))), parted: true })
    expect(legendRoom(many.legend)).toBe(9 * 18)
  })

  it('legend entries do not overlap and stay inside, whatever their number', () => {
    const many = scene(Array.from({ length: 12 }, (_, i) => ({ ...track(i, peak), name: `a rather long name of track ${i}` })))
    const { legend, plot } = paint(many)
    for (const [i, a] of legend.entries()) {
      expect(a.rect.x + a.rect.w).toBeLessThanOrEqual(W)
      expect(a.rect.y + a.rect.h).toBeLessThanOrEqual(plot.y)
      for (const b of legend.slice(i + 1)) expect(a.rect.y !== b.rect.y || a.rect.x + a.rect.w <= b.rect.x).toBe(true)
    }
  })

  it('every one of 20 lines looks different', () => {
    const styles = Array.from({ length: 20 }, (_, i) => JSON.stringify(seriesStyle(i, false)))
    expect(new Set(styles).size).toBe(20)
  })
})

describe('words of a 1D average', () => {
  it('read a bin in the units of the track', () => {
    const s = scene([track(1, peak)], { scaling: 'minmax' })
    expect(readoutAverage1d(linesOf(s)[0], s.options, 12, 88)).toBe('track 1: 5 ± 0.2, scaled 1, n 88')
    const plain = scene([track(1, peak)], { statistic: 'median' })
    expect(readoutAverage1d(linesOf(plain)[0], plain.options, 0, 88)).toBe('track 1: 1, n 88')
  })
  it('describe the plot with its peak', () => {
    expect(describeAverage1d(scene([track(1, peak)]))).toBe('Average profile at peaks, mean per bin, ±10 kb in bins of 1 kb. track 1: n = 90 of 100, 1 to 5, highest at +2 kb to +3 kb')
  })
})
