import type { Pixels } from './raster'
import { LABEL_SIZE, type Rect, type StrokeStyle, type Surface, type TextStyle } from './surface'

export interface RecordedText {
  text: string
  x: number
  y: number
  style: TextStyle
}

/** A surface for tests: keeps what was drawn instead of drawing it. Letters are 0.55 of their size wide. */
export class RecordingSurface implements Surface {
  readonly texts: RecordedText[] = []
  readonly images: { pixels: Pixels; rect: Rect }[] = []
  readonly boxes: { rect: Rect; stroke: StrokeStyle }[] = []
  readonly lines: { points: number[]; stroke: StrokeStyle }[] = []
  readonly areas: { points: number[]; colour: string }[] = []
  readonly dpr: number

  constructor(dpr = 1) {
    this.dpr = dpr
  }

  fillRect(): void {
    // Backgrounds are of no interest.
  }

  strokeRect(rect: Rect, stroke: StrokeStyle): void {
    this.boxes.push({ rect, stroke })
  }

  line(x1: number, y1: number, x2: number, y2: number, stroke: StrokeStyle): void {
    this.lines.push({ points: [x1, y1, x2, y2], stroke })
  }

  polyline(points: ArrayLike<number>, stroke: StrokeStyle): void {
    this.lines.push({ points: Array.from(points), stroke })
  }

  area(points: ArrayLike<number>, colour: string): void {
    this.areas.push({ points: Array.from(points), colour })
  }

  text(text: string, x: number, y: number, style: TextStyle): void {
    this.texts.push({ text, x, y, style })
  }

  textWidth(s: string, size = LABEL_SIZE): number {
    return s.length * size * 0.55
  }

  image(pixels: Pixels, rect: Rect): void {
    // A copy: rasters may be reused by the painter.
    this.images.push({ pixels: { ...pixels, rgba: pixels.rgba.slice() }, rect })
  }

  /** The colour at px (x, y) of the topmost image there. */
  pixel(x: number, y: number): [number, number, number] | null {
    for (const { pixels, rect } of this.images.toReversed()) {
      if (x < rect.x || x >= rect.x + rect.w || y < rect.y || y >= rect.y + rect.h) continue
      const px = Math.floor(((x - rect.x) / rect.w) * pixels.width)
      const py = Math.floor(((y - rect.y) / rect.h) * pixels.height)
      const at = (py * pixels.width + px) * 4
      return [pixels.rgba[at], pixels.rgba[at + 1], pixels.rgba[at + 2]]
    }
    return null
  }
}
