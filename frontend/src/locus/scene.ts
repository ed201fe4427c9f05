import type { Gene } from '@/api/genes'
import type { Place } from '@/lib/place'
import type { Value } from '@/lib/resultParams'
import { resolveRange, valueFacts, type ValueFacts } from '@/lib/valueRange'
import type { ValueScale } from '@/lib/valueScale'

import { centreOf, viewOf, type LocusOptions } from './values'

/** A half-open stretch of a chromosome, in bp from 0. */
export interface Stretch {
  start: number
  end: number
}

/**
 * Contacts of bins: of those around a place with each other, n×n, row by row; or, with `rows`, of those of another stretch with
 * these. 0 = no contact, NaN = masked or without an expected.
 */
export interface LocusMap extends Stretch {
  id: number
  name: string
  bin: number
  n: number
  values: Float32Array
  /** What the numbers are. */
  value: Value
  /** The balancing column; '' for counts. */
  weight: string
  rows?: Stretch & { n: number }
}

/** The vertical axis of a rectangle, where the contacts of two places are shown: anchor 1 of a pair. */
export interface LocusOther extends Place {
  length: number
  spans: Stretch[]
  /** The same tracks as below, along this axis. */
  tracks: (LocusTrack | null)[]
}

/** A signal in equal bins of its stretch; NaN where no base has a value. */
export interface LocusTrack extends Stretch {
  id: number
  name: string
  mean: Float32Array
  min: Float32Array
  max: Float32Array
}

/** What the place was opened for: one stretch, or two anchors (of which one may lie elsewhere). */
export interface LocusMark {
  label: string
  spans: Stretch[]
}

/** Everything that the figure shows. */
export interface LocusScene extends Stretch {
  chrom: string
  length: number
  mark: LocusMark | null
  /** The other place, of a rectangle; null: a triangle. */
  other: LocusOther | null
  /** In their order; those whose data have not come, or never will, are named with the reason. */
  maps: { name: string; data: LocusMap | null; note: string }[]
  tracks: { name: string; data: LocusTrack | null; note: string }[]
  /** null: they have not come. */
  genes: Gene[] | null
  genesNote: string
  options: LocusOptions
  facts: ValueFacts
  /** While a handle is dragged. */
  live?: ValueScale
}

/** Contacts are shown up to this share of the width of the view: the height of the triangle. Data reach half of it beyond both ends. */
export const DEPTH = 2 / 3

/** Data of a map for a view: what its triangle needs, within the chromosome. */
export function mapStretch(view: Stretch, length: number): Stretch {
  const beyond = Math.ceil(((view.end - view.start) * DEPTH) / 2)
  return { start: Math.max(0, view.start - beyond), end: Math.min(length, view.end + beyond) }
}

/** Data of a track for a view: half a view more on both sides, so that a pan shows something at once. */
export function trackStretch(view: Stretch, length: number): Stretch {
  const beyond = Math.ceil((view.end - view.start) / 2)
  return { start: Math.max(0, view.start - beyond), end: Math.min(length, view.end + beyond) }
}

/** Bins that one answer may have per side; see the server's limit. */
export const MOST_BINS = 1200
const GOOD_BINS = 500
/** Of a rectangle: far from the diagonal contacts are few, and finer bins would be empty. */
const GOOD_PAIR_BINS = 120

/** The resolution of a map for a view: the finest that does not need more than about 500 bins across (120 of a rectangle); the coarsest when none is coarse enough. */
export function autoBin(resolutions: number[], view: Stretch, pair = false): number {
  const sorted = resolutions.toSorted((a, b) => a - b)
  return sorted.find((b) => (view.end - view.start) / b <= (pair ? GOOD_PAIR_BINS : GOOD_BINS)) ?? sorted.at(-1) ?? 0
}

/** The map of this view, a triangle or one side of a rectangle, can be read in bins of this size. */
export function binFits(bin: number, view: Stretch, length: number, pair = false): boolean {
  const s = pair ? trackStretch(view, length) : mapStretch(view, length)
  return Math.ceil(s.end / bin) - Math.floor(s.start / bin) <= MOST_BINS
}

const SAMPLE = 60_000

/** The bins of a stretch of a map that a view touches. */
export function binsIn(m: Stretch & { n: number }, bin: number, view: Stretch): [number, number] {
  return [Math.max(0, Math.floor((view.start - m.start) / bin)), Math.min(m.n, Math.ceil((view.end - m.start) / bin))]
}

/** Facts of what is shown of the maps, from a sample of their cells: enough for percentiles. */
export function mapFacts(maps: LocusMap[], view: Stretch, kind: ValueScale['kind'], other: Stretch | null = null): ValueFacts {
  const depth = (view.end - view.start) * DEPTH
  const out: number[] = []
  for (const m of maps) {
    if (m.rows) {
      const [[a, b], [c, d]] = [binsIn(m.rows, m.bin, other ?? m.rows), binsIn(m, m.bin, view)]
      const step = Math.max(1, Math.floor(((b - a) * (d - c) * maps.length) / SAMPLE))
      let k = 0
      for (let i = a; i < b; i++) for (let j = c; j < d; j++) if (k++ % step === 0) out.push(m.values[i * m.n + j])
      continue
    }
    const reach = Math.ceil(depth / m.bin)
    const rows = binsIn(m, m.bin, view)
    const step = Math.max(1, Math.floor(((rows[1] - rows[0]) * reach * maps.length) / SAMPLE))
    let k = 0
    for (let i = rows[0]; i < rows[1]; i++) {
      for (let j = i; j < Math.min(m.n, i + reach); j++) if (k++ % step === 0) out.push(m.values[i * m.n + j])
    }
  }
  return valueFacts(out, kind)
}

export function sceneRange(s: LocusScene): ValueScale {
  return s.live ?? resolveRange(viewOf(s.options).range, s.facts, centreOf(s.options))
}
