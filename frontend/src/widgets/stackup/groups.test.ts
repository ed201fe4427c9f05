import { describe, expect, it } from 'vitest'

import type { Result } from '@/api/types'

import { bitsPerGroup, labelledGroups } from '@/lib/groups'

import { groupAt, groupsIn, toldGroups } from './groups'
import { parseStackup } from './options'
import { scoresOf } from './useScores'

const list = [{ value: 'A', n: 3 }, { value: 'B', n: 1 }, { value: '', n: 2 }]

describe('groups of rows', () => {
  it('lie one below the other, those without a value last', () => {
    expect(groupsIn(list, { from: 0, to: 6 }).map((g) => [g.label, g.from, g.to])).toEqual([['A', 0, 3], ['B', 3, 4], ['no value', 4, 6]])
  })
  it('are cut to the rows in sight and keep their place', () => {
    expect(groupsIn(list, { from: 2, to: 4 }).map((g) => [g.label, g.from, g.to, g.index])).toEqual([['A', 2, 3, 0], ['B', 3, 4, 1]])
    expect(groupsIn(list, { from: 4, to: 5 }).map((g) => [g.label, g.n])).toEqual([['no value', 2]])
  })
  it('are found by a row', () => {
    expect([0, 2, 3, 4, 5].map((row) => groupAt(list, row)?.value)).toEqual(['A', 'A', 'B', '', ''])
    expect(groupAt(list, 6)).toBeUndefined()
  })
})

describe('options of a stackup', () => {
  it('sort by a column only when one is named', () => {
    expect(parseStackup({ sort: 'column', column: 'fold', group: 'k' })).toMatchObject({ sort: 'column', column: 'fold', group: 'k' })
    expect(parseStackup({ sort: 'column' })).toMatchObject({ sort: 'centre', column: '', group: '' })
    expect(parseStackup({ sort: 'mean', column: 5, group: {} })).toMatchObject({ sort: 'mean', column: '', group: '' })
  })
})

describe('groups of alike rows', () => {
  it('have their regions as bits, in the order of the numbers, rows of no group last', () => {
    expect(bitsPerGroup([1, 0, -1, 1, 0, 0, 0, 0, 0, 1]).map((g) => [g.label, g.n, [...g.bits]])).toEqual([[0, 6, [0b11110010, 0b01]], [1, 3, [0b00001001, 0b10]], [-1, 1, [0b00000100, 0]]])
  })
  it('are asked for by 2 to 12 and not together with a column', () => {
    expect([4, 1, 13, 'x'].map((clusters) => parseStackup({ clusters }).clusters)).toEqual([4, 0, 0, 0])
    expect(parseStackup({ clusters: 4, group: 'kind' }).clusters).toBe(0)
  })
})

describe('scores of single regions as sort keys', () => {
  const result = (resultId: number, featureId: number, value: string, window: number, bin: number, more = {}) => ({ resultId, featureId, value, window, bin, pipeline: 'pileup', params: {}, ...more }) as unknown as Result
  it('are those of each map and value at the window, or the nearest one, in the middle bin', () => {
    const list = [result(1, 7, 'oe', 100_000, 5_000), result(2, 7, 'oe', 100_000, 10_000), result(3, 7, 'oe', 400_000, 10_000), result(4, 7, 'iccf', 400_000, 10_000), result(5, 8, 'oe', 100_000, 5_000, { unavailable: 'no' }), result(6, 9, 'oe', 100_000, 5_000, { pipeline: 'stackup' })]
    const got = scoresOf(list, 100_000, (id) => `map${id}`)
    expect([...new Set(got.map((s) => `${s.map} ${s.result.resultId}`))]).toEqual(['map7 · ICCF 4', 'map7 · O/E 1'])
    expect(got.at(-5)).toMatchObject({ key: '7:oe:ratio', words: 'corner score in map7, O/E' })
    for (const s of got) expect(parseStackup({ sort: 'score', score: s.key })).toMatchObject({ sort: 'score', score: s.key })
    expect(parseStackup({ sort: 'score', score: '7:oe:name' })).toMatchObject({ sort: 'centre', score: '' })
  })
})

describe('groups that other widgets are told of', () => {
  it('are the clusters by the names of the page; regions without one are none', () => {
    expect(labelledGroups([1, -1, 0, 1]).map((g) => [g.label, g.n, [...g.bits]])).toEqual([['cluster 1', 1, [0b0100]], ['cluster 2', 2, [0b1001]]])
  })
  it('of rows, those with data, and columns in their words', () => {
    const list = [{ value: '1', n: 2, bitmap: 'Aw==' }, { value: '2', n: 0, bitmap: 'AA==' }, { value: '', n: 1, bitmap: 'BA==' }]
    expect(toldGroups({ column: 'k-means', of: '', list })?.list.map((g) => [g.label, g.n, [...g.bits]])).toEqual([['group 1', 2, [3]]])
    expect(toldGroups({ column: 'strand', of: '', list: [{ value: '-', n: 2, bitmap: 'Aw==' }] })).toMatchObject({ kind: 'strand', list: [{ label: 'strand −' }] })
    expect(toldGroups(null)).toBeNull()
  })
})
