/** A dense array of numbers in C order. NaN is missing, zero is a measured zero. */
export interface Matrix {
  rows: number
  cols: number
  data: Float32Array | Float64Array
}

/** Wraps typed numbers of the given shape; a vector becomes one row. */
export function asMatrix(data: ArrayLike<number>, shape: readonly number[]): Matrix {
  const values = data instanceof Float32Array || data instanceof Float64Array ? data : Float64Array.from(data)
  if (shape.length === 1) return { rows: 1, cols: shape[0], data: values }
  if (shape.length === 2) return { rows: shape[0], cols: shape[1], data: values }
  throw new Error(`expected one or two dimensions, got ${shape.length}`)
}

/**
 * Shrinks a matrix to rows × cols by area-weighted means over finite cells; a cell without any finite part is NaN.
 * A dimension that has no more cells than asked for is left as it is: enlarging is the painter's task and never interpolates.
 */
export function shrink(m: Matrix, rows: number, cols: number): Matrix {
  const outRows = Math.min(m.rows, Math.max(1, rows))
  const outCols = Math.min(m.cols, Math.max(1, cols))
  if (outRows === m.rows && outCols === m.cols) return m
  const out = new Float64Array(outRows * outCols)
  const rowParts = overlaps(m.rows, outRows)
  const colParts = overlaps(m.cols, outCols)
  for (let i = 0; i < outRows; i++) {
    for (let j = 0; j < outCols; j++) {
      let sum = 0
      let weight = 0
      for (const [r, wr] of rowParts[i]) {
        for (const [c, wc] of colParts[j]) {
          const v = m.data[r * m.cols + c]
          if (Number.isNaN(v)) continue
          sum += v * wr * wc
          weight += wr * wc
        }
      }
      out[i * outCols + j] = weight > 0 ? sum / weight : NaN
    }
  }
  return { rows: outRows, cols: outCols, data: out }
}

/** For every output cell the input cells it covers and by how much. */
function overlaps(from: number, to: number): [number, number][][] {
  const step = from / to
  return Array.from({ length: to }, (_, i) => {
    const lo = i * step
    const hi = Math.min(from, (i + 1) * step)
    const parts: [number, number][] = []
    for (let k = Math.floor(lo); k < hi; k++) {
      const w = Math.min(hi, k + 1) - Math.max(lo, k)
      if (w > 1e-9) parts.push([k, w])
    }
    return parts
  })
}
