import { describe, expect, it } from 'vitest'

import { bitsOf, combined, countBits, decode, encode, has, inverted, noBits, shares, labelTable } from './selection'

const rows = (bits: Uint8Array) => Array.from({ length: bits.length * 8 }, (_, i) => i).filter((i) => has(bits, i))

describe('selections', () => {
  it('keep which rows they hold, and nothing outside the set', () => {
    const bits = bitsOf([0, 7, 8, 18, 19, 20, -1], 20)
    expect(rows(bits)).toEqual([0, 7, 8, 18, 19])
    expect(countBits(bits)).toBe(5)
    // As the API reads it (backend/api/aggregate.go): lowest bit of the first byte first.
    expect([...bits]).toEqual([0b10000001, 1, 0b1100])
  })

  it('survive being written down, at any size', () => {
    for (const total of [0, 1, 8, 9, 70_000]) {
      const bits = bitsOf(Array.from({ length: total }, (_, i) => i).filter((i) => i % 3 === 0), total)
      expect(decode(encode(bits))).toEqual(bits)
    }
    expect(decode('*')).toBeNull()
  })

  it('have complements that make up the whole set', () => {
    for (const total of [1, 7, 8, 21]) {
      const bits = bitsOf([0, 5], total)
      const others = inverted(bits, total)
      expect(countBits(bits) + countBits(others)).toBe(total)
      expect(inverted(others, total)).toEqual(bits)
      expect(countBits(inverted(noBits(total), total))).toBe(total)
    }
  })

  it('are combined as sets', () => {
    const [a, b] = [bitsOf([1, 2, 3], 10), bitsOf([3, 9], 10)]
    expect(rows(combined(a, b, 'new'))).toEqual([3, 9])
    expect(rows(combined(a, b, 'add'))).toEqual([1, 2, 3, 9])
    expect(rows(combined(a, b, 'keep'))).toEqual([3])
    expect(rows(combined(a, b, 'remove'))).toEqual([1, 2])
    expect(rows(combined(null, b, 'keep'))).toEqual([3, 9])
  })

  it('are counted per painted row, in the order of the rows', () => {
    const order = [9, 0, 3, 4, 5, 6, 7, 8, 1, 2]
    expect([...shares(bitsOf([9, 0, 3], 10), order, 0, 10, 4)]).toEqual([0.75, 0, 0])
    expect([...shares(bitsOf([1, 2], 10), order, 6, 10, 2)]).toEqual([0, 1])
  })
})

it('a selection as a table to join by order: a heading and a line per region', () => {
  expect(labelTable(bitsOf([0, 2], 4), 4, 'label', 'yes', 'no')).toBe('label\nyes\nno\nyes\nno\n')
})
