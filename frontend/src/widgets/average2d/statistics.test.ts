import { describe, expect, it } from 'vitest'

import { cellMiddle } from '@/lib/cellGrid'
import { LIGHT } from '@/lib/figureTheme'
import type { Matrix } from '@/lib/matrix'
import { RecordingSurface } from '@/lib/recordingSurface'
import { windowAxis } from '@/lib/windowAxis'

import { barTitle, centre, describeAverage2d, drawAverage2d, layoutOf, sceneFacts, sceneRange, type Average2dScene } from './draw'
import { marginalsOf, STRIP, STRIP_GAP } from './marginals'
import { parseAverage2d, viewKey } from './options'
import { readoutAverage2d } from './readout'

const [W, H, N] = [350, 260, 5]

function scene(fill: (row: number, col: number) => number, raw: Record<string, unknown>, pairs = false): Average2dScene {
  const mean: Matrix = { rows: N, cols: N, data: Float64Array.from({ length: N * N }, (_, i) => fill(Math.floor(i / N), i % N)) }
  const options = { ...parseAverage2d(raw), against: '' as const }
  return { mean, facts: sceneFacts(mean, options), axis: windowAxis(N, 20_000, 10_000), setName: 'peaks', pairs, options }
}
function paint(s: Average2dScene) {
  const surface = new RecordingSurface(1)
  drawAverage2d(surface, W, H, s, LIGHT)
  const layout = layoutOf(W, H, s, 1)
  return { surface, ...layout, at: (row: number, col: number) => { const p = cellMiddle({ plot: layout.plot, rows: N, cols: N }, { row, col }); return surface.pixel(p.x, p.y) } }
}

describe('standard error and n instead of the mean', () => {
  it('are counted colours from the least to the most, without a middle, a score or log2', () => {
    const s = scene((r) => 100 * r, { value: 'oe', statistic: 'n' })
    expect([viewKey(s.options), centre(s.options), sceneRange(s).kind]).toEqual(['n', null, 'linear'])
    expect(barTitle(s.options)).toBe('regions with data in the cell')
    expect(barTitle({ ...s.options, statistic: 'sem' })).toBe('standard error of O/E')
    const p = paint({ ...s, options: { ...s.options, n: { ...s.options.n, range: { mode: 'fixed', min: 0, max: 400 } } } })
    // The ends of matplotlib's viridis; a cell of no region is a count, and nothing that is missing.
    expect(p.at(0, 2)).toEqual([68, 1, 84])
    expect(p.at(4, 2)).toEqual([253, 231, 37])
    expect(p.surface.texts.map((t) => t.text)).not.toContain('no data')
  })

  it('keep colours and range of their own', () => {
    const o = { ...parseAverage2d({ statistic: 'sem', sem: { colormap: 'magma', scale: 'log' }, oe: { colormap: 'PuOr' } }), against: '' as const }
    expect([o.sem.colormap, o.sem.scale, o.n.scale, o.oe.colormap]).toEqual(['magma', 'log', 'linear', 'PuOr'])
    expect(parseAverage2d({ statistic: 'median', sem: 7 })).toMatchObject({ statistic: 'mean', sem: { scale: 'linear' } })
  })

  it('say in words and at each cell what they are', () => {
    const sem = scene(() => 0.25, { value: 'iccf', statistic: 'sem' })
    expect(readoutAverage2d(sem, { row: 1, col: 2 }, [90])).toEqual([expect.stringContaining('x '), 'standard error of ICCF 0.25', 'n 90'])
    expect(describeAverage2d(sem, 'Hi-C', 9, 10)).toContain('standard error of the mean, balanced contact frequency')
    const n = scene(() => 90, { statistic: 'n' })
    expect(readoutAverage2d(n, { row: 1, col: 2 }, [90]).slice(1)).toEqual(['n 90'])
  })
})

describe('profiles beside a map', () => {
  it('are the means of columns and rows without missing cells', () => {
    const s = scene((r, c) => (c === 4 ? NaN : r === 2 && c === 1 ? 6 : 1), {})
    const { columns, rows } = marginalsOf(s.mean)
    expect(Array.from(columns)).toEqual([1, 2, 1, 1, NaN])
    expect(Array.from(rows)).toEqual([1, 1, 9 / 4, 1, 1])
  })

  it('stand above the columns, of pairs also right of the rows, on one scale; the colour bar makes room', () => {
    const raw = { value: 'iccf', iccf: { scale: 'linear' }, marginals: true }
    const fill = (r: number, c: number): number => (c === 3 ? 5 : 1) + (r === 1 ? 1 : 0)
    const p = paint(scene(fill, raw, true))
    expect(p.plot.y).toBeGreaterThanOrEqual(STRIP + STRIP_GAP)
    const [across, down] = p.surface.lines.filter((l) => l.points.length === 2 * N && l.stroke.colour === LIGHT.accent)
    const xs = across.points.filter((_, i) => i % 2 === 0)
    xs.forEach((x, i) => expect(x).toBeCloseTo(p.plot.x + ((i + 0.5) / N) * p.plot.w))
    const ys = across.points.filter((_, i) => i % 2 === 1)
    expect(ys.indexOf(Math.min(...ys))).toBe(3)
    expect(Math.max(...ys)).toBeLessThan(p.plot.y)
    const beside = down.points.filter((_, i) => i % 2 === 0)
    expect(beside.indexOf(Math.max(...beside))).toBe(1)
    expect(Math.min(...beside)).toBeGreaterThan(p.plot.x + p.plot.w)
    expect(p.bar.x).toBeGreaterThan(Math.max(...beside))
    // One scale: from a column to the next the mean rises by 4, from a row to the next by 1.
    expect(beside[1] - beside[0]).toBeCloseTo((Math.max(...ys) - ys[3]) / 4)
    expect(describeAverage2d(scene(fill, raw, true), 'Hi-C', 9, 10)).toContain('mean of a column highest at +10 kb: 5.2')
  })

  it('around single regions there is one, and without the option none', () => {
    const lines = (raw: Record<string, unknown>) => paint(scene((_r, c) => c, { value: 'iccf', ...raw })).surface.lines.filter((l) => l.points.length === 2 * N)
    expect(lines({ marginals: true })).toHaveLength(1)
    expect(lines({})).toHaveLength(0)
  })
})
