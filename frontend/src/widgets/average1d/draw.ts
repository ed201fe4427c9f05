import { drawWindowAxisX } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { drawBand, drawValueAxisY } from '@/lib/linePlot'
import { seriesStyle } from '@/lib/series'
import { CI95, extent } from '@/lib/stats'
import { snap, type Rect, type Surface } from '@/lib/surface'
import { linearTicks } from '@/lib/ticks'
import { axisTicks, axisTitle, type WindowAxis } from '@/lib/windowAxis'

import type { Average1dOptions } from './options'
import { affineOf, scaled } from './scaling'
import { legendText, valueTitle } from './words'

/** One line: values per bin, the standard error of the mean per bin, and how many regions have a value there. */
export interface Track {
  id: string
  name: string
  /** See lib/series.ts. */
  style: number
  values: ArrayLike<number>
  sem: ArrayLike<number> | null
  n: number
  total: number
  /** The whole set, while the values are those of a part of it. */
  ghost?: ArrayLike<number> | null
}

export interface Average1dScene {
  tracks: Track[]
  axis: WindowAxis
  setName: string
  /** Lines are of different regions: the legend says of how many. */
  parted: boolean
  options: Average1dOptions
}

/** A track as it is drawn: scaled, styled, with the ends of its ribbon on the same scale. */
export interface Line {
  track: Track
  style: number
  values: Float64Array
  low: Float64Array | null
  high: Float64Array | null
  ghost: Float64Array | null
}

export interface LegendItem {
  track: Track
  style: number
  hidden: boolean
  text: string
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
const KEY = 26

export function linesOf(scene: Average1dScene): Line[] {
  const { options } = scene
  return scene.tracks.map((track) => {
    const a = affineOf(track.values, options.scaling)
    const values = scaled(track.values, a)
    const sem = options.ci && options.statistic === 'mean' ? track.sem : null
    const end = (sign: number) => (sem ? values.map((v, i) => v + (sign * CI95 * sem[i]) / a.unit) : null)
    return { track, style: track.style, values, low: end(-1), high: end(1), ghost: track.ghost ? scaled(track.ghost, a) : null }
  })
}

export function shownLines(scene: Average1dScene, lines: Line[]): Line[] {
  return lines.filter((l) => !scene.options.hidden.includes(l.track.id))
}

export function yRange(scene: Average1dScene, lines: Line[]): [number, number] {
  if (scene.options.y) return scene.options.y
  const ends = shownLines(scene, lines).flatMap((l) => [extent(l.values), l.low && extent(l.low), l.high && extent(l.high), l.ghost && extent(l.ghost)]).filter((e) => e !== null)
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
  const legend = scene.tracks.map((track): LegendItem => {
    const text = legendText(track, scene.options, scene.parted)
    const w = Math.min(room, KEY + 4 + s.textWidth(text))
    if (x > LEFT && x + w > LEFT + room) {
      x = LEFT
      y += ROW
    }
    const rect = { x, y, w, h: ROW }
    x += w + 12
    return { track, style: track.style, hidden: scene.options.hidden.includes(track.id), text, rect }
  })
  const top = (legend.length > 0 ? y + ROW : 0) + 8
  return { plot: { x: LEFT, y: snap(top, s.dpr), w: room, h: Math.max(40, height - top - BOTTOM) }, legend }
}

const FREE_ROWS = 3
/** Of how many px a picture is to be higher, so that a long legend leaves the plot its room. */
export function legendRoom(legend: LegendItem[]): number {
  const rows = new Set(legend.map((l) => l.rect.y)).size
  return ROW * Math.max(0, rows - FREE_ROWS)
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
  const shown = shownLines(scene, lines)
  for (const l of shown) {
    const toX = (i: number) => binX(plot, l.values.length, i)
    if (l.low && l.high) drawBand(s, plot, l.low, l.high, toX, toY, seriesStyle(l.style, theme.dark).colour, theme)
  }
  for (const l of shown) if (l.ghost) drawGhost(s, plot, l.ghost, l.style, toY, theme)
  for (const l of shown) drawLine(s, plot, l, toY, theme)
  s.strokeRect({ x: plot.x - 1, y: plot.y - 1, w: plot.w + 2, h: plot.h + 2 }, { colour: theme.axis })
  drawWindowAxisX(s, plot, { x: 0, y: 0, w: width, h: height }, scene.axis, axisTitle(scene.axis, scene.setName), theme)
  for (const item of legend) drawLegendItem(s, item, theme)
}

/** The middle of bin i in px. */
export function binX(plot: Rect, cells: number, i: number): number {
  return plot.x + ((i + 0.5) / cells) * plot.w
}

/** The line of the whole set: thin, and on a part of every step only. */
function drawGhost(s: Surface, plot: Rect, values: Float64Array, style: number, toY: (v: number) => number, theme: FigureTheme): void {
  const points = Array.from(values).flatMap((v, i) => [binX(plot, values.length, i), toY(v)])
  s.polyline(points, { colour: seriesStyle(style, theme.dark).colour, dash: [1, 3], width: 1.25 }, plot)
}

function drawLine(s: Surface, plot: Rect, line: Line, toY: (v: number) => number, theme: FigureTheme): void {
  const { colour, dash } = seriesStyle(line.style, theme.dark)
  const n = line.values.length
  const points = new Float64Array(2 * n)
  line.values.forEach((v, i) => points.set([binX(plot, n, i), toY(v)], 2 * i))
  s.polyline(points, { colour, dash, width: 1.75 }, plot)
}

function drawLegendItem(s: Surface, item: LegendItem, theme: FigureTheme): void {
  const { colour, dash } = seriesStyle(item.style, theme.dark)
  const y = item.rect.y + item.rect.h / 2
  s.polyline([item.rect.x, y, item.rect.x + 20, y], { colour: item.hidden ? theme.grid : colour, dash, width: 2.5 })
  s.text(item.text, item.rect.x + KEY, y, {
    colour: item.hidden ? theme.axis : theme.text, baseline: 'middle', maxWidth: item.rect.w - KEY,
  })
}
