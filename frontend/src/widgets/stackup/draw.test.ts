import { describe, expect, it } from 'vitest'

import { cellMiddle } from '@/lib/cellGrid'
import { LIGHT } from '@/lib/figureTheme'
import type { Matrix } from '@/lib/matrix'
import { RecordingSurface } from '@/lib/recordingSurface'
import { valueFacts } from '@/lib/valueRange'
import { windowAxis } from '@/lib/windowAxis'

import { describeStackup, drawStackup, layoutStackup, stackColormap, stackDomain, stackRange, type StackupScene } from './draw'
import { parseStackup } from './options'
import { blockRows, panRows, rowBlock, zoomRows } from './rows'

const [W, H] = [350, 260]
const COLS = 40
const ROWS = 30

function scene(fill: (row: number, col: number) => number, raw: Record<string, unknown> = {}, rows = ROWS): StackupScene {
  const stack: Matrix = { rows, cols: COLS, data: Float32Array.from({ length: rows * COLS }, (_, i) => fill(Math.floor(i / COLS), i % COLS)) }
  const mean = Float64Array.from({ length: COLS }, (_, c) => (c === 25 ? 9 : 1))
  return {
    stack, facts: valueFacts(stack.data, 'linear'), rows: { from: 0, to: rows }, total: rows, profile: { mean, sem: mean.map(() => 0.5) },
    axis: windowAxis(COLS, 20_000, 1_000), setName: 'peaks', options: parseStackup(raw),
  }
}
function paint(s: StackupScene, dpr = 1) {
  const surface = new RecordingSurface(dpr)
  drawStackup(surface, W, H, s, LIGHT)
  const layout = layoutStackup(W, H, s.options.profile, dpr)
  const grid = { plot: layout.plot, rows: s.stack.rows, cols: COLS }
  const at = (row: number, col: number) => {
    const p = cellMiddle(grid, { row, col })
    return surface.pixel(p.x, p.y)
  }
  return { surface, ...layout, at }
}
const whole = { range: { mode: 'fixed', min: 0, max: 10 }, colormap: 'fall' }

describe('picture of a stackup', () => {
  it('has the first row on top and the first bin on the left', () => {
    const p = paint(scene((r, c) => (r === 0 && c === 0 ? 10 : r === ROWS - 1 && c === COLS - 1 ? 20 / 3 : 0), whole))
    expect(p.at(0, 0)).toEqual([0, 0, 0])
    expect(p.at(ROWS - 1, COLS - 1)).toEqual([208, 2, 27])
    expect(p.at(ROWS - 1, 0)).toEqual([255, 255, 255])
    expect(p.at(0, COLS - 1)).toEqual([255, 255, 255])
  })

  it('hatches what is missing and paints a measured zero', () => {
    const p = paint(scene((_r, c) => (c < 20 ? NaN : 0), whole))
    const greys = new Set(LIGHT.hatch.map((h) => [1, 3, 5].map((i) => parseInt(h.slice(i, i + 2), 16)).join()))
    expect(greys.has(p.at(7, 5)!.join())).toBe(true)
    expect(p.at(7, 30)).toEqual([255, 255, 255])
    expect(p.surface.texts.map((t) => t.text)).toContain('no data')
  })

  it('skips no row when there are more rows than pixels: one bright row tints its pixel', () => {
    const rows = 2000
    const p = paint(scene((r) => (r === 1001 ? 1000 : 0), { ...whole, profile: false }, rows))
    const column = new Set<string>()
    for (let y = p.plot.y + 0.5; y < p.plot.y + p.plot.h; y++) column.add(p.surface.pixel(p.plot.x + 5, y)!.join())
    expect(column.size).toBeGreaterThan(1)
  })

  it('of signed data has 0 in the middle of a diverging map, and equal loss and gain equally strong', () => {
    const s = scene((_r, c) => (c < 10 ? -3 : c < 20 ? 0 : 1))
    expect([stackRange(s).min, stackRange(s).max]).toEqual([-3, 3])
    expect(stackDomain(s).min).toBe(-stackDomain(s).max)
    const p = paint(s)
    expect(p.at(3, 2)).toEqual([5, 48, 97])
    expect(Math.min(...p.at(3, 15)!)).toBeGreaterThan(240)
    expect(stackColormap(scene((r) => r))).toBe('Reds')
  })

  it('names rows by their place in the sorted stack', () => {
    const s = { ...scene(() => 1, whole), rows: { from: 500, to: 530 }, total: 2000 }
    const { surface, plot } = paint(s)
    const labels = surface.texts.filter((t) => t.style.align === 'right' && t.y >= plot.y && t.y <= plot.y + plot.h)
    expect(labels.map((t) => t.text)).toContain('501')
    expect(labels.map((t) => t.text)).toContain('530')
    const sorted = labels.toSorted((a, b) => a.y - b.y).map((t) => Number(t.text))
    expect(sorted).toEqual(sorted.toSorted((a, b) => a - b))
    expect(surface.texts.some((t) => t.text === 'regions, by centre ↓')).toBe(true)
  })

  it('has the mean of all rows on top, over the same bins, with round ticks', () => {
    const { surface, plot, profile } = paint(scene(() => 1, whole))
    const line = surface.lines.find((l) => l.points.length === 2 * COLS)!
    expect(line.points[2 * 25]).toBeCloseTo(plot.x + (25.5 / COLS) * plot.w)
    expect(Math.min(...line.points.filter((_, i) => i % 2 === 1))).toBe(line.points[2 * 25 + 1])
    expect(surface.areas).toHaveLength(1)
    const ticks = surface.texts.filter((t) => t.style.align === 'right' && t.y < profile!.y + profile!.h).map((t) => Number(t.text))
    expect(ticks.every((v) => Number.isInteger(v))).toBe(true)
    expect(layoutStackup(W, H, false, 1).profile).toBeNull()
  })

  it('labels the window below: 0 under its middle, the ends under the edges of the plot', () => {
    const { surface, plot } = paint(scene(() => 1, whole))
    const at = (label: string) => surface.texts.find((t) => t.text === label && t.y > plot.y + plot.h)!
    expect(at('0').x + surface.textWidth('0') / 2).toBeCloseTo(plot.x + plot.w / 2, 5)
    expect(at('−20 kb').x).toBeLessThan(plot.x + 1)
    expect(at('+20 kb').x + surface.textWidth('+20 kb')).toBeGreaterThan(plot.x + plot.w - 1)
  })

  it('is described with rows, order, peak and colours', () => {
    const text = describeStackup(scene(() => 1, whole), 'CTCF', 28)
    for (const part of ['Stackup of CTCF at peaks', 'all 30 rows', 'sorted by centre, descending', 'n = 28 of 30', 'highest at +5 kb to +6 kb: 9', 'colours from 0 to 10']) expect(text).toContain(part)
  })
})

describe('rows of a stackup', () => {
  it('share painted rows so that each is in exactly one', () => {
    for (const [total, pixels] of [[2964, 192], [10, 192], [193, 192], [100_000, 64]]) {
      const range = { from: 0, to: total }
      const block = rowBlock(range, pixels)
      const painted = Math.ceil(total / block)
      expect(painted).toBeLessThanOrEqual(Math.max(pixels, 1))
      let next = 0
      for (let i = 0; i < painted; i++) {
        const b = blockRows(range, block, i)
        expect(b.from).toBe(next)
        next = b.to
      }
      expect(next).toBe(total)
    }
  })

  it('zoom around a place, stay inside, and come back', () => {
    const all = { from: 0, to: 1000 }
    expect(zoomRows(all, 1000, 0.5, 0.5)).toEqual({ from: 250, to: 750 })
    expect(zoomRows(all, 1000, 0.5, 0)).toEqual({ from: 0, to: 500 })
    expect(zoomRows({ from: 990, to: 998 }, 1000, 0.5, 1)).toEqual({ from: 990, to: 998 })
    expect(zoomRows({ from: 400, to: 600 }, 1000, 100, 0.5)).toEqual(all)
    expect(panRows({ from: 900, to: 950 }, 1000, 500)).toEqual({ from: 950, to: 1000 })
    expect(panRows({ from: 10, to: 20 }, 1000, -500)).toEqual({ from: 0, to: 10 })
  })
})
