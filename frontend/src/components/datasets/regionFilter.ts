/** Conditions on columns of a region set, as people put them together and as the server takes them. */
export type Op = 'ge' | 'le' | 'eq' | 'ne' | 'has'

export interface Condition {
  column: string
  op: Op
  value: string
}

export const opText: Record<Op, string> = { ge: '≥', le: '≤', eq: 'is', ne: 'is not', has: 'contains' }
export const opsFor = (numeric: boolean): Op[] => (numeric ? ['ge', 'le', 'eq', 'ne'] : ['has', 'eq', 'ne'])

export const toWhere = (c: Condition): string => `${c.column}:${c.op}:${c.value}`
export const sayCondition = (c: Condition): string => `${c.column} ${opText[c.op]} ${c.value}`

/** The conditions with those on one column replaced by the range of a bar. */
export function withRange(list: Condition[], column: string, low: number, high: number): Condition[] {
  const short = (v: number): string => String(Number(v.toPrecision(6)))
  return [...list.filter((c) => c.column !== column), { column, op: 'ge', value: short(low) }, { column, op: 'le', value: short(high) }]
}

/** What a number of a table looks like: as in the file, large ones with separators. */
export function numberText(text: string): string {
  return /^-?\d{5,}$/.test(text) ? Number(text).toLocaleString('en-US') : text
}
