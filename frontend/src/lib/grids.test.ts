import { describe, expect, it } from 'vitest'

import { cellAfterKey, cellAt, cellMiddle } from './cellGrid'
import { lastBySize } from './memo'
import { binsFor, nearestPair } from './nearest'
import { pageColumns, ROW_UNIT, rowSpan } from './pageGrid'
import { placeBeside } from './placeBeside'
import { barDomain, rangeText, resolveRange, valueFacts } from './valueRange'
import { transform } from './valueScale'

describe('cells of a picture', () => {
  const g = { plot: { x: 10, y: 20, w: 100, h: 50 }, rows: 5, cols: 20 }

  it('are found at their middle and at every corner inside', () => {
    for (let row = 0; row < g.rows; row++) {
      for (let col = 0; col < g.cols; col++) {
        const m = cellMiddle(g, { row, col })
        for (const [dx, dy] of [[0, 0], [-2.4, -4.9], [2.4, 4.9]]) expect(cellAt(g, { x: m.x + dx, y: m.y + dy })).toEqual({ row, col })
      }
    }
    for (const p of [{ x: 9.9, y: 30 }, { x: 110, y: 30 }, { x: 50, y: 19.9 }, { x: 50, y: 70 }]) expect(cellAt(g, p)).toBeNull()
  })

  it.each<[string, boolean, [number, number]]>([
    ['ArrowUp', false, [1, 10]], ['ArrowDown', false, [3, 10]], ['ArrowLeft', false, [2, 9]], ['ArrowRight', false, [2, 11]],
    ['ArrowRight', true, [2, 19]], ['ArrowDown', true, [4, 10]], ['Home', false, [2, 0]], ['End', false, [2, 19]],
  ])('%s (shift %s) leads to %j', (key, shift, [row, col]) => expect(cellAfterKey(g, { row: 2, col: 10 }, key, shift)).toEqual({ row, col }))

  it('begin in the middle and know no other key', () => {
    expect(cellAfterKey(g, null, 'ArrowLeft', false)).toEqual({ row: 2, col: 10 })
    expect(cellAfterKey(g, { row: 0, col: 0 }, 'x', false)).toBeUndefined()
  })
})

describe('page of panels', () => {
  it.each([
    [4, [2, 2, 2], 4], [3, [2, 2, 2], 2], [3, [2, 1, 2], 3], [5, [2, 2], 4], [5, [2], 4], [4, [2], 4], [7, [3, 2], 7], [1, [2, 2], 1], [4, [6], 4], [4, [], 4], [3, [3, 2], 3],
  ])('with room for %i columns and panels of %j has %i', (fitting, spans, want) => expect(pageColumns(fitting, spans)).toBe(want))

  it('leaves at least the gap below a panel, and less than one row more', () => {
    for (const h of [1, 57, 400.5]) {
      const room = rowSpan(h, 10) * ROW_UNIT - h
      expect(room).toBeGreaterThanOrEqual(10)
      expect(room).toBeLessThan(10 + ROW_UNIT)
    }
  })
})

describe('axis of a colour bar', () => {
  it('gives the range most of the bar, however long the tail of the data', () => {
    const facts = valueFacts([...Array.from({ length: 1000 }, (_, i) => i / 1000), 5000, 9000], 'linear')
    const range = resolveRange({ mode: 'percentile', lo: 1, hi: 99 }, facts, null)
    const d = barDomain(facts, range, null)
    expect(d.max).toBeGreaterThan(range.max)
    expect((range.max - range.min) / (d.max - d.min)).toBeGreaterThan(0.45)
  })
  it('is symmetric where the range is and always holds it', () => {
    const facts = valueFacts([0.01, 0.5, 0.9, 1, 1.1, 40], 'log')
    for (const option of [{ mode: 'percentile', lo: 0, hi: 100 }, { mode: 'fixed', min: 0.5, max: 2 }] as const) {
      const range = resolveRange(option, facts, 1)
      const d = barDomain(facts, range, 1)
      expect(transform(d.min, 'log')).toBeCloseTo(-transform(d.max, 'log'), 10)
      expect(d.max).toBeGreaterThanOrEqual(range.max)
    }
  })
  it('says where its range comes from', () => {
    expect(rangeText({ mode: 'percentile', lo: 1, hi: 99 })).toBe('percentiles 1 to 99 of the values shown')
    expect(rangeText({ mode: 'percentile', lo: 0, hi: 100 })).toBe('all values')
    expect(rangeText({ mode: 'fixed', min: 0, max: 1 })).toBe('fixed')
  })
})

it('a memo of one size makes anew only for another size', () => {
  let made = 0
  const f = lastBySize(() => ++made)
  expect([f(1, 2), f(1, 2), f(2, 2), f(1, 2)]).toEqual([1, 1, 2, 3])
})

it.each([
  [50, 30, 60], [90, 30, 50], [5, 30, 15], [5, 98, 2], [50, 60, 40],
])('a box beside %i of size %i goes to %i', (at, size, want) => expect(placeBeside(at, size, 0, 100, 10)).toBe(want))

describe('nearest picture', () => {
  const have = [{ window: 400_000, bin: 10_000 }, { window: 400_000, bin: 20_000 }, { window: 50_000, bin: 5_000 }, { window: 0, bin: 2 }]
  it('has the nearest window by ratio, then the nearest bin', () => {
    expect(nearestPair({ window: 100_000, bin: 1_000 }, have)).toEqual(have[2])
    expect(nearestPair({ window: 200_000, bin: 18_000 }, have)).toEqual(have[1])
  })
  it('never answers a window with rescaled intervals, or the other way round', () => {
    expect(nearestPair({ window: 0, bin: 5 }, have)).toEqual(have[3])
    expect(nearestPair({ window: 0, bin: 5 }, have.slice(0, 3))).toBeNull()
  })
})

describe('bins of a window', () => {
  // Pairs of the grid of 2D averages as it is delivered (migrations/sqlite/00001_first_slice.sql).
  const grid = [[0, 1], [0, 2], [10_000, 1000], [50_000, 1000], [50_000, 5000], [100_000, 5000], [400_000, 10_000], [1_000_000, 20_000], [2_000_000, 50_000]].map(([window, bin]) => ({ window, bin }))

  it.each<[string, number, number[]]>([
    ['of the grid: as it says', 50_000, [1000, 5000]],
    ['of the grid, although others would divide it', 400_000, [10_000]],
    ['of none: what divides it, neither too few nor too many', 250_000, [5000, 10_000, 50_000]],
    ['wide', 10_000_000, [50_000]],
    ['that nothing divides', 1_500, []],
    ['of intervals: percent only', 0, [1, 2]],
  ])('%s', (_, window, bins) => expect(binsFor(window, grid)).toEqual(bins))
})
