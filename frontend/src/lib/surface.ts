import type { Pixels } from './raster'

export interface Rect {
  x: number
  y: number
  w: number
  h: number
}

export interface TextStyle {
  colour: string
  size?: number
  weight?: number
  align?: 'left' | 'center' | 'right'
  baseline?: 'top' | 'middle' | 'bottom'
  /** Quarter turns to the left around the anchor, for y axis titles. */
  turned?: boolean
  /** Drawn behind the letters where they lie on a picture. */
  halo?: string
  /** Cut with an ellipsis to this many px. */
  maxWidth?: number
}

export interface StrokeStyle {
  colour: string
  width?: number
  dash?: number[]
}

/**
 * What the draw modules of the widgets paint on, in CSS px from the top left. The same calls go to the screen, to an export of
 * any resolution, and to a recorder in tests.
 */
export interface Surface {
  /** Device pixels per px: rasters are made at this resolution. */
  readonly dpr: number
  fillRect(r: Rect, colour: string): void
  strokeRect(r: Rect, stroke: StrokeStyle): void
  line(x1: number, y1: number, x2: number, y2: number, stroke: StrokeStyle): void
  /** Points x0, y0, x1, y1 …; a NaN in y breaks the line. */
  polyline(points: ArrayLike<number>, stroke: StrokeStyle, clip?: Rect): void
  /** A closed area x0, y0, x1, y1 …, without NaN. */
  area(points: ArrayLike<number>, colour: string, opacity: number, clip?: Rect): void
  text(s: string, x: number, y: number, style: TextStyle): void
  textWidth(s: string, size?: number, weight?: number): number
  image(pixels: Pixels, r: Rect): void
}

export const FONT = '"Inter Variable", Inter, system-ui, sans-serif'
export const LABEL_SIZE = 11
/** Length of a tick mark. */
export const TICK = 4

/** Aligns to device pixels, so that hairlines and rasters are crisp. */
export function snap(v: number, dpr: number): number {
  return Math.round(v * dpr) / dpr
}
