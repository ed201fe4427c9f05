import type { Pixels } from './raster'
import type { Rect, StrokeStyle, Surface, TextStyle } from './surface'

/** A part of another surface whose top left corner is (dx, dy). */
export class ShiftedSurface implements Surface {
  readonly dpr: number

  constructor(
    private readonly to: Surface,
    private readonly dx: number,
    private readonly dy: number,
  ) {
    this.dpr = to.dpr
  }

  fillRect(r: Rect, colour: string): void {
    this.to.fillRect(this.rect(r), colour)
  }
  strokeRect(r: Rect, stroke: StrokeStyle): void {
    this.to.strokeRect(this.rect(r), stroke)
  }
  line(x1: number, y1: number, x2: number, y2: number, stroke: StrokeStyle): void {
    this.to.line(x1 + this.dx, y1 + this.dy, x2 + this.dx, y2 + this.dy, stroke)
  }
  polyline(points: ArrayLike<number>, stroke: StrokeStyle, clip?: Rect): void {
    this.to.polyline(this.points(points), stroke, clip && this.rect(clip))
  }
  area(points: ArrayLike<number>, colour: string, opacity: number, clip?: Rect): void {
    this.to.area(this.points(points), colour, opacity, clip && this.rect(clip))
  }
  text(s: string, x: number, y: number, style: TextStyle): void {
    this.to.text(s, x + this.dx, y + this.dy, style)
  }
  textWidth(s: string, size?: number, weight?: number): number {
    return this.to.textWidth(s, size, weight)
  }
  image(pixels: Pixels, r: Rect): void {
    this.to.image(pixels, this.rect(r))
  }

  private rect(r: Rect): Rect {
    return { x: r.x + this.dx, y: r.y + this.dy, w: r.w, h: r.h }
  }
  private points(points: ArrayLike<number>): Float64Array {
    return Float64Array.from(points, (v, i) => v + (i % 2 === 0 ? this.dx : this.dy))
  }
}
