import type { Region } from '@/api/types'
import { formatRegion } from '@/lib/format'
import type { Place } from '@/lib/place'

import type { LocusMark, Stretch } from './scene'

/** How a pair is looked at: both anchors in one triangle, anchor 1 against anchor 2, or one of them. Single regions have one anchor. */
export type Anchor = (typeof ANCHOR_NAMES)[number]

export const ANCHORS: Record<Anchor, { label: string; title: string }> = {
  both: { label: 'both', title: 'One stretch with both anchors, as a triangle' },
  pair: { label: '1 × 2', title: 'Anchor 1 (vertical axis) against anchor 2 (horizontal axis)' },
  left: { label: 'anchor 1', title: 'Around anchor 1' },
  right: { label: 'anchor 2', title: 'Around anchor 2' },
}

export const ANCHOR_NAMES = ['both', 'pair', 'left', 'right'] as const

/** Anchors on two chromosomes have no stretch in common. */
export function anchorsOf(r: Region): Anchor[] {
  if (!r.chrom2) return ['left']
  return r.chrom2 === r.chrom ? ['both', 'pair', 'left', 'right'] : ['pair', 'left', 'right']
}

/** Farther apart than this, a triangle with both anchors shows neither. */
const FAR = 5_000_000

/** How a region is looked at unless somebody says how. */
export function usualAnchor(r: Region): Anchor {
  if (!r.chrom2) return 'left'
  return r.chrom2 !== r.chrom || Math.abs(mid(r.start, r.end) - mid(r.start2 ?? 0, r.end2 ?? 0)) > FAR ? 'pair' : 'both'
}

function mid(start: number, end: number): number {
  return (start + end) / 2
}

/** What a region is called, in one line. */
export function regionText(r: Region): string {
  const strand = r.strand ? ` (${r.strand === '-' ? '−' : r.strand})` : ''
  const first = `${formatRegion(r.chrom, r.start, r.end)}${strand}`
  const both = r.chrom2 ? `${first} – ${formatRegion(r.chrom2, r.start2 ?? 0, r.end2 ?? 0)}` : first
  return r.name && r.name !== '.' ? `${r.name} · ${both}` : both
}

/** The stretches of a region that lie on the chromosome of an anchor. */
export function markOf(r: Region, anchor: Anchor): LocusMark & { chrom: string } {
  const left: Stretch = { start: r.start, end: r.end }
  if (!r.chrom2) return { chrom: r.chrom, label: regionText(r), spans: [left] }
  const right: Stretch = { start: r.start2 ?? 0, end: r.end2 ?? 0 }
  const chrom = anchor === 'right' ? r.chrom2 : r.chrom
  const spans = r.chrom === r.chrom2 ? [left, right].toSorted((a, b) => a.start - b.start) : [anchor === 'right' ? right : left]
  return { chrom, label: regionText(r), spans }
}

const LEAST = 20_000
/** Fewer bins of a map across say little. */
export const LEAST_BINS = 60

/**
 * The surroundings of a region: a point with the window of its panel (`around`, its half-width), anything longer with as much
 * again on both sides; `least` bp at least. `zoom` < 1 = closer.
 */
export function viewOf(r: Region, anchor: Anchor, around: number, zoom: number, length: number, least = LEAST): Place {
  const { chrom, spans } = markOf(r, anchor)
  const of = anchor === 'both' ? spans : [anchor === 'right' ? { start: r.start2 ?? 0, end: r.end2 ?? 0 } : { start: r.start, end: r.end }]
  const [from, to] = [Math.min(...of.map((s) => s.start)), Math.max(...of.map((s) => s.end))]
  const span = Math.max(2 * around, 3 * (to - from), least) * zoom
  return within({ chrom, start: Math.round((from + to - span) / 2), end: Math.round((from + to + span) / 2) }, length)
}

/** The surroundings of both anchors, equally long, so that the picture is square and its cells, too. */
export function pairViews(r: Region, around: number, zoom: number, lengthOf: (chrom: string) => number, least = LEAST): { rows: Place; cols: Place } {
  const [a, b] = [{ chrom: r.chrom, start: r.start, end: r.end }, { chrom: r.chrom2 ?? r.chrom, start: r.start2 ?? 0, end: r.end2 ?? 0 }]
  const wanted = Math.max(2 * around, 3 * Math.max(a.end - a.start, b.end - b.start), least) * zoom
  const span = Math.min(wanted, lengthOf(a.chrom), lengthOf(b.chrom))
  const view = (p: Place): Place => within({ chrom: p.chrom, start: Math.round(mid(p.start, p.end) - span / 2), end: Math.round(mid(p.start, p.end) + span / 2) }, lengthOf(p.chrom))
  return { rows: view(a), cols: view(b) }
}

const CLOSEST = 200

/** A place moved and cut so that it lies on its chromosome; never shorter than 200 bp. */
export function within(p: Place, length: number): Place {
  const span = Math.min(length, Math.max(CLOSEST, p.end - p.start))
  const start = Math.min(length - span, Math.max(0, p.start))
  return { chrom: p.chrom, start: Math.round(start), end: Math.round(start + span) }
}

/** Zoomed by a factor (< 1 = closer) around a share of the view. */
export function zoomed(p: Place, factor: number, length: number, at = 0.5): Place {
  const span = Math.min(length, Math.max(CLOSEST, (p.end - p.start) * factor))
  const start = p.start + (p.end - p.start - span) * at
  return within({ chrom: p.chrom, start, end: start + span }, length)
}

/** Moved by a share of the view. */
export function panned(p: Place, by: number, length: number): Place {
  const d = (p.end - p.start) * by
  return within({ chrom: p.chrom, start: p.start + d, end: p.end + d }, length)
}
