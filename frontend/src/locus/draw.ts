import { COLORMAPS } from '@/lib/colormaps'
import { drawColourBar } from '@/lib/colourBar'
import { palette } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatBp } from '@/lib/format'
import { hatchStripe, type Palette, type Pixels } from '@/lib/raster'
import { LABEL_SIZE, snap, type Rect, type Surface } from '@/lib/surface'
import { barDomain, resolveRange } from '@/lib/valueRange'
import { prepare, tableIndices, type ValueScale } from '@/lib/valueScale'

import { drawDistances, drawOtherPositions, drawPositions, toX, toY } from './drawAxes'
import { drawGenes } from './drawGenes'
import { drawSideTrack, drawTrack, trackRange } from './drawTracks'
import { layoutLocus, type LocusLayout } from './layout'
import { paintRectangle } from './rectangle'
import { sceneRange, type LocusMap, type LocusScene } from './scene'
import { paintTriangle } from './triangle'
import { barTicks, barTitle, centreOf, viewOf } from './values'

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
  const centre = centreOf(s.options)
  return barDomain(s.facts, resolveRange(viewOf(s.options).range, s.facts, centre), centre)
}

/** The whole figure: maps, tracks, genes and the axis of positions, one above the other. */
export function drawLocus(s: Surface, width: number, height: number, scene: LocusScene, theme: FigureTheme): void {
  const at = layoutLocus(width, scene)
  s.fillRect({ x: 0, y: 0, w: width, h: height }, theme.surface)
  const colours = palette(COLORMAPS[viewOf(scene.options).colormap], theme)
  const range = sceneRange(scene)
  const all = scene.options.common ? trackRange(scene.tracks.flatMap((t) => t.data ?? []), scene) : null
  scene.maps.forEach((m, k) => {
    const r = at.maps[k]
    if (m.data) s.image(paintMap(m.data, scene, range, Math.round(r.w * s.dpr), Math.round(r.h * s.dpr), colours, theme, hatchStripe(s.dpr)), r)
    if (scene.other) drawSides(s, at, k, scene, all, theme)
    else drawDistances(s, r, scene, theme, k === 0)
    s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: theme.axis })
    if (scene.other) drawAnchors(s, r, scene, theme)
    else drawPair(s, r, scene, theme)
  })
  scene.tracks.forEach((t, k) => drawTrack(s, at.tracks[k], t, k, all, scene, theme))
  drawMark(s, at, scene, theme)
  // Words last, so that nothing runs through them.
  scene.maps.forEach((m, k) => {
    const r = at.maps[k]
    drawName(s, r, `${m.name}${m.data ? ` · ${formatBp(m.data.bin)}` : ''}`, theme)
    if (!m.data && m.note) s.text(m.note, r.x + r.w / 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', baseline: 'middle', maxWidth: r.w - 12, halo: theme.surface })
  })
  drawGenes(s, at.genes, scene, theme)
  drawPositions(s, at.plot, width, scene, theme)
  if (at.bar && scene.maps.some((m) => m.data)) {
    const domain = locusDomain(scene)
    drawColourBar(s, at.bar, { domain, range, ticks: barTicks(scene.options, domain), title: barTitle(scene.options), missing: scene.facts.missing > 0 }, colours, theme)
  }
}

function paintMap(m: LocusMap, scene: LocusScene, range: ValueScale, w: number, h: number, colours: Palette, theme: FigureTheme, stripe: number): Pixels {
  const index = tableIndices(preparedOf(m, viewOf(scene.options).scale), range)
  return scene.other ? paintRectangle(index, m, scene, scene.other, w, h, colours, theme.surface, stripe) : paintTriangle(index, m, scene, w, h, colours, theme.surface, stripe)
}

/** The name of a map on a ground of its own: on the picture it could not be read. */
function drawName(s: Surface, r: Rect, name: string, theme: FigureTheme): void {
  const w = Math.min(r.w - 8, Math.ceil(s.textWidth(name, LABEL_SIZE, 600)) + 8)
  s.fillRect({ x: r.x + 3, y: r.y + 3, w, h: 16 }, theme.surface)
  s.text(name, r.x + 7, r.y + 5, { colour: theme.text, weight: 600, maxWidth: w - 8 })
}

/** Left of a rectangle: its axis, and the tracks along it. */
function drawSides(s: Surface, at: LocusLayout, k: number, scene: LocusScene, all: [number, number] | null, theme: FigureTheme): void {
  const { other } = scene
  if (!other) return
  const r = at.maps[k]
  drawOtherPositions(s, r, at.sides[k][0]?.x ?? r.x, other, theme)
  at.sides[k].forEach((side, t) => drawSideTrack(s, side, other.tracks[t] ?? null, t, all, other, theme))
}

/** Where the two anchors meet in a rectangle. */
function drawAnchors(s: Surface, r: Rect, scene: LocusScene, theme: FigureTheme): void {
  const [x, y] = [toX(r, scene), toY(r, scene.other ?? scene)]
  const grown = (from: number, to: number): [number, number] => (to - from < 8 ? [(from + to) / 2 - 4, (from + to) / 2 + 4] : [from, to])
  for (const a of scene.other?.spans ?? []) {
    for (const b of scene.mark?.spans ?? []) {
      const [[x1, x2], [y1, y2]] = [grown(x(b.start), x(b.end)), grown(y(a.start), y(a.end))]
      const outline = [x1, y1, x2, y1, x2, y2, x1, y2, x1, y1]
      s.polyline(outline, { colour: '#ffffff', width: 3 }, r)
      s.polyline(outline, { colour: theme.dark ? '#2f6fed' : theme.accent, width: 1.5 }, r)
    }
  }
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

/** The stretch of the region, or of both anchors, over the whole figure; of anchor 1 along the other axis of a rectangle. */
function drawMark(s: Surface, at: LocusLayout, scene: LocusScene, theme: FigureTheme): void {
  const { plot } = at
  const x = toX(plot, scene)
  const dash = { colour: theme.accent, dash: [3, 3] }
  for (const { start, end } of scene.mark?.spans ?? []) {
    if (end <= scene.start || start >= scene.end) continue
    const [from, to] = [Math.max(plot.x, x(start)), Math.min(plot.x + plot.w, Math.max(x(end), x(start) + 1.5))]
    s.area([from, plot.y, to, plot.y, to, plot.y + plot.h, from, plot.y + plot.h], theme.accent, 0.14)
    for (const edge of to - from < 3 ? [from] : [from, to]) s.line(snap(edge, s.dpr), plot.y, snap(edge, s.dpr), plot.y + plot.h, dash)
  }
  const { other } = scene
  if (!other) return
  at.maps.forEach((r, k) => {
    const [y, left] = [toY(r, other), at.sides[k][0]?.x ?? r.x]
    for (const { start, end } of other.spans) {
      if (end <= other.start || start >= other.end) continue
      const [from, to] = [Math.max(r.y, y(start)), Math.min(r.y + r.h, Math.max(y(end), y(start) + 1.5))]
      s.area([left, from, r.x + r.w, from, r.x + r.w, to, left, to], theme.accent, 0.14)
      for (const edge of to - from < 3 ? [from] : [from, to]) s.line(left, snap(edge, s.dpr), r.x + r.w, snap(edge, s.dpr), dash)
    }
  })
}
