import { expect, test } from 'vitest'

import { parsePlace, placeText } from './place'

test('places are read as browsers write them, and written as they are read', () => {
  const p = { chrom: 'chr1', start: 999, end: 2000 }
  expect(parsePlace(' chr1:1,000-2,000 ')).toEqual(p)
  expect(parsePlace('chr1:1000 – 2000')).toEqual(p)
  expect(placeText(p)).toBe('chr1:1,000-2,000')
  expect(parsePlace(placeText(p))).toEqual(p)
})

test('what is no place is a name', () => {
  for (const text of ['', 'Sox2', 'chr1', 'chr1:', 'chr1:5', 'chr1:0-5', 'chr1:9-5', 'HLA-A', 'chr1:a-b']) expect(parsePlace(text)).toBeNull()
})
