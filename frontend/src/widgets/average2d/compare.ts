import type { AverageScores } from '@/api/types'
import type { Matrix } from '@/lib/matrix'

import type { Comparison } from './options'

/** Two averages of the same regions, window and bin. */
export interface Pair {
  mode: Comparison
  first: Matrix
  second: Matrix
  names: [string, string]
  scores: [AverageScores | null, AverageScores | null]
}

/** Half of a map on the diagonal says everything; a map of pairs has two different halves, which are not to be mixed. */
export function comparisonsFor(pairs: boolean): Comparison[] {
  return pairs ? ['ratio', 'difference'] : ['split', 'ratio', 'difference']
}

/** Whether a cell of a split picture is of the second map: below the diagonal, where rows count from the top. */
export function isSecond(row: number, col: number): boolean {
  return row > col
}

/**
 * The matrix that is drawn. NaN where a map that a cell needs has no value there, and for ratios also where the second has
 * none but zero: there is nothing to divide by.
 */
export function combine(mode: Comparison, first: Matrix, second: Matrix): Matrix | null {
  if (first.rows !== second.rows || first.cols !== second.cols) return null
  const { rows, cols } = first
  const data = new Float64Array(first.data.length)
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      const [a, b] = [first.data[i], second.data[i]]
      if (mode === 'split') data[i] = isSecond(r, c) ? b : a
      else if (mode === 'difference') data[i] = a - b
      else data[i] = b === 0 ? NaN : a / b
    }
  }
  return { rows, cols, data }
}
