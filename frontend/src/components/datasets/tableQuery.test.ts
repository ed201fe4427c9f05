import { describe, expect, it } from 'vitest'

import type { DatasetFacets, DatasetQuery } from '@/api/types'

import { facetChoices, facetLabel, fromAddress, isEmpty, nextOrder, toAddress, withFacet, type Order } from './tableQuery'

const full: DatasetQuery = { q: 'ctcf "wild type"', matchCase: true, assemblyIds: [3], kinds: ['signal', 'contacts'], states: ['ready'], cellTypes: ['HeLa, G2', '-'], perturbations: ['auxin'], tags: ['a&b', 'c'], ownerIds: [1, 2] }

describe('the address', () => {
  it('gives back every filter and order that was written into it', () => {
    const order: Order = { sort: 'name', desc: true }
    const written = toAddress(full, order)
    expect(fromAddress(written as never)).toEqual({ query: full, order })
    expect(toAddress({}, { desc: true })).toEqual({})
    expect(fromAddress({})).toEqual({ query: {}, order: { desc: true } })
  })

  it('leaves out what is no filter', () => {
    expect(fromAddress({ assembly: 'x', owner: ['-1', '7'], kind: 'magic', state: ['ready', 'odd'], sort: 'colour', case: '1', q: '' })).toEqual({
      query: { ownerIds: [7], states: ['ready'] }, order: { desc: true },
    })
  })
})

it('goes upwards, downwards and back to newest first', () => {
  const up = nextOrder({ desc: true }, 'size')
  const down = nextOrder(up, 'size')
  expect([up, down, nextOrder(down, 'size'), nextOrder(down, 'name')]).toEqual([{ sort: 'size', desc: false }, { sort: 'size', desc: true }, { desc: true }, { sort: 'name', desc: false }])
})

it('keeps chosen values among the choices when nothing is found with them', () => {
  const facets = { tags: [{ value: 'a', n: 2 }] } as unknown as DatasetFacets
  expect(facetChoices(facets, { tags: ['gone', 'a'] }, 'tags')).toEqual([{ value: 'a', n: 2 }, { value: 'gone', n: 0 }])
  expect(facetChoices(null, {}, 'tags')).toEqual([])
})

it('names values as people do', () => {
  const name = (id: number): string => `hg${id}`
  expect(facetLabel('assemblyIds', { value: '38' }, name)).toBe('hg38')
  expect(facetLabel('kinds', { value: 'contacts' }, name)).toBe('Contact map')
  expect(facetLabel('tags', { value: '-' }, name)).toBe('untagged')
  expect(facetLabel('cellTypes', { value: '-' }, name)).toBe('not given')
  expect(facetLabel('ownerIds', { value: '4', label: 'ada' }, name)).toBe('ada')
})

it('knows an empty query', () => {
  expect(isEmpty({ q: ' ', matchCase: true })).toBe(true)
  expect(isEmpty(withFacet({}, 'tags', ['a']))).toBe(false)
  expect(isEmpty(withFacet(withFacet({}, 'tags', ['a']), 'tags', []))).toBe(true)
})
