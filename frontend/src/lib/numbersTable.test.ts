import { describe, expect, it } from 'vitest'

import { columnsOf, sortedRows } from './numbersTable'

describe('5 the table behind a picture', () => {
  const table = [['position', 'CTCF mean', 'CTCF n'], ['−10 kb to 0', 0.25, 405], ['0 to +10 kb', NaN, 12_345]]
  it('has the heads of the file, numbers as people read them, and says what is missing', () => {
    const columns = columnsOf(table)
    expect(columns.map((c) => c.title)).toEqual(table[0])
    expect(columns[0].text).toBeUndefined()
    expect(table.slice(1).map((r) => [1, 2].map((i) => columns[i].text?.(r[i] as number)))).toEqual([['0.25', '405'], ['no data', '12,345']])
  })
  it('of nothing is empty', () => expect(columnsOf([[]])).toEqual([]))
  it('stays in the order of the window until a column is pressed; a search finds rows in any order', () => {
    const rows = table.slice(1)
    expect(sortedRows(rows, '', -1, false)).toEqual(rows)
    expect(sortedRows(rows, '+10', -1, true)).toEqual([rows[1]])
    expect(sortedRows(rows, '', 2, true)).toEqual([rows[1], rows[0]])
  })
})
