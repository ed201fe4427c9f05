import { packed, packHex, type Colormap } from './colormaps'
import { BAR } from './colourBar'
import type { FigureTheme } from './figureTheme'
import { hatchStripe, rasterise, type Palette } from './raster'
import { LABEL_SIZE, snap, TICK, type Rect, type Surface } from './surface'
import { tableIndices, type ValueScale } from './valueScale'
import { axisTicks, type AxisTick, type WindowAxis } from './windowAxis'

export function palette(map: Colormap, theme: FigureTheme): Palette {
  return { table: packed(map), hatch: [packHex(theme.hatch[0]), packHex(theme.hatch[1])] }
}

/** The window axis under a plot, with its title. Labels at the ends stay inside `bounds`. */
export function drawWindowAxisX(s: Surface, plot: Rect, bounds: Rect, axis: WindowAxis, title: string, theme: FigureTheme): void {
  const y = plot.y + plot.h
  const ticks = axisTicks(axis)
  for (const t of ticks.filter((t) => !t.word)) {
    const x = snap(plot.x + t.at * plot.w, s.dpr)
    s.line(x, y, x, y + tickLength(t), { colour: theme.axis })
  }
  const taken: [number, number][] = []
  for (const t of byRank(ticks.filter((t) => !t.word))) {
    const width = s.textWidth(t.label)
    const left = Math.min(bounds.x + bounds.w - width, Math.max(bounds.x, plot.x + t.at * plot.w - width / 2))
    if (taken.some(([from, to]) => left < to + GAP && left + width + GAP > from)) continue
    taken.push([left, left + width])
    s.text(t.label, left, y + TICK + 2, { colour: theme.text })
  }
  drawWords(s, plot, y + TICK + 2, ticks.filter((t) => t.word), taken, theme)
  s.text(title, plot.x + plot.w / 2, y + TICK + 17, { colour: theme.muted, align: 'center', maxWidth: bounds.w })
}

/** Words about the sides of an axis, each in the middle of the room that the labels leave around its place; all in full, or all in short. */
function drawWords(s: Surface, plot: Rect, y: number, words: AxisTick[], taken: [number, number][], theme: FigureTheme): void {
  const placed = (text: (t: AxisTick) => string) =>
    words.map((t) => {
      const x = plot.x + t.at * plot.w
      const from = Math.max(plot.x, ...taken.filter(([lo]) => lo < x).map(([, to]) => to + GAP))
      const to = Math.min(plot.x + plot.w, ...taken.filter(([lo]) => lo >= x).map(([lo]) => lo - GAP))
      return { text: text(t), from, to, fits: s.textWidth(text(t)) <= to - from }
    })
  const full = placed((t) => t.label)
  const short = placed((t) => t.word ?? '')
  const shown = [full, short].find((list) => list.every((w) => w.fits)) ?? []
  for (const w of shown) s.text(w.text, (w.from + w.to) / 2, y, { colour: theme.muted, align: 'center' })
}

/** The window axis left of a picture, running downwards; title turned when given. Words about its sides stand on the other axis, which has the room. */
export function drawWindowAxisY(s: Surface, plot: Rect, axis: WindowAxis, title: string, theme: FigureTheme): void {
  const ticks = axisTicks(axis).filter((t) => !t.word)
  for (const t of ticks) {
    const y = snap(plot.y + t.at * plot.h, s.dpr)
    s.line(plot.x - tickLength(t), y, plot.x, y, { colour: theme.axis })
  }
  const half = LABEL_SIZE / 2
  const taken: number[] = []
  for (const t of byRank(ticks)) {
    const y = Math.min(plot.y + plot.h - half, Math.max(plot.y + half, plot.y + t.at * plot.h))
    if (taken.some((other) => Math.abs(other - y) < LABEL_SIZE + 1)) continue
    taken.push(y)
    s.text(t.label, plot.x - TICK - 3, y, { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  if (title) s.text(title, 2, plot.y + plot.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: plot.h })
}

const GAP = 4

function tickLength(t: AxisTick): number {
  return t.label === '' ? TICK - 1 : TICK
}

/** The ticks with labels, named places first: where there is no room for all, these stay. */
function byRank(ticks: AxisTick[]): AxisTick[] {
  const labelled = ticks.filter((t) => t.label !== '')
  return [...labelled.filter((t) => t.main), ...labelled.filter((t) => !t.main)]
}

/** A prepared picture: values on the axis where the scale is linear. */
export interface Field {
  rows: number
  cols: number
  prepared: Float32Array
}

/** A heat map in `plot`, at device resolution, with a hairline frame. */
export function drawField(s: Surface, plot: Rect, field: Field, scale: ValueScale, colours: Palette, theme: FigureTheme): void {
  const index = tableIndices(field.prepared, scale)
  const w = Math.max(1, Math.round(plot.w * s.dpr))
  const h = Math.max(1, Math.round(plot.h * s.dpr))
  s.image(rasterise(index, field.rows, field.cols, w, h, colours, hatchStripe(s.dpr)), plot)
  s.strokeRect({ x: plot.x - 1, y: plot.y - 1, w: plot.w + 2, h: plot.h + 2 }, { colour: theme.axis })
}

/** Room around a picture: for the labels left of it, above it, and for the axis with its title below it. */
export const FRAME = { left: 66, top: 8, bottom: 40 } as const

/** A picture grows with its widget up to this side. */
const LARGEST = 440

/** The height of a figure whose picture is square at this width. All widgets have it, so that rows of the grid align. */
export function figureHeight(width: number): number {
  return Math.round(Math.min(LARGEST, Math.max(120, width - FRAME.left - BAR.total)) + FRAME.top + FRAME.bottom)
}
