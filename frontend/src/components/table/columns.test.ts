import { expect, it } from 'vitest'

import { fixedWidth, sortRows, toggle, type Column } from './columns'

interface Row { id: number; name: string; size: number }
const columns: Column<Row>[] = [{ key: 'name', label: 'Name', sort: (r) => r.name }, { key: 'size', label: 'Size', sort: (r) => r.size }, { key: 'acts', label: '' }]
const rows: Row[] = [{ id: 1, name: 'set 10', size: 5 }, { id: 2, name: 'Set 9', size: 5 }, { id: 3, name: 'a', size: 40 }]
const ids = (list: Row[]): number[] => list.map((r) => r.id)

it('sorts numbers as numbers, also inside of names, and leaves equal rows in order', () => {
  expect(ids(sortRows(rows, columns, { key: 'name', desc: false }))).toEqual([3, 2, 1])
  expect(ids(sortRows(rows, columns, { key: 'size', desc: false }))).toEqual([1, 2, 3])
  expect(ids(sortRows(rows, columns, { key: 'size', desc: true }))).toEqual([3, 1, 2])
  expect(sortRows(rows, columns, { key: 'acts', desc: false })).toBe(rows)
})

it.each([
  ['one row', [], 2, -1, false, [30]],
  ['one row off', [30], 2, -1, false, []],
  ['a range from the last click', [20], 3, 1, true, [20, 30, 40]],
  ['a range upwards', [40], 1, 3, true, [20, 30, 40]],
  ['a range off', [10, 20, 30, 40], 3, 1, true, [10]],
  ['shift without a click before', [], 1, -1, true, [20]],
] as const)('toggles %s', (_, before, index, anchor, shift, after) => {
  expect([...toggle(new Set(before), [10, 20, 30, 40], index, anchor, shift)].sort()).toEqual(after)
})

it('fixes the columns only when at most one has no width', () => {
  expect(fixedWidth([{}, { width: 100 }, { width: 80 }], true)).toBe(456)
  expect(fixedWidth([{}, { width: 100 }, {}], true)).toBeUndefined()
})
