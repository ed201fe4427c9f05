import { describe, expect, it } from 'vitest'

import { bitsOf, countBits, decode, encode, rowsOf, type Bits } from '@/lib/selection'
import { seriesStyle } from '@/lib/series'

import { groupsOfFacets, MOST_LINES, partsOf, styleOf } from './parts'

const TOTAL = 12
const some = (rows: number[]) => {
  const bits = bitsOf(rows, TOTAL)
  return { bits, bitmap: encode(bits), n: rows.length }
}
const group = (label: string, rows: number[]) => ({ label, bits: bitsOf(rows, TOTAL), n: rows.length })
const own = { id: 1, name: 'peaks', part: null }
const even = group('cluster 1', [0, 2, 4, 6])
const odd = group('cluster 2', [1, 3, 5])
const rows = (bitmap: string): number[] => rowsOf(decode(bitmap) as Bits)

describe('what the lines of a 1D average are of', () => {
  it('one set: all of its regions', () => {
    expect(partsOf(own, null, [])).toEqual({ parts: [{ key: '', place: 0, label: 'peaks', setId: 1, setName: 'peaks', some: null, ghost: null }], empty: [], places: 1 })
  })
  it('groups beside all regions, and further sets', () => {
    const { parts } = partsOf(own, [even, odd], [{ id: 9, name: 'loops', part: null }])
    expect(parts.map((p) => [p.key, p.label, p.setName, p.some?.n ?? null])).toEqual([['', 'all', 'peaks', null], ['/cluster 1', 'cluster 1', 'peaks', 4], ['/cluster 2', 'cluster 2', 'peaks', 3], ['@9', 'loops', 'loops', null]])
    expect(rows(parts[1].some!.bitmap)).toEqual([0, 2, 4, 6])
  })
  it('of a selection: its part of each group, with the group dotted; a group without any is named', () => {
    const { parts, empty } = partsOf({ ...own, part: some([0, 2, 8]) }, [even, odd], [{ id: 9, name: 'loops', part: some([3]) }])
    expect(empty).toEqual(['cluster 2'])
    expect(parts.map((p) => p.key)).toEqual(['', '/cluster 1', '@9'])
    expect(rows(parts[1].some!.bitmap)).toEqual([0, 2])
    expect(rows(parts[1].ghost!.bitmap)).toEqual([0, 2, 4, 6])
    expect(parts[0].ghost).toEqual({ bitmap: '' })
    expect(parts[2].some!.n).toBe(1)
    expect(parts.map((p) => p.place)).toEqual([0, 1, 3])
  })
  it('facets are groups', () => {
    const bits = bitsOf([1], TOTAL)
    expect(groupsOfFacets('strand', [{ column: 'strand', bins: 0, index: 0, label: 'strand +', n: 1, bits, bitmap: encode(bits) }])).toEqual({ kind: 'strand', list: [{ label: 'strand +', bits, n: 1 }] })
    expect(countBits(bits)).toBe(1)
  })
  it('all lines that can be drawn look different, on light and on dark', () => {
    for (const [tracks, parts] of [[1, 32], [4, 8], [2, 16], [3, 7], [20, 1]]) {
      for (const [dark, grouped] of [[false, false], [true, false], [false, true]]) {
        const looks = Array.from({ length: tracks * parts }, (_, i) => JSON.stringify(seriesStyle(styleOf(Math.floor(i / parts), i % parts, tracks, parts, grouped), dark)))
        expect(new Set(looks).size).toBe(Math.min(MOST_LINES, tracks * parts))
      }
    }
  })
  it('a group has the colour that it has in its stackup, where group i has the i-th', () => {
    for (let i = 0; i < 6; i++) expect(styleOf(0, i + 1, 1, 7, true)).toBe(i)
    expect(styleOf(0, 0, 1, 7, true)).toBe(7)
  })
  it('where there are few of both, a part has its colour in every track', () => {
    for (const part of [0, 3]) expect(seriesStyle(styleOf(1, part, 2, 5, true), false).colour).toBe(seriesStyle(styleOf(0, part, 2, 5, true), false).colour)
  })
})
