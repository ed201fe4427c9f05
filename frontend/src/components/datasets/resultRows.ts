import type { Result, ResultMatrix } from '@/api/types'
import { bp } from '@/components/datasets/kinds'

/** What was computed with one other dataset: a cell per window and bin. */
export interface MatrixRow {
  id: number
  name: string
  kind: ResultMatrix['with'][number]['kind']
  cells: Map<string, Result[]>
}

export const pipelineWord: Record<string, string> = {
  pileup: '2D average', stackup: 'rows and 1D average', enrichment: 'association', embedding_1d: '1D embedding', embedding_2d: '2D embedding',
}

const columnKey = (r: Result): string => (r.window === 0 ? 'variable' : `±${bp(r.window)}`)

/** Rows: the other datasets; columns: window sizes, small ones first, variable last. */
export function matrixOf(m: ResultMatrix, id: number): { rows: MatrixRow[]; columns: string[] } {
  const windows = [...new Set(m.results.map((r) => r.window))].sort((a, b) => (a === 0 ? Infinity : a) - (b === 0 ? Infinity : b))
  const rows = m.with.map((w) => ({ id: w.id, name: w.name, kind: w.kind, cells: new Map<string, Result[]>() }))
  const byId = new Map(rows.map((r) => [r.id, r]))
  for (const r of m.results) {
    const row = byId.get(r.featureId === id ? r.regionSetId : r.featureId)
    if (!row) continue
    const key = columnKey(r)
    row.cells.set(key, [...(row.cells.get(key) ?? []), r])
  }
  rows.sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name, 'en', { numeric: true }))
  return { rows, columns: windows.map((w) => (w === 0 ? 'variable' : `±${bp(w)}`)) }
}

/** "n 229–238": how many regions the results of a cell use. */
export function nText(list: Result[]): string {
  const shown = list.filter((r) => !r.unavailable)
  if (shown.length === 0) return 'not possible'
  const ns = shown.map((r) => r.n)
  const [least, most] = [Math.min(...ns), Math.max(...ns)]
  const text = (n: number): string => n.toLocaleString('en-US')
  return least === most ? `n ${text(most)}` : `n ${text(least)}–${text(most)}`
}
