import { COLORMAPS } from '@/lib/colormaps'
import { drawColourBar } from '@/lib/colourBar'
import { palette } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatBp } from '@/lib/format'
import { hatchStripe } from '@/lib/raster'
import { snap, TICK, type Rect, type Surface } from '@/lib/surface'
import { linearTicks, logTicks } from '@/lib/ticks'
import { barDomain, resolveRange } from '@/lib/valueRange'
import { prepare, tableIndices } from '@/lib/valueScale'

import { drawGenes } from './drawGenes'
import { drawTrack, trackRange } from './drawTracks'
import { layoutLocus } from './layout'
import { sceneRange, type LocusMap, type LocusScene, type Stretch } from './scene'
import { paintTriangle } from './triangle'

/** Values of a map on the axis where its scale is linear: made once per map and kind of scale. */
const prepared = new WeakMap<LocusMap, { kind: string; data: Float32Array }>()

function preparedOf(m: LocusMap, kind: 'log' | 'linear'): Float32Array {
  const old = prepared.get(m)
  if (old?.kind === kind) return old.data
  const data = prepare(m.values, kind)
  prepared.set(m, { kind, data })
  return data
}

export function locusDomain(s: LocusScene): ReturnType<typeof barDomain> {
  return barDomain(s.facts, resolveRange(s.options.range, s.facts, null), null)
}

/** The whole figure: maps, tracks, genes and the axis of positions, one above the other. */
export function drawLocus(s: Surface, width: number, height: number, scene: LocusScene, theme: FigureTheme): void {
  const at = layoutLocus(width, scene)
  s.fillRect({ x: 0, y: 0, w: width, h: height }, theme.surface)
  const colours = palette(COLORMAPS[scene.options.colormap], theme)
  const range = sceneRange(scene)
  scene.maps.forEach((m, k) => {
    const r = at.maps[k]
    if (m.data) {
      const [w, h] = [Math.round(r.w * s.dpr), Math.round(r.h * s.dpr)]
      s.image(paintTriangle(tableIndices(preparedOf(m.data, scene.options.scale), range), m.data, scene, w, h, colours, theme.surface, hatchStripe(s.dpr)), r)
    } else if (m.note) s.text(m.note, r.x + r.w / 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', baseline: 'middle', maxWidth: r.w })
    drawDistances(s, r, scene, theme, k === 0)
    s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: theme.axis })
    s.text(`${m.name}${m.data ? ` · ${formatBp(m.data.bin)}` : ''}`, r.x + 6, r.y + 4, { colour: theme.text, weight: 600, halo: theme.surface, maxWidth: r.w - 12 })
    drawPair(s, r, scene, theme)
  })
  const all = scene.options.common ? trackRange(scene.tracks.flatMap((t) => t.data ?? []), scene) : null
  scene.tracks.forEach((t, k) => drawTrack(s, at.tracks[k], t, k, all, scene, theme))
  drawGenes(s, at.genes, scene, theme)
  drawMark(s, at.plot, scene, theme)
  drawPositions(s, at.plot, width, scene, theme)
  if (at.bar && scene.maps.some((m) => m.data)) {
    const domain = locusDomain(scene)
    const ticks = domain.kind === 'log' ? logTicks(domain.min, domain.max) : linearTicks(domain.min, domain.max)
    drawColourBar(s, at.bar, { domain, range, ticks, title: `${scene.value}${scene.options.scale === 'log' ? ', log' : ''}`, missing: scene.facts.missing > 0 }, colours, theme)
  }
}

export function toX(r: Rect, view: Stretch): (bp: number) => number {
  return (bp) => r.x + ((bp - view.start) / (view.end - view.start)) * r.w
}

/** The axis left of a triangle: how far apart two places are. */
function drawDistances(s: Surface, r: Rect, view: Stretch, theme: FigureTheme, title: boolean): void {
  const most = (2 * r.h * (view.end - view.start)) / r.w
  for (const t of linearTicks(0, most, 4)) {
    const y = snap(r.y + r.h * (1 - t.value / most), s.dpr)
    if (y < r.y + 5) continue
    s.line(r.x - TICK, y, r.x, y, { colour: theme.axis })
    s.text(t.value === 0 ? '0' : formatBp(t.value), r.x - TICK - 3, Math.min(y, r.y + r.h - 5), { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  if (title) s.text('Distance', 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: r.h })
}

/** Where the region meets itself, or its two anchors meet, in a triangle. */
function drawPair(s: Surface, r: Rect, scene: LocusScene, theme: FigureTheme): void {
  const spans = scene.mark?.spans ?? []
  if (spans.length === 0) return
  let [a, b] = [spans[0], spans.at(-1) ?? spans[0]].toSorted((p, q) => p.start - q.start)
  const px = r.w / (scene.end - scene.start)
  const place = (p: number, q: number): [number, number] => [toX(r, scene)((p + q) / 2), r.y + r.h - ((q - p) / 2) * px]
  // Small places are drawn larger than they are, so that they are seen.
  const pad = Math.max(0, 6 / px - Math.min(a.end - a.start, b.end - b.start) / 2)
  if (spans.length > 1) [a, b] = [a, b].map((x) => ({ start: x.start - pad, end: x.end + pad }))
  const outline = spans.length === 1
    ? [...place(a.start, a.start), ...place(a.start, a.end), ...place(a.end, a.end)]
    : [place(a.start, b.start), place(a.start, b.end), place(a.end, b.end), place(a.end, b.start), place(a.start, b.start)].flat()
  s.polyline(outline, { colour: '#ffffff', width: 3 }, r)
  s.polyline(outline, { colour: theme.dark ? '#2f6fed' : theme.accent, width: 1.5 }, r)
}

/** The stretch of the region, or of both anchors, over the whole figure. */
function drawMark(s: Surface, plot: Rect, scene: LocusScene, theme: FigureTheme): void {
  const x = toX(plot, scene)
  for (const { start, end } of scene.mark?.spans ?? []) {
    if (end <= scene.start || start >= scene.end) continue
    const [from, to] = [Math.max(plot.x, x(start)), Math.min(plot.x + plot.w, Math.max(x(end), x(start) + 1.5))]
    s.area([from, plot.y, to, plot.y, to, plot.y + plot.h, from, plot.y + plot.h], theme.accent, 0.14)
    for (const edge of to - from < 3 ? [from] : [from, to]) s.line(snap(edge, s.dpr), plot.y, snap(edge, s.dpr), plot.y + plot.h, { colour: theme.accent, dash: [3, 3] })
  }
}

/** Positions as people count them, from 1, in the unit that fits the stretch. */
function drawPositions(s: Surface, plot: Rect, width: number, scene: LocusScene, theme: FigureTheme): void {
  const span = scene.end - scene.start
  const [unit, scale] = span >= 1e6 ? ['Mb', 1e6] : span >= 2e3 ? ['kb', 1e3] : ['bp', 1]
  const y = plot.y + plot.h
  s.line(plot.x, y, plot.x + plot.w, y, { colour: theme.axis })
  const x = toX(plot, scene)
  let last = -Infinity
  const step = linearTicks(scene.start / scale, scene.end / scale, 8)
  const decimals = Math.max(0, ...step.slice(1, 2).map((t) => Math.ceil(-Math.log10(Math.abs(t.value - step[0].value)) - 1e-9)))
  for (const t of step) {
    const label = (t.value || 0).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    const px = snap(x(t.value * scale), s.dpr)
    const w = s.textWidth(label)
    s.line(px, y, px, y + TICK, { colour: theme.axis })
    const left = Math.min(width - w, Math.max(0, px - w / 2))
    if (left < last + 6) continue
    last = left + w
    s.text(label, left, y + TICK + 2, { colour: theme.text })
  }
  s.text(`Position on ${scene.chrom} (${unit})`, plot.x + plot.w / 2, y + TICK + 16, { colour: theme.muted, align: 'center' })
}
