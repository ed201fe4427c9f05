import { expect, it } from 'vitest'

import { queryWords } from './words'

it('says a filter in words', () => {
  expect(queryWords({})).toBe('')
  expect(queryWords({ kinds: ['regions'], assemblyIds: [1], states: ['ready'] })).toBe('')
  expect(queryWords({ q: ' ctcf ', matchCase: true, tags: ['a', 'b'], cellTypes: ['HeLa', '-'], ownerIds: [1] })).toBe(
    'text “ctcf” (case matters), tagged “a” and “b”, cell type “HeLa” or not given, of one owner',
  )
  expect(queryWords({ q: '"wild type"', tags: ['-'] })).toBe('text "wild type", tagged with nothing')
})
