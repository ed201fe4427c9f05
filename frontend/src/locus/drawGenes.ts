import type { FigureTheme } from '@/lib/figureTheme'
import { snap, type Rect, type Surface } from '@/lib/surface'

import { placeGenes, type PlacedGene } from './genes'
import { LANES, LEFT } from './layout'
import type { LocusScene } from './scene'

const BODY = 7

/** Genes as lines with their exons as boxes; arrows point along the strand. Without genes the row says why. */
export function drawGenes(s: Surface, r: Rect, scene: LocusScene, theme: FigureTheme): void {
  s.text('Genes', r.x - LEFT + 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: r.h })
  if (!scene.genes?.length) {
    s.text(scene.genesNote, r.x + r.w / 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', baseline: 'middle', maxWidth: r.w, halo: theme.surface })
    return
  }
  const { placed, hidden } = genesOf(s, r, scene)
  const lane = r.h / LANES
  for (const p of placed) drawGene(s, r, p, r.y + (p.lane + 0.5) * lane, scene, theme)
  const words = [hidden > 0 ? `${hidden} more genes: zoom in` : '', scene.genesNote].filter(Boolean).join(' · ')
  if (words) s.text(words, r.x + r.w - 4, r.y + r.h - 2, { colour: theme.muted, align: 'right', baseline: 'bottom', halo: theme.surface })
}

/** Where the genes are drawn. */
export function genesOf(s: Pick<Surface, 'textWidth'>, r: Rect, scene: LocusScene): { placed: PlacedGene[]; hidden: number } {
  const px = r.w / (scene.end - scene.start)
  const seen = (scene.genes ?? []).filter((g) => g.end > scene.start && g.start < scene.end)
  return placeGenes(seen, LANES, (bp) => (bp - scene.start) * px, r.w, (t) => s.textWidth(t, 10))
}

function drawGene(s: Surface, r: Rect, p: PlacedGene, y: number, scene: LocusScene, theme: FigureTheme): void {
  const { gene } = p
  const px = r.w / (scene.end - scene.start)
  const clip = (bp: number): number => r.x + Math.min(r.w, Math.max(0, (bp - scene.start) * px))
  const [from, to] = [r.x + p.from, r.x + p.to]
  const mid = snap(y, s.dpr)
  s.line(from, mid, to, mid, { colour: theme.text })
  const exons = gene.exons.length > 0 ? gene.exons : [[gene.start, gene.end]]
  for (const [a, b] of exons) {
    const [x1, x2] = [clip(a), Math.max(clip(b), clip(a) + 1)]
    if (b <= scene.start || a >= scene.end) continue
    s.area([x1, y - BODY / 2, x2, y - BODY / 2, x2, y + BODY / 2, x1, y + BODY / 2], theme.text, 0.85)
  }
  if (gene.strand !== '.') {
    const d = gene.strand === '+' ? 1 : -1
    for (let x = from + 8; x < to - 4; x += 22) s.polyline([x - 2 * d, y - 2.5, x + d, y, x - 2 * d, y + 2.5], { colour: exons.some(([a, b]) => clip(a) < x && x < clip(b)) ? theme.surface : theme.text })
  }
  if (!p.label) return
  const behind = p.to + s.textWidth(p.label, 10) + 4 <= r.w
  s.text(p.label, behind ? to + 4 : from - 4, y, { colour: theme.text, size: 10, align: behind ? 'left' : 'right', baseline: 'middle' })
}
