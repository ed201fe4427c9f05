import { describe, expect, it } from 'vitest'

import { DARK, LIGHT, type FigureTheme } from '@/lib/figureTheme'
import { cellAt, cellMiddle } from '@/lib/cellGrid'
import type { Matrix } from '@/lib/matrix'
import { RecordingSurface } from '@/lib/recordingSurface'
import { position } from '@/lib/valueScale'
import { windowAxis } from '@/lib/windowAxis'

import { describeAverage2d, drawAverage2d, layoutAverage2d, sceneDomain, sceneFacts, sceneRange, type Average2dScene } from './draw'
import { paramsOf, parseAverage2d } from './options'
import { readoutAverage2d } from './readout'
import { cornerScore, scoreBoxes, scoreOf, scoreText } from './score'

const [W, H] = [350, 260]
const N = 21
const BIN = 10_000

function matrix(fill: (row: number, col: number) => number): Matrix {
  return { rows: N, cols: N, data: Float64Array.from({ length: N * N }, (_, i) => fill(Math.floor(i / N), i % N)) }
}

function scene(mean: Matrix, raw: Record<string, unknown> = {}, pairs = false): Average2dScene {
  const options = { ...parseAverage2d({ score: false, ...raw }), against: '' as const }
  return { mean, facts: sceneFacts(mean, options), axis: windowAxis(N, ((N - 1) / 2) * BIN, BIN), setName: 'boundaries', pairs, options }
}

function paint(s: Average2dScene, theme: FigureTheme = LIGHT, dpr = 1) {
  const surface = new RecordingSurface(dpr)
  drawAverage2d(surface, W, H, s, theme)
  const { plot, bar } = layoutAverage2d(W, H, s.pairs, dpr)
  const grid = { plot, rows: N, cols: N }
  const at = (row: number, col: number) => {
    const p = cellMiddle(grid, { row, col })
    return surface.pixel(p.x, p.y)
  }
  return { surface, plot, bar, grid, at }
}

const fixed = (min: number, max: number, scale = 'log') => ({ value: 'oe', oe: { scale, range: { mode: 'fixed', min, max } } })
// ColorBrewer's RdBu, 11 classes: the ends and the middle (see lib/colour.test.ts).
const [LOW, HIGH] = [[5, 48, 97], [103, 0, 31]]

describe('picture of a 2D average', () => {
  it.each([1, 2])('paints every cell where its row and column are, at %i device pixels per px', (dpr) => {
    // Gain at (row 3, column 17): above the diagonal of the plot, so upper right; loss at (17, 3).
    const p = paint(scene(matrix((r, c) => (r === 3 && c === 17 ? 4 : r === 17 && c === 3 ? 0.25 : 1)), fixed(0.25, 4)), LIGHT, dpr)
    expect(p.at(3, 17)).toEqual(HIGH)
    expect(p.at(17, 3)).toEqual(LOW)
    for (const [r, c] of [[3, 3], [17, 17], [10, 10]]) expect(Math.min(...p.at(r, c)!)).toBeGreaterThan(240)
    const up = cellMiddle(p.grid, { row: 3, col: 17 })
    expect(up.x).toBeGreaterThan(p.plot.x + p.plot.w / 2)
    expect(up.y).toBeLessThan(p.plot.y + p.plot.h / 2)
  })

  it('never mixes missing with zero, in both themes', () => {
    for (const theme of [LIGHT, DARK]) {
      const p = paint(scene(matrix((r, c) => (c < 7 ? NaN : c < 14 ? 0 : r === 0 ? 2 : 1)), fixed(0.5, 2)), theme)
      const hatch = theme.hatch.map((h) => [1, 3, 5].map((i) => parseInt(h.slice(i, i + 2), 16)).join())
      const seen = new Set<string>()
      for (let y = p.plot.y + 1; y < p.plot.y + p.plot.h; y += 1) seen.add(p.surface.pixel(p.plot.x + p.plot.w / 6, y)!.join())
      expect([...seen].sort()).toEqual([...hatch].sort())
      expect(p.at(5, 10)).toEqual(LOW)
    }
  })

  it('says what the hatch is when, and only when, something is missing', () => {
    const some = paint(scene(matrix((r, c) => (r === c ? NaN : 1)), fixed(0.5, 2)))
    expect(some.surface.texts.map((t) => t.text)).toContain('no data')
    const none = paint(scene(matrix(() => 1), fixed(0.5, 2)))
    expect(none.surface.texts.map((t) => t.text)).not.toContain('no data')
  })

  it('gives the largest value the last colour and what lies beyond the range the colours of its ends', () => {
    const p = paint(scene(matrix((_r, c) => (c === 0 ? 1 : c === 1 ? 8 : c === 2 ? 1000 : 2)), { value: 'iccf', iccf: { scale: 'log', colormap: 'fall', range: { mode: 'fixed', min: 1, max: 8 } } }))
    expect(p.at(5, 0)).toEqual([255, 255, 255])
    expect(p.at(5, 1)).toEqual([0, 0, 0])
    expect(p.at(5, 2)).toEqual([0, 0, 0])
  })

  it('keeps its cells sharp: neighbours meet without a blend', () => {
    const p = paint(scene(matrix((_r, c) => (c < 10 ? 0.5 : 2)), fixed(0.5, 2)), LIGHT, 2)
    const seen = new Set<string>()
    for (let x = 0.25; x < p.plot.w; x += 0.5) seen.add(p.surface.pixel(p.plot.x + x, p.plot.y + 20)!.join())
    expect(seen).toEqual(new Set([LOW.join(), HIGH.join()]))
  })
})

describe('axes of a 2D average', () => {
  it('put 0 at the middle and ±W at the middles of the outer cells, on both sides', () => {
    const p = paint(scene(matrix(() => 1)))
    const ticks = (vertical: boolean) => p.surface.lines.map((l) => l.points).filter(([x1, y1, x2, y2]) => (vertical ? x2 === p.plot.x && y1 === y2 : y1 === p.plot.y + p.plot.h && x1 === x2))
    const cell = p.plot.w / N
    const want = [0.5, (N - 1) / 4 + 0.5, N / 2, (3 * (N - 1)) / 4 + 0.5, N - 0.5].map((c) => c * cell)
    ticks(false).forEach(([x], i) => expect(x - p.plot.x).toBeCloseTo(want[i], -0.5))
    ticks(true).forEach(([, y], i) => expect(y - p.plot.y).toBeCloseTo(want[i], -0.5))
    expect(ticks(false)).toHaveLength(5)
    const texts = p.surface.texts.map((t) => t.text)
    expect(texts.filter((t) => t === '−100 kb')).toHaveLength(2)
    expect(texts.filter((t) => t === '+100 kb')).toHaveLength(2)
    expect(texts).toContain('Distance from midpoint of boundaries')
  })

  it('run downwards on the left, and of pairs have anchor 1 there and anchor 2 below', () => {
    const p = paint(scene(matrix(() => 1), {}, true))
    const left = p.surface.texts.filter((t) => t.style.align === 'right' && t.x < p.plot.x)
    const y = (label: string) => left.find((t) => t.text === label)!.y
    expect(y('−100 kb')).toBeLessThan(y('0'))
    expect(y('0')).toBeLessThan(y('+100 kb'))
    const turned = p.surface.texts.find((t) => t.style.turned && t.x < p.plot.x)
    expect(turned?.text).toBe('Anchor 1')
    expect(p.surface.texts.some((t) => t.text.startsWith('Anchor 2: '))).toBe(true)
  })

  it('of turned regions say upstream and downstream on the axis that has the room, and are silent otherwise', () => {
    const s = scene(matrix(() => 1))
    const words = (x: Average2dScene, width: number) => {
      const surface = new RecordingSurface(1)
      drawAverage2d(surface, width, width, x, LIGHT)
      return surface.texts.map((t) => t.text).filter((t) => /^(up|down)/.test(t))
    }
    const turned = { ...s, axis: { ...s.axis, oriented: true } }
    expect([words(turned, 500), words(turned, 320), words(s, 500)]).toEqual([['upstream', 'downstream'], ['up', 'down'], []])
    expect(describeAverage2d({ ...s, axis: { ...s.axis, oriented: true } }, 'Hi-C', 1, 1)).toContain('upstream left, downstream right')
  })

  it('of intervals always name start and end', () => {
    const s = { ...scene(matrix(() => 1)), axis: windowAxis(N, 0, 5) }
    const texts = paint(s).surface.texts.map((t) => t.text)
    for (const word of ['start', 'end']) expect(texts.filter((t) => t === word)).toHaveLength(2)
  })
})

describe('colour bar of a 2D average', () => {
  it('of O/E is symmetric around 1 on its log axis, for any data', () => {
    for (const peak of [1.2, 3, 50]) {
      const s = scene(matrix((r, c) => (r < 3 && c < 3 ? peak : 1 - (r * c) / 2000)), { value: 'oe' })
      for (const scale of [sceneRange(s), sceneDomain(s)]) {
        expect(scale.min * scale.max).toBeCloseTo(1, 10)
        expect(position(1, scale)).toBeCloseTo(0.5, 10)
      }
    }
  })

  it('has the middle colour at 1, the high colour on top, and its labels at their values', () => {
    const p = paint(scene(matrix((r, c) => (r === c ? 4 : 0.25)), fixed(0.25, 4)))
    const colour = (t: number) => p.surface.pixel(p.bar.x + 3, p.bar.y + t * (p.bar.h - 1))!
    expect(colour(0)).toEqual(HIGH)
    expect(colour(1)).toEqual(LOW)
    expect(Math.min(...colour(0.5))).toBeGreaterThan(235)
    const labels = p.surface.texts.filter((t) => t.x > p.bar.x && !t.style.turned && t.text !== 'no data')
    expect(labels.map((t) => t.text)).toEqual(['0.25', '0.5', '1', '2', '4'])
    for (const l of labels) expect(l.y).toBeCloseTo(p.bar.y + p.bar.h * (1 - (Math.log2(Number(l.text)) + 2) / 4), -0.5)
  })

  it('marks the ends of a range inside the data', () => {
    const p = paint(scene(matrix((r) => 2 ** ((r - 10) / 2)), fixed(0.5, 2)))
    const marks = p.surface.lines.filter((l) => l.points[0] === p.bar.x && l.points[2] === p.bar.x + p.bar.w)
    expect(marks).toHaveLength(2)
  })
})

describe('score of a 2D average', () => {
  const planted = matrix((r, c) => (Math.abs(r - 10) <= 1 && Math.abs(c - 10) <= 1 ? 3 : (r < 3 || r > 17) && (c < 3 || c > 17) ? 1.5 : 100))

  it('is centre over corners, and printed beside the corner box', () => {
    expect(cornerScore(planted)).toBe(2)
    const p = paint(scene(planted, { ...fixed(0.5, 2), score: true }))
    const text = p.surface.texts.find((t) => t.text === '2.00')!
    const cell = p.plot.w / N
    expect(text.x + p.surface.textWidth('2.00', 12) / 2).toBeLessThan(p.plot.x + p.plot.w - 3 * cell)
    expect(p.surface.boxes.filter((b) => Math.abs(b.rect.w - 3 * cell) < 1e-9)).toHaveLength(5)
  })
  it('leaves missing cells out and has none of nothing', () => {
    const holes = { ...planted, data: planted.data.slice() }
    holes.data[10 * N + 10] = NaN
    holes.data[0] = NaN
    expect(cornerScore(holes)).toBe(2)
    expect(cornerScore(matrix(() => NaN))).toBeNull()
    expect(cornerScore(matrix(() => 0))).toBeNull()
  })
  it('takes the engine’s number with its interval where there is one, and shows both', () => {
    const scores = { centre: 3, centreCI: [2, 4], corners: 2, ratio: 1.5, ratioCI: [1.25, 1.875], replicates: 1000, definition: '' }
    const s = { ...scene(planted, { ...fixed(0.5, 2), score: true }), scores }
    expect(scoreOf(planted, scores)).toEqual({ value: 1.5, ci: [1.25, 1.875], replicates: 1000 })
    expect(paint(s).surface.texts.map((t) => t.text)).toContain('1.50')
    expect(describeAverage2d(s, 'Hi-C', 1, 1)).toContain('corner score 1.50, 95 % CI 1.25 to 1.88')
    expect(readoutAverage2d(s, { row: 10, col: 10 }, [1]).slice(3)).toEqual(['corner score 1.50', '95 % CI 1.25 to 1.88'])
    expect(readoutAverage2d(s, { row: 5, col: 10 }, [1])).toHaveLength(3)
    expect(scoreOf(planted, { ...scores, ratio: null, ratioCI: [null, null] })).toBeNull()
    expect(scoreOf(planted, { ...scores, ratioCI: [null, null] })?.ci).toBeNull()
  })
  // The boxes of worker/compute/pileup/spots.go: odd, even, and few cells.
  it.each([[21, [9, 3], [0, 3]], [20, [8, 4], [0, 3]], [7, [2, 3], [0, 1]]])('of %i cells looks at the cells of the engine', (n, centre, corner) => {
    const [c, first] = scoreBoxes(n)
    expect([[c.x, c.w], [first.x, first.w]]).toEqual([centre, corner])
  })
  it.each([[1, '1.00'], [0.5751, '0.575'], [3.784, '3.78'], [12345, '12300']])('%f is printed as %s', (v, text) => expect(scoreText(v)).toBe(text))
})

describe('options of a 2D average', () => {
  it('ask for what was chosen and nothing else', () => {
    expect(paramsOf(parseAverage2d({}))).toEqual({ value: 'oe' })
    expect(paramsOf(parseAverage2d({ value: 'iccf', weight: 'KR', orient: 'none', edge: 'pad' }))).toEqual({ value: 'iccf', weight: 'KR', orient: 'none', edge: 'pad' })
    expect(paramsOf(parseAverage2d({ value: 'raw', weight: 'KR' }))).toEqual({ value: 'raw' })
  })
  it('of older or damaged documents fall back', () => {
    expect(parseAverage2d({ value: 'log', weight: 7, orient: 'up', edge: 1 })).toMatchObject({ value: 'oe', weight: '', orient: '', edge: 'drop' })
  })
  it('keep a view of their own for raw counts', () => {
    const s = scene(matrix(() => 4), { value: 'raw', raw: { scale: 'linear' } })
    expect(paint(s).surface.texts.map((t) => t.text)).toContain('contacts per region (raw counts)')
    expect(readoutAverage2d(s, { row: 1, col: 1 }, [1])[1]).toBe('raw count 4')
    expect(describeAverage2d(s, 'Hi-C', 1, 1)).toContain('raw counts')
  })
})

describe('words of a 2D average', () => {
  const s = scene(matrix((r, c) => (r === 4 && c === 12 ? 2 : r === 0 && c === 0 ? NaN : 1)), fixed(0.5, 2), true)

  it('read a cell with both positions, value and n', () => {
    expect(readoutAverage2d(s, { row: 4, col: 12 }, [1234])).toEqual(['anchor 2 +20 kb, anchor 1 −60 kb', 'O/E 2 (log2 1)', 'n 1,234'])
    expect(readoutAverage2d(s, { row: 0, col: 0 }, [0])).toEqual(['anchor 2 −100 kb, anchor 1 −100 kb', 'O/E no data', 'n 0'])
    expect(readoutAverage2d(s, { row: 10, col: 10 }, undefined)[2]).toBe('n …')
  })
  it('read the cell that is painted under the pointer', () => {
    const { grid } = paint(s)
    for (const cell of [{ row: 0, col: 0 }, { row: 4, col: 12 }, { row: 20, col: 20 }]) expect(cellAt(grid, cellMiddle(grid, cell))).toEqual(cell)
    expect(cellAt(grid, { x: grid.plot.x - 1, y: grid.plot.y + 5 })).toBeNull()
  })
  it('describe the picture with its numbers', () => {
    const text = describeAverage2d(s, 'Hi-C', 90, 100)
    for (const part of ['Hi-C at boundaries', 'n = 90 of 100', '±100 kb in bins of 10 kb', '1 cells without data', 'values from 1 to 2', 'colours from 0.5 to 2']) expect(text).toContain(part)
  })
})
