import type { Result } from '@/api/types'

import { toTsv } from './download'
import type { NumbersKind } from './exportKinds'
import type { LabelColumn } from './labelledRegions'
import { writeNpy } from './npyFile'
import type { Surface } from './surface'

export type Draw = (s: Surface, width: number, height: number) => void

/** What one line of a plot is of. */
export interface LineFacts {
  track: string
  regionSet: string
  /** "all", or which of its regions. */
  of: string
  n: number
  total: number
  result: Result
}

/** What a widget shows, ready to become files. */
export interface Exported {
  /** Parts of the names of files. */
  name: string[]
  /** The painter of the screen, in light colours. */
  draw: Draw
  /** Made when asked for. */
  numbers: Record<NumbersKind, () => Blob>
  /** The same as lines of a table, the first one its heads; pictures of single regions or sets have a table of their own. */
  table?: () => (string | number)[][]
  /** What the picture is made of. */
  results: Result[]
  /** What the picture says of single regions. */
  labels?: { regionSetId: number; column: LabelColumn }
  /** How many regions the picture is of, where it is a part of the set; 0: all. */
  selected: number
  /** What single lines are of, where they are not all of the same regions. */
  lines?: LineFacts[]
  /** Of embeddings: the plane on show, which is one of those of the result. */
  layout?: 'umap' | 'pca'
}

/** The numbers behind a picture: lines of a table, the array on show, and everything as JSON. */
export function numbersOf(table: () => (string | number)[][], array: () => { data: Float64Array<ArrayBuffer>; shape: number[] }, facts: () => Record<string, unknown>): Exported['numbers'] {
  return {
    tsv: () => toTsv(table()),
    npy: () => {
      const { data, shape } = array()
      return writeNpy(data, shape)
    },
    json: () => new Blob([JSON.stringify(facts())], { type: 'application/json' }),
  }
}

/** Numbers as JSON has them, which knows no NaN. */
export function jsonNumbers(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, (v) => (Number.isFinite(v) ? v : null))
}

/** What numbers in JSON say about where they come from. */
export function resultFacts(r: Result): Record<string, unknown> {
  return { result: r.resultId, manifestHash: r.manifestHash, window: r.window, bin: r.bin, value: r.value, n: r.n, total: r.total }
}
