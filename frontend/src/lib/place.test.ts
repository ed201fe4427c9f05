import { expect, test } from 'vitest'

import { parsePlace, placeText, readWanted } from './place'

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

const genome = { name: 'toy', chroms: [{ name: 'chr1', length: 4_000_000 }, { name: 'chr2', length: 2_500_000 }, { name: 'MT', length: 16_000 }], aliases: { NC_1: 'chr1' } }

test('5.11 what people type to go somewhere', () => {
  const place = (text: string) => {
    const w = readWanted(text, genome)
    return w.kind === 'place' ? w.place : w
  }
  expect(place('chr2:1,000,000-2,000,000')).toEqual({ chrom: 'chr2', start: 999_999, end: 2_000_000 })
  expect(place(' 2:1M - 1.5mb ')).toEqual({ chrom: 'chr2', start: 999_999, end: 1_500_000 })
  expect(place('NC_1:1-10')).toEqual({ chrom: 'chr1', start: 0, end: 10 })
  expect(place('chr2')).toEqual({ chrom: 'chr2', start: 0, end: 2_500_000 })
  expect(place('CHR2')).toEqual({ chrom: 'chr2', start: 0, end: 2_500_000 })
  expect(place('chr1:10,000')).toEqual({ chrom: 'chr1', start: 0, end: 60_000 })
  expect(place('chr1:1.5M')).toEqual({ chrom: 'chr1', start: 1_449_999, end: 1_550_000 })
})

test('5.11 mistakes are told in words, and names are names', () => {
  const said = (text: string) => {
    const w = readWanted(text, genome)
    return w.kind === 'wrong' ? w.message : w.kind
  }
  expect(said('chr7:1-10')).toBe('chr7 is not a chromosome of toy. It has chr1, chr2, MT.')
  expect(said('chr2:1-2,500,001')).toBe('chr2 of toy ends at 2,500,000.')
  expect(said('chr2:3M')).toBe('chr2 of toy ends at 2,500,000.')
  expect(said('chr2:20-10')).toBe('The end lies before the start.')
  expect(said('chr2:0-10')).toBe('A position is a whole number from 1, such as 1,500,000 or 1.5M.')
  for (const name of ['Sox2', 'HLA-A', 'chr7', 'peak 12']) expect(said(name)).toBe('name')
})
