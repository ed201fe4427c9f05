import { drawValueAxisY, drawWindowAxisX } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatCount, formatValue } from '@/lib/format'
import { seriesStyle } from '@/lib/series'
import { extent } from '@/lib/stats'
import { snap, type Rect, type Surface } from '@/lib/surface'
import { linearTicks } from '@/lib/ticks'
import { axisSummary, axisTicks, axisTitle, type WindowAxis } from '@/lib/windowAxis'

import type { Average1dOptions } from './options'
import { affineOf, CI95, scaled } from './scaling'

/** One line: values per bin, the standard error of the mean per bin, and how many regions have a value there. */
export interface Track {
  id: number
  name: string
  values: ArrayLike<number>
  sem: ArrayLike<number> | null
  n: number
  total: number
}

export interface Average1dScene {
  tracks: Track[]
  axis: WindowAxis
  setName: string
  options: Average1dOptions
}

/** A track as it is drawn: scaled, styled, with the ends of its ribbon. */
export interface Line {
  track: Track
  style: number
  values: Float64Array
  low: Float64Array | null
  high: Float64Array | null
}

export interface LegendItem {
  track: Track
  style: number
  hidden: boolean
  rect: Rect
}

export interface Average1dLayout {
  plot: Rect
  legend: LegendItem[]
}

const LEFT = 58
const RIGHT = 14
const BOTTOM = 40
const ROW = 18

export function linesOf(scene: Average1dScene): Line[] {
  const { options } = scene
  return scene.tracks.map((track, style) => {
    const a = affineOf(track.values, options.scaling)
    const values = scaled(track.values, a)
    const sem = options.ci && options.statistic === 'mean' ? track.sem : null
    const end = (sign: number) => (sem ? values.map((v, i) => v + (sign * CI95 * sem[i]) / a.unit) : null)
    return { track, style, values, low: end(-1), high: end(1) }
  })
}

export function yRange(scene: Average1dScene, lines: Line[]): [number, number] {
  if (scene.options.y) return scene.options.y
  const shown = lines.filter((l) => !scene.options.hidden.includes(l.track.id))
  const ends = shown.flatMap((l) => [extent(l.values), l.low && extent(l.low), l.high && extent(l.high)]).filter((e) => e !== null)
  if (ends.length === 0) return [0, 1]
  const lo = Math.min(...ends.map((e) => e[0]))
  const hi = Math.max(...ends.map((e) => e[1]))
  const pad = (hi - lo) * 0.05 || Math.abs(hi) * 0.1 || 1
  return [lo - pad, hi + pad]
}

/** The legend stands above the plot, in as many rows as it takes. */
export function layoutAverage1d(s: Surface, width: number, height: number, scene: Average1dScene): Average1dLayout {
  const room = width - LEFT - RIGHT
  let x = LEFT
  let y = 4
  const legend = scene.tracks.map((track, style): LegendItem => {
    const w = Math.min(room, 30 + s.textWidth(track.name))
    if (x > LEFT && x + w > LEFT + room) {
      x = LEFT
      y += ROW
    }
    const rect = { x, y, w, h: ROW }
    x += w + 12
    return { track, style, hidden: scene.options.hidden.includes(track.id), rect }
  })
  const top = (legend.length > 0 ? y + ROW : 0) + 8
  return { plot: { x: LEFT, y: snap(top, s.dpr), w: room, h: Math.max(40, height - top - BOTTOM) }, legend }
}

export function drawAverage1d(s: Surface, width: number, height: number, scene: Average1dScene, theme: FigureTheme): void {
  const { plot, legend } = layoutAverage1d(s, width, height, scene)
  const lines = linesOf(scene)
  const [lo, hi] = yRange(scene, lines)
  const toY = (v: number) => plot.y + plot.h * (1 - (v - lo) / (hi - lo))
  s.fillRect({ x: 0, y: 0, w: width, h: height }, theme.surface)
  drawValueAxisY(s, plot, linearTicks(lo, hi, 5), toY, valueTitle(scene.options), theme)
  for (const t of axisTicks(scene.axis).filter((t) => t.main)) {
    const x = snap(plot.x + t.at * plot.w, s.dpr)
    s.line(x, plot.y, x, plot.y + plot.h, { colour: theme.axis, dash: [3, 3] })
  }
  const shown = lines.filter((l) => !scene.options.hidden.includes(l.track.id))
  for (const line of shown) drawRibbon(s, plot, line, toY, theme)
  for (const line of shown) drawLine(s, plot, line, toY, theme)
  s.strokeRect({ x: plot.x - 1, y: plot.y - 1, w: plot.w + 2, h: plot.h + 2 }, { colour: theme.axis })
  drawWindowAxisX(s, plot, { x: 0, y: 0, w: width, h: height }, scene.axis, axisTitle(scene.axis, scene.setName), theme)
  for (const item of legend) drawLegendItem(s, item, theme)
}

/** The middle of bin i in px. */
export function binX(plot: Rect, cells: number, i: number): number {
  return plot.x + ((i + 0.5) / cells) * plot.w
}

function drawLine(s: Surface, plot: Rect, line: Line, toY: (v: number) => number, theme: FigureTheme): void {
  const { colour, dash } = seriesStyle(line.style, theme.dark)
  const n = line.values.length
  const points = new Float64Array(2 * n)
  line.values.forEach((v, i) => points.set([binX(plot, n, i), toY(v)], 2 * i))
  s.polyline(points, { colour, dash, width: 1.75 }, plot)
}

/** One closed area per stretch of bins with data: a gap in the data is a gap in the ribbon. */
function drawRibbon(s: Surface, plot: Rect, line: Line, toY: (v: number) => number, theme: FigureTheme): void {
  const { low, high } = line
  if (!low || !high) return
  const { colour } = seriesStyle(line.style, theme.dark)
  let from = 0
  for (let i = 0; i <= low.length; i++) {
    if (i < low.length && Number.isFinite(low[i]) && Number.isFinite(high[i])) continue
    if (i - from > 1) {
      const points: number[] = []
      for (let k = from; k < i; k++) points.push(binX(plot, low.length, k), toY(high[k]))
      for (let k = i - 1; k >= from; k--) points.push(binX(plot, low.length, k), toY(low[k]))
      s.area(points, colour, theme.dark ? 0.28 : 0.2, plot)
    }
    from = i + 1
  }
}

function drawLegendItem(s: Surface, item: LegendItem, theme: FigureTheme): void {
  const { colour, dash } = seriesStyle(item.style, theme.dark)
  const y = item.rect.y + item.rect.h / 2
  s.polyline([item.rect.x, y, item.rect.x + 20, y], { colour: item.hidden ? theme.grid : colour, dash, width: 2.5 })
  s.text(item.track.name, item.rect.x + 26, y, {
    colour: item.hidden ? theme.axis : theme.text, baseline: 'middle', maxWidth: item.rect.w - 26,
  })
}

export function valueTitle(o: Average1dOptions): string {
  const spread = o.statistic === 'mean' && o.ci ? ' ± 95 % CI' : ''
  if (o.scaling === 'none') return `${o.statistic} signal${spread}`
  return `${o.statistic}${spread}, ${o.scaling === 'minmax' ? 'min–max' : 'z-score'}`
}

/** The text alternative of the plot. */
export function describeAverage1d(scene: Average1dScene): string {
  const { axis, options } = scene
  const each = scene.tracks.map((t) => {
    const peak = extent(t.values)
    return `${t.name}: n = ${formatCount(t.n)} of ${formatCount(t.total)}` + (peak ? `, ${formatValue(peak[0])} to ${formatValue(peak[1])}` : ', no data')
  })
  return `Average profile at ${scene.setName}, ${options.statistic} per bin, ${axisSummary(axis)}. ${each.join('; ')}`
}
