import { packHex } from '@/lib/colormaps'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatValue } from '@/lib/format'
import { hatchStripe, rasterise } from '@/lib/raster'
import { seriesStyle } from '@/lib/series'
import { snap, TICK, type Rect, type Surface } from '@/lib/surface'
import { MISSING } from '@/lib/valueScale'

import type { LocusScene, LocusTrack, Stretch } from './scene'

/** From zero, or below, to the largest mean in the view, over all tracks given. */
export function trackRange(tracks: LocusTrack[], view: Stretch): [number, number] {
  let [lo, hi] = [0, 0]
  for (const t of tracks) {
    const [a, b] = shownBins(t, view)
    for (let k = a; k < b; k++) {
      const v = t.mean[k]
      if (v < lo) lo = v
      if (v > hi) hi = v
    }
  }
  return hi > lo ? [lo, hi] : [0, 1]
}

/** The bins of a track that overlap a view. */
export function shownBins(t: LocusTrack, view: Stretch): [number, number] {
  const width = (t.end - t.start) / t.mean.length
  return [Math.max(0, Math.floor((view.start - t.start) / width)), Math.min(t.mean.length, Math.ceil((view.end - t.start) / width))]
}

/** A track along the vertical axis of a rectangle, growing to the left, away from the picture. */
export function drawSideTrack(s: Surface, r: Rect, data: LocusTrack | null, k: number, common: [number, number] | null, view: Stretch, theme: FigureTheme): void {
  s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: theme.grid })
  if (!data) return
  const { colour } = seriesStyle(k, theme.dark)
  const [lo, hi] = common ?? trackRange([data], view)
  const toX = (v: number): number => r.x + r.w * (1 - (v - lo) / ((hi - lo) * 1.08))
  const width = (data.end - data.start) / data.mean.length
  const toY = (b: number): number => r.y + Math.min(1, Math.max(0, (data.start + b * width - view.start) / (view.end - view.start))) * r.h
  const [from, to] = shownBins(data, view)
  for (let b = from; b < to; ) {
    let e = b
    while (e < to && Number.isNaN(data.mean[e]) === Number.isNaN(data.mean[b])) e++
    if (Number.isNaN(data.mean[b])) drawMissing(s, { x: r.x, y: toY(b), w: r.w, h: toY(e) - toY(b) }, theme)
    else {
      const points = [toX(0), toY(b)]
      for (let i = b; i < e; i++) points.push(toX(data.mean[i]), toY(i), toX(data.mean[i]), toY(i + 1))
      points.push(toX(0), toY(e))
      s.area(points, colour, 1, r)
    }
    b = e
  }
}

/** A track: means from the zero line, the range of values behind them, hatched where there is no value. */
export function drawTrack(s: Surface, r: Rect, { name, data, note }: LocusScene['tracks'][number], k: number, common: [number, number] | null, view: Stretch, theme: FigureTheme): void {
  const { colour } = seriesStyle(k, theme.dark)
  if (data) {
    const [lo, hi] = common ?? trackRange([data], view)
    const pad = (hi - lo) * 0.08
    const toY = (v: number): number => r.y + r.h * (1 - (v - lo) / (hi + pad - lo))
    drawBins(s, r, data, view, toY, colour, theme)
    for (const v of lo < 0 ? [lo, 0, hi] : [0, hi]) {
      const y = snap(toY(v), s.dpr)
      s.line(r.x - TICK, y, r.x, y, { colour: theme.axis })
      s.text(formatValue(v, 2), r.x - TICK - 3, Math.min(r.y + r.h - 5, Math.max(r.y + 5, y)), { colour: theme.text, align: 'right', baseline: 'middle' })
    }
    s.line(r.x, snap(toY(0), s.dpr), r.x + r.w, snap(toY(0), s.dpr), { colour: theme.axis })
  } else if (note) s.text(note, r.x + r.w / 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', baseline: 'middle', maxWidth: r.w })
  s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: theme.grid })
  s.text(name, r.x + 6, r.y + 3, { colour: theme.text, weight: 600, halo: theme.surface, maxWidth: r.w - 12 })
}

function drawBins(s: Surface, r: Rect, t: LocusTrack, view: Stretch, toY: (v: number) => number, colour: string, theme: FigureTheme): void {
  const width = (t.end - t.start) / t.mean.length
  const px = r.w / (view.end - view.start)
  const toX = (k: number): number => r.x + Math.min(r.w, Math.max(0, (t.start + k * width - view.start) * px))
  const [from, to] = shownBins(t, view)
  let first = from
  for (let k = from; k <= to; k++) {
    const gap = k === to || Number.isNaN(t.mean[k])
    const wasGap = k > first && Number.isNaN(t.mean[k - 1])
    if (k > first && (k === to || gap !== wasGap)) {
      const box = { x: toX(first), y: r.y, w: toX(k) - toX(first), h: r.h }
      if (wasGap) drawMissing(s, box, theme)
      else {
        s.area(steps(t.max, first, k, toX, toY), colour, theme.dark ? 0.3 : 0.22, r)
        s.area(steps(t.mean, first, k, toX, toY), colour, 1, r)
      }
      first = k
    }
  }
}

function steps(values: Float32Array, from: number, to: number, toX: (k: number) => number, toY: (v: number) => number): number[] {
  const points = [toX(from), toY(0)]
  for (let k = from; k < to; k++) points.push(toX(k), toY(values[k]), toX(k + 1), toY(values[k]))
  points.push(toX(to), toY(0))
  return points
}

function drawMissing(s: Surface, r: Rect, theme: FigureTheme): void {
  const [w, h] = [Math.round(r.w * s.dpr), Math.round(r.h * s.dpr)]
  if (w < 1 || h < 1) return
  const colours = { table: new Uint32Array(256), hatch: [packHex(theme.hatch[0]), packHex(theme.hatch[1])] as [number, number] }
  s.image(rasterise(Uint16Array.of(MISSING), 1, 1, w, h, colours, hatchStripe(s.dpr)), r)
}
