/** One column of a DataTable; the cell is drawn by the slot `cell-<key>`, or shows `text`. */
export interface Column<T> {
  key: string
  label: string
  /** What the column sorts by; without it the column cannot be sorted. */
  sort?: (row: T) => string | number
  text?: (row: T) => string
  /** In px. A table whose columns all have one, but for the first, does not move while it is scrolled. */
  width?: number
  align?: 'right'
}

export interface Sort {
  key: string
  desc: boolean
}

/** Room for the column without a width, in px. */
const FLEXIBLE = 240
const CHECK = 36

/** The least width of a table with fixed columns in px; undefined when its columns follow their content. */
export function fixedWidth(columns: Pick<Column<unknown>, 'width'>[], selectable: boolean): number | undefined {
  if (columns.filter((c) => !c.width).length > 1) return undefined
  return columns.reduce((sum, c) => sum + (c.width ?? FLEXIBLE), selectable ? CHECK : 0)
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** A sorted copy; equal rows keep their order. */
export function sortRows<T>(rows: T[], columns: Column<T>[], sort: Sort): T[] {
  const by = columns.find((c) => c.key === sort.key)?.sort
  if (!by) return rows
  const sign = sort.desc ? -1 : 1
  return [...rows].sort((a, b) => {
    const x = by(a)
    const y = by(b)
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y)))
  })
}

/** Selection with the keyboard's help: a plain click toggles one row, shift-click everything between the last click and this one. */
export function toggle(selected: ReadonlySet<number>, ids: number[], index: number, anchor: number, shift: boolean): Set<number> {
  const next = new Set(selected)
  const on = !next.has(ids[index])
  const [from, to] = shift && anchor >= 0 ? [Math.min(anchor, index), Math.max(anchor, index)] : [index, index]
  for (const id of ids.slice(from, to + 1)) {
    if (on) next.add(id)
    else next.delete(id)
  }
  return next
}
