import { expect, it } from 'vitest'

import { previewWords, queryWords } from './words'

it('says a filter in words', () => {
  expect(queryWords({})).toBe('')
  expect(queryWords({ kinds: ['regions'], assemblyIds: [1], states: ['ready'] })).toBe('')
  expect(queryWords({ q: ' ctcf ', matchCase: true, tags: ['a', 'b'], cellTypes: ['HeLa', '-'], ownerIds: [1] })).toBe(
    'text “ctcf” (case matters), tagged “a” and “b”, cell type “HeLa” or not given, of one owner',
  )
  expect(queryWords({ q: '"wild type"', tags: ['-'] })).toBe('text "wild type", tagged with nothing')
})

it('says what another filter would do', () => {
  expect(previewWords({ found: 3, added: 1, removed: 0, results: 0 }, 'regions')).toBe('Finds 3 region sets: 1 more.')
  expect(previewWords({ found: 1, added: 1, removed: 2, results: 4 }, 'signals')).toBe('Finds 1 signal track: 1 more, 2 of now go. 4 computed results of the present members would be deleted.')
  expect(previewWords({ found: 0, added: 0, removed: 1, results: 1 }, 'regions')).toBe('Finds no region set: 1 of now goes. 1 computed result of the present members would be deleted.')
  expect(previewWords({ found: 2, added: 0, removed: 0, results: 0 }, 'regions')).toBe('Finds 2 region sets: the same as now.')
})
