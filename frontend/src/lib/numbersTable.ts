import { formatCount, formatValue } from './format'

/** A column of the table behind a figure. */
export interface NumbersColumn {
  title: string
  help?: string
  /** How a number is written; columns of text have none. */
  text?: (v: number) => string
}

/** Columns of a table whose first line are heads: numbers are written short, and whole ones in full. */
export function columnsOf([heads, first]: (string | number)[][]): NumbersColumn[] {
  return heads.map((title, i) => ({ title: String(title), ...(typeof first?.[i] === 'number' ? { text: (v: number) => (Number.isInteger(v) ? formatCount(v) : formatValue(v)) } : {}) }))
}

/** Rows with all words of the query in some cell, in the order of one column (-1: as they are); missing numbers last, equals as they were. */
export function sortedRows(rows: (string | number)[][], query: string, by: number, desc: boolean): (string | number)[][] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = words.length === 0 ? rows : rows.filter((r) => words.every((w) => r.some((v) => String(v).toLowerCase().includes(w))))
  if (by < 0) return found
  const sign = desc ? -1 : 1
  return found.toSorted((x, y) => {
    const [a, b] = [x[by], y[by]]
    if (typeof a === 'number' && typeof b === 'number') {
      if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
      return a === b ? 0 : sign * (a < b ? -1 : 1)
    }
    return sign * String(a).localeCompare(String(b), 'en', { numeric: true })
  })
}
