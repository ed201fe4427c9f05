import { packed, packHex, type Colormap } from './colormaps'
import type { FigureTheme } from './figureTheme'
import { hatchStripe, rasterise, type Palette } from './raster'
import { LABEL_SIZE, snap, type Rect, type Surface } from './surface'
import type { Tick } from './ticks'
import { MISSING, position, tableIndices, transform, type ValueScale } from './valueScale'
import { axisTicks, type WindowAxis } from './windowAxis'

const TICK = 4

export function palette(map: Colormap, theme: FigureTheme): Palette {
  return { table: packed(map), hatch: [packHex(theme.hatch[0]), packHex(theme.hatch[1])] }
}

/** The window axis under a plot, with its title. Labels at the ends stay inside `bounds`. */
export function drawWindowAxisX(s: Surface, plot: Rect, bounds: Rect, axis: WindowAxis, title: string, theme: FigureTheme): void {
  const y = plot.y + plot.h
  let taken = -Infinity
  const ticks = axisTicks(axis)
  for (const t of ticks) {
    const x = snap(plot.x + t.at * plot.w, s.dpr)
    s.line(x, y, x, y + (t.label === '' ? TICK - 1 : TICK), { colour: theme.axis })
    if (t.label === '') continue
    const width = s.textWidth(t.label)
    const left = Math.min(bounds.x + bounds.w - width, Math.max(bounds.x, x - width / 2))
    if (left < taken + 4) continue
    taken = left + width
    s.text(t.label, left, y + TICK + 2, { colour: theme.text })
  }
  s.text(title, plot.x + plot.w / 2, y + TICK + 17, { colour: theme.muted, align: 'center', maxWidth: bounds.w })
}

/** The window axis left of a picture, running downwards; title turned when given. */
export function drawWindowAxisY(s: Surface, plot: Rect, axis: WindowAxis, title: string, theme: FigureTheme): void {
  for (const t of axisTicks(axis)) {
    const y = snap(plot.y + t.at * plot.h, s.dpr)
    s.line(plot.x - (t.label === '' ? TICK - 1 : TICK), y, plot.x, y, { colour: theme.axis })
    if (t.label === '') continue
    const half = LABEL_SIZE / 2
    const at = Math.min(plot.y + plot.h - half, Math.max(plot.y + half, y))
    s.text(t.label, plot.x - TICK - 3, at, { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  if (title) s.text(title, 2, plot.y + plot.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: plot.h })
}

/** A value axis left of a line plot, with grid lines. */
export function drawValueAxisY(s: Surface, plot: Rect, ticks: Tick[], toY: (v: number) => number, title: string, theme: FigureTheme): void {
  for (const t of ticks) {
    const y = snap(toY(t.value), s.dpr)
    if (y < plot.y - 0.5 || y > plot.y + plot.h + 0.5) continue
    s.line(plot.x, y, plot.x + plot.w, y, { colour: theme.grid })
    s.line(plot.x - TICK, y, plot.x, y, { colour: theme.axis })
    s.text(t.label, plot.x - TICK - 3, y, { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  if (title) s.text(title, 2, plot.y + plot.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: plot.h })
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

export interface ColourBar {
  /** The axis that the bar shows: the data's extent and the range within. */
  domain: ValueScale
  range: ValueScale
  ticks: Tick[]
  title: string
  missing: boolean
}

/** Room around a picture: for the labels left of it, above it, and for the axis with its title below it. */
export const FRAME = { left: 66, top: 8, bottom: 40 } as const

/** Room right of a picture for a colour bar: gap, bar, labels, title. */
export const BAR = { gap: 14, width: 12, labels: 36, title: 16, total: 78 } as const
const SWATCH = 10

/** The height of a figure whose picture is square at this width. All widgets have it, so that rows of the grid align. */
export function figureHeight(width: number): number {
  return Math.round(Math.max(120, width - FRAME.left - BAR.total) + FRAME.top + FRAME.bottom)
}

export function colourBarRect(plot: Rect): Rect {
  return { x: plot.x + plot.w + BAR.gap, y: plot.y, w: BAR.width, h: plot.h - SWATCH - 12 }
}

/** The bar with high values on top; colours outside the range are those of its ends. Below it a swatch of the hatch when data are missing. */
export function drawColourBar(s: Surface, r: Rect, bar: ColourBar, colours: Palette, theme: FigureTheme): void {
  const h = Math.max(2, Math.round(r.h * s.dpr))
  const lo = transform(bar.domain.min, bar.domain.kind)
  const hi = transform(bar.domain.max, bar.domain.kind)
  const ramp = Float32Array.from({ length: h }, (_, i) => hi + ((i + 0.5) / h) * (lo - hi))
  const wide = Math.round(r.w * s.dpr)
  s.image(rasterise(tableIndices(ramp, bar.range), h, 1, wide, h, colours, 1), r)
  s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: theme.axis })
  let last = Infinity
  for (const t of bar.ticks) {
    const y = snap(r.y + r.h * (1 - position(t.value, bar.domain)), s.dpr)
    if (y < r.y - 1 || y > r.y + r.h + 1 || last - y < LABEL_SIZE + 1) continue
    last = y
    s.line(r.x + r.w, y, r.x + r.w + TICK, y, { colour: theme.axis })
    s.text(t.label, r.x + r.w + TICK + 3, y, { colour: theme.text, baseline: 'middle' })
  }
  s.text(bar.title, r.x + r.w + BAR.labels + 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: r.h + 20 })
  if (bar.missing) drawMissingSwatch(s, r, colours, theme)
}

function drawMissingSwatch(s: Surface, bar: Rect, colours: Palette, theme: FigureTheme): void {
  const box = { x: bar.x, y: bar.y + bar.h + 12, w: bar.w, h: SWATCH }
  const w = Math.round(box.w * s.dpr)
  const h = Math.round(box.h * s.dpr)
  s.image(rasterise(Uint16Array.of(MISSING), 1, 1, w, h, colours, hatchStripe(s.dpr)), box)
  s.strokeRect({ x: box.x - 1, y: box.y - 1, w: box.w + 2, h: box.h + 2 }, { colour: theme.axis })
  s.text('no data', box.x + box.w + 7, box.y + box.h / 2, { colour: theme.text, baseline: 'middle', size: 10 })
}
