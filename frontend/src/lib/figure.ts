import { packed, packHex, type Colormap } from './colormaps'
import { BAR } from './colourBar'
import type { FigureTheme } from './figureTheme'
import { hatchStripe, rasterise, type Palette } from './raster'
import { LABEL_SIZE, snap, TICK, type Rect, type Surface } from './surface'
import { tableIndices, type ValueScale } from './valueScale'
import { axisTicks, type WindowAxis } from './windowAxis'

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

/** The height of a figure whose picture is square at this width. All widgets have it, so that rows of the grid align. */
export function figureHeight(width: number): number {
  return Math.round(Math.max(120, width - FRAME.left - BAR.total) + FRAME.top + FRAME.bottom)
}
