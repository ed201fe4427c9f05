import { describe, expect, it } from 'vitest'

import type { Result } from '@/api/types'

import { parseStackup, sortLabel } from './options'
import { sortTracks } from './sortTracks'

const result = (resultId: number, featureId: number, more: Partial<Result> = {}): Result =>
  ({ resultId, featureId, pipeline: 'stackup', window: 100_000, bin: 2000, value: 'mean', params: { orient: 'strand' }, shape: [10, 100], ...more }) as Result
const nameOf = (id: number): string => ['', 'CTCF', 'H3K27ac', 'H3K9me3', 'input 10', 'input 9'][id]

describe('tracks to sort rows by', () => {
  const own = result(1, 1)

  it('are those of the same window, the same way round and at the same anchor, by name', () => {
    const list = [own, result(2, 2), result(3, 3, { window: 200_000 }), result(4, 3, { params: { orient: 'none' } }), result(5, 3, { side: 'right' }), result(6, 3, { unavailable: 'no data' }),
      result(7, 3, { pipeline: 'pileup' }), result(8, 4), result(9, 5)]
    expect(sortTracks(list, own, nameOf).map((t) => [t.featureId, t.name, t.result.resultId])).toEqual([[2, 'H3K27ac', 2], [5, 'input 9', 9], [4, 'input 10', 8]])
  })

  it('have the same bin and summary, or the nearest', () => {
    const of = (...list: Result[]): number => sortTracks(list, own, nameOf)[0].result.resultId
    expect(of(result(2, 2, { bin: 5000 }), result(3, 2), result(4, 2, { value: 'max' }))).toBe(3)
    expect(of(result(2, 2, { bin: 10_000 }), result(3, 2, { bin: 1000 }))).toBe(3)
    expect(of(result(2, 2, { value: 'max' }), result(3, 2, { bin: 50_000 }))).toBe(3)
  })

  it('are named with the keys that take values, and kept in documents', () => {
    expect(sortLabel({ sort: 'centre', column: '', track: 'H3K27ac' })).toBe('centre of H3K27ac')
    expect(sortLabel({ sort: 'random', column: '', track: 'H3K27ac' })).toBe('random')
    expect(parseStackup({ sortTrack: 7 }).sortTrack).toBe(7)
    expect([parseStackup({ sortTrack: '7' }), parseStackup({ sortTrack: -1 }), parseStackup({})].map((o) => o.sortTrack)).toEqual([0, 0, 0])
  })
})
