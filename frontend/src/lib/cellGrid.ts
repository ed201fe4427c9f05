import type { Rect } from './surface'

/** The cells of a picture, and where on the figure they are painted. */
export interface CellGrid {
  plot: Rect
  rows: number
  cols: number
}

export interface Cell {
  row: number
  col: number
}

export interface Point {
  x: number
  y: number
}

/** The cell that is painted at a point, null beside the picture. */
export function cellAt(g: CellGrid, p: Point): Cell | null {
  const col = Math.floor(((p.x - g.plot.x) / g.plot.w) * g.cols)
  const row = Math.floor(((p.y - g.plot.y) / g.plot.h) * g.rows)
  return col >= 0 && col < g.cols && row >= 0 && row < g.rows ? { row, col } : null
}

export function cellMiddle(g: CellGrid, c: Cell): Point {
  return { x: g.plot.x + ((c.col + 0.5) / g.cols) * g.plot.w, y: g.plot.y + ((c.row + 0.5) / g.rows) * g.plot.h }
}

const STEPS: Record<string, [row: number, col: number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
const JUMP = 10

/**
 * Where a key leads from a cell: arrows to the next one, with Shift ten on, Home and End to the ends of the row; stopped at the
 * border. From nowhere every such key leads to the middle. Other keys: undefined.
 */
export function cellAfterKey(g: CellGrid, from: Cell | null, key: string, shift: boolean): Cell | undefined {
  const step = STEPS[key]
  if (!step && key !== 'Home' && key !== 'End') return undefined
  if (!from) return { row: Math.floor(g.rows / 2), col: Math.floor(g.cols / 2) }
  if (!step) return { row: from.row, col: key === 'Home' ? 0 : g.cols - 1 }
  const by = shift ? JUMP : 1
  return { row: clamp(from.row + step[0] * by, g.rows), col: clamp(from.col + step[1] * by, g.cols) }
}

function clamp(i: number, n: number): number {
  return Math.min(n - 1, Math.max(0, i))
}
