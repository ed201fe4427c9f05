import type { Frame } from './points'

/** A place in the picture in px. */
export interface Place {
  x: number
  y: number
}

/** The corners of the rectangle between two places. */
export function corners(a: Place, b: Place): Place[] {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }]
}

/** The regions whose dot lies within a closed outline (even-odd rule); regions without a place never do. */
export function rowsWithin(xy: ArrayLike<number>, f: Frame, outline: readonly Place[]): number[] {
  const rows: number[] = []
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const [x, y] = [f.x0 + xy[i] * f.sx, f.y0 + xy[i + 1] * f.sy]
    if (within(x, y, outline)) rows.push(i / 2)
  }
  return rows
}

function within(x: number, y: number, outline: readonly Place[]): boolean {
  let inside = false
  for (let a = 0, b = outline.length - 1; a < outline.length; b = a++) {
    const [p, q] = [outline[a], outline[b]]
    if (p.y > y !== q.y > y && x < ((q.x - p.x) * (y - p.y)) / (q.y - p.y) + p.x) inside = !inside
  }
  return inside
}

/** The regions with a value from `least` to `most`, ends included; missing values are in no range. */
export function rowsBetween(values: ArrayLike<number>, least: number, most: number): number[] {
  const rows: number[] = []
  for (let i = 0; i < values.length; i++) if (values[i] >= least && values[i] <= most) rows.push(i)
  return rows
}

/** The regions with a label. */
export function rowsLabelled(labels: ArrayLike<number>, label: number): number[] {
  const rows: number[] = []
  for (let i = 0; i < labels.length; i++) if (labels[i] === label) rows.push(i)
  return rows
}
