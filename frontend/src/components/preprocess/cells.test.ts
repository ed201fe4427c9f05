import { describe, expect, it } from 'vitest'

import type { Dataset, Grid, Result, Run } from '@/api/types'

import { cellOf, groupCells, inOrder, wantedPairs } from './cells'

const set = (over: Partial<Dataset> = {}): Dataset => ({ id: 1, name: 'peaks', kind: 'regions', dimension: 1, sizeType: 'point', assemblyId: 7, ...over }) as Dataset
const feature = (over: Partial<Dataset> = {}): Dataset => ({ id: 2, name: 'map', kind: 'contacts', dimension: 2, assemblyId: 7, ...over }) as Dataset
const result = (window: number, bin: number, n: number, over: Partial<Result> = {}): Result => ({ featureId: 2, window, bin, n, total: 100, value: 'oe', ...over }) as Result
const run = (over: Partial<Run>): Run => ({ id: 5, state: 'running', progress: 0.357, message: 'averages at 20 kb', queue: 'long', ...over }) as Run
const grid = { pileup: [{ window: 0, bin: 2 }, { window: 1e5, bin: 5e3 }, { window: 2e6, bin: 5e4 }], stackup: [{ window: 0, bin: 2 }] } as Grid

describe('cellOf', () => {
  it('gives one n: the range over all windows and bins, whatever the order of the results', () => {
    const a = [result(1e5, 5e3, 98), result(2e6, 5e4, 71)]
    for (const list of [a, [...a].reverse()]) {
      const c = cellOf(set(), feature(), list, undefined, grid)
      expect([c.state, c.text, c.detail]).toEqual(['finished', 'n 71–98', '2 pictures'])
      expect(c.explain).toContain('71 (±2 Mb) to 98 (±100 kb) of 100 regions')
    }
  })

  it('gives a single number when all are the same', () => {
    expect(cellOf(set(), feature(), [result(1e5, 5e3, 98), result(2e6, 5e4, 98)], undefined, grid).text).toBe('n 98')
  })

  it('does not call a pair finished of which the grid lacks windows', () => {
    const c = cellOf(set(), feature(), [result(1e5, 5e3, 98)], undefined, grid)
    expect([c.state, c.detail]).toEqual(['partial', '1 of 2 computed'])
  })

  it('does not call a pair finished that lacks the raw counts that are wanted', () => {
    const both = [result(1e5, 5e3, 98), result(2e6, 5e4, 71)]
    expect(cellOf(set(), feature(), both, undefined, grid, true).state).toBe('partial')
    expect(cellOf(set(), feature(), [...both, result(1e5, 5e3, 98, { value: 'raw' }), result(2e6, 5e4, 71, { value: 'raw' })], undefined, grid, true).state).toBe('finished')
    expect(cellOf(set(), feature(), [result(1e5, 5e3, 98, { value: 'raw' })], undefined, grid, false).state).toBe('partial')
  })

  it('counts what the data cannot give as answered, and leaves its n out', () => {
    const c = cellOf(set(), feature(), [result(1e5, 5e3, 0, { unavailable: 'this map has no 5 kb level' }), result(2e6, 5e4, 71)], undefined, grid)
    expect([c.state, c.text, c.detail]).toEqual(['finished', 'n 71', '1 of 2 possible'])
    expect(c.explain).toContain('this map has no 5 kb level')
  })

  it.each([
    ['other assembly', set({ assemblyId: 8 }), [], undefined, 'impossible', 'not possible', 'other assembly'],
    ['nothing possible', set(), [result(1e5, 5e3, 0, { unavailable: 'no weights' })], undefined, 'impossible', 'not possible', 'no weights'],
    ['nothing yet', set(), [], undefined, 'missing', 'not computed', ''],
    ['unknown yet', set(), undefined, undefined, 'loading', '…', ''],
    ['at work', set(), [result(1e5, 5e3, 98)], run({}), 'running', '35 %', 'averages at 20 kb'],
    ['waiting', set(), [], run({ state: 'queued', position: 12 }), 'queued', 'waiting', 'number 12 in long'],
    ['failed', set(), [result(1e5, 5e3, 98)], run({ state: 'failed', error: { code: 'x', message: 'No common chromosome.' } }), 'failed', 'failed', 'No common chromosome.'],
    ['cancelled', set(), [], run({ state: 'cancelled' }), 'cancelled', 'cancelled', 'not computed'],
  ] as const)('%s', (_, s, results, r, state, text, detail) => {
    const c = cellOf(s, feature(), results as Result[] | undefined, r, grid)
    expect([c.state, c.text, c.detail]).toEqual([state, text, detail])
  })
})

it('wants bp windows for points and percent bins for intervals', () => {
  expect(wantedPairs(set(), feature(), grid).map((p) => p.window)).toEqual([1e5, 2e6])
  expect(wantedPairs(set({ sizeType: 'interval' }), feature(), grid).map((p) => p.window)).toEqual([0])
  expect(wantedPairs(set({ sizeType: 'interval' }), feature({ kind: 'signal' }), grid)).toEqual([{ window: 0, bin: 2 }])
  expect(wantedPairs(set(), feature(), null)).toEqual([])
})

it('orders points, intervals, pairs, and maps before tracks, by name with numbers as numbers', () => {
  const sets = [set({ id: 1, name: 'b', dimension: 2 }), set({ id: 2, name: 'set 10' }), set({ id: 3, name: 'a', sizeType: 'interval' }), set({ id: 4, name: 'Set 9' })]
  expect(inOrder(sets).map((d) => d.id)).toEqual([4, 2, 3, 1])
  expect(inOrder([feature({ id: 1, kind: 'signal', name: 'a' }), feature({ id: 2, name: 'z' })]).map((d) => d.id)).toEqual([2, 1])
})

it('asks for exactly the chosen cells', () => {
  expect(groupCells(new Set(['1:8', '1:9', '2:9', '2:8', '3:8']))).toEqual([
    { regionSetIds: [1, 2], featureIds: [8, 9] },
    { regionSetIds: [3], featureIds: [8] },
  ])
})
