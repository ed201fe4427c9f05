import { describe, expect, it } from 'vitest'

import { groupAt, groupsIn } from './groups'
import { parseStackup } from './options'

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
