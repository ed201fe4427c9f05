import { formatBp, formatCount, formatRegion, formatValue } from '@/lib/format'
import type { Rect } from '@/lib/surface'

import { genesOf } from './drawGenes'
import { LANES, layoutLocus } from './layout'
import { cellAt } from './rectangle'
import type { LocusMap, LocusScene } from './scene'
import { pairAt } from './triangle'
import { VALUE_WORDS, valueText } from './values'

/** The position under a place of the figure, from 1. */
export function positionAt(plot: Rect, scene: LocusScene, x: number): number {
  return Math.floor(scene.start + ((x - plot.x) / plot.w) * (scene.end - scene.start)) + 1
}

/** What is at a place of the figure. */
export function readLocus(width: number, scene: LocusScene, at: { x: number; y: number }, textWidth: (s: string, size?: number) => number): string[] {
  const l = layoutLocus(width, scene)
  if (at.x < l.plot.x || at.x >= l.plot.x + l.plot.w) return []
  const within = (r: Rect): boolean => at.y >= r.y && at.y < r.y + r.h
  const here = `${scene.chrom}:${formatCount(positionAt(l.plot, scene, at.x))}`
  const m = l.maps.findIndex(within)
  if (m >= 0) {
    const map = scene.maps[m].data
    return map ? readMap(map, scene, l.maps[m], at) : []
  }
  const t = l.tracks.findIndex(within)
  if (t >= 0) {
    const track = scene.tracks[t].data
    if (!track) return []
    const k = Math.floor(((positionAt(l.plot, scene, at.x) - 1 - track.start) / (track.end - track.start)) * track.mean.length)
    if (k < 0 || k >= track.mean.length) return [here]
    const [mean, min, max] = [track.mean[k], track.min[k], track.max[k]]
    return [here, `${track.name}: ${formatValue(mean)}`, ...(max > min ? [`${formatValue(min)} to ${formatValue(max)} within`] : [])]
  }
  if (within(l.genes)) {
    const lane = Math.floor(((at.y - l.genes.y) / l.genes.h) * LANES)
    const x = at.x - l.genes.x
    const hit = genesOf({ textWidth }, l.genes, scene).placed.find((p) => p.lane === lane && x >= p.from - 3 && x <= p.to + 3)
    if (!hit) return [here]
    const g = hit.gene
    return [`${g.name || g.geneId}${g.strand === '.' ? '' : ` (${g.strand === '-' ? '−' : g.strand})`}`, formatRegion(g.chrom, g.start, g.end), ...[g.name ? g.geneId : '', g.biotype ?? ''].filter(Boolean)]
  }
  return [here]
}

/** The two bins at a place of a map, and the number that is painted there. */
function readMap(map: LocusMap, scene: LocusScene, r: Rect, at: { x: number; y: number }): string[] {
  const { other } = scene
  const pair = other ? cellAt(map, scene, other, (at.x - r.x) / r.w, (at.y - r.y) / r.h) : pairAt(map, scene, r.w, at.x - r.x, r.y + r.h - at.y)
  if (!pair) return []
  const rows = map.rows ?? map
  const place = (chrom: string, start: number, k: number, length: number): string => formatRegion(chrom, start + k * map.bin, Math.min(length, start + (k + 1) * map.bin))
  const [a, b] = [place(other?.chrom ?? scene.chrom, rows.start, pair.i, other?.length ?? scene.length), place(scene.chrom, map.start, pair.j, scene.length)]
  const apart = other && other.chrom !== scene.chrom ? 'two chromosomes' : `${formatBp(Math.abs(map.start + pair.j * map.bin - rows.start - pair.i * map.bin))} apart`
  return [valueText(map.value, map.values[pair.i * map.n + pair.j]), other ? `anchor 1 (y) ${a}` : a, other ? `anchor 2 (x) ${b}` : b, apart]
}

/** The text alternative of the figure. */
export function describeLocus(s: LocusScene): string {
  const here = formatRegion(s.chrom, s.start, s.end)
  const parts = [s.other ? `Contacts of ${formatRegion(s.other.chrom, s.other.start, s.other.end)} (vertical axis) with ${here} (horizontal axis)` : `Locus ${here}`]
  if (s.mark) parts.push(`around ${s.mark.label}`)
  for (const m of s.maps) parts.push(m.data ? `contact map of ${m.name} in bins of ${formatBp(m.data.bin)}, ${VALUE_WORDS[m.data.value]}` : `contact map of ${m.name}: ${m.note || 'loading'}`)
  for (const t of s.tracks) parts.push(t.data ? `signal of ${t.name}` : `signal of ${t.name}: ${t.note || 'loading'}`)
  const names = (s.genes ?? []).map((g) => g.name || g.geneId)
  parts.push(names.length > 0 ? `${formatCount(names.length)} genes: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' and others' : ''}` : s.genesNote || 'genes are loading')
  return parts.join('; ')
}
