import type { Pixels } from './raster'
import { FONT, LABEL_SIZE, type Rect, type StrokeStyle, type Surface, type TextStyle } from './surface'

type Context = CanvasRenderingContext2D

/** Paints on a canvas whose backing store has `dpr` device pixels per px. */
export class CanvasSurface implements Surface {
  readonly dpr: number
  private readonly ctx: Context
  private scratch: HTMLCanvasElement | null = null

  constructor(ctx: Context, dpr: number) {
    this.ctx = ctx
    this.dpr = dpr
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0)
  }

  fillRect(r: Rect, colour: string): void {
    this.ctx.fillStyle = colour
    this.ctx.fillRect(r.x, r.y, r.w, r.h)
  }

  strokeRect(r: Rect, stroke: StrokeStyle): void {
    this.stroke(stroke)
    const half = this.ctx.lineWidth / 2
    this.ctx.strokeRect(r.x + half, r.y + half, r.w - 2 * half, r.h - 2 * half)
  }

  line(x1: number, y1: number, x2: number, y2: number, stroke: StrokeStyle): void {
    this.stroke(stroke)
    // Half a device pixel moves hairlines onto the pixel grid.
    const o = 0.5 / this.dpr
    this.ctx.beginPath()
    this.ctx.moveTo(x1 + (x1 === x2 ? o : 0), y1 + (y1 === y2 ? o : 0))
    this.ctx.lineTo(x2 + (x1 === x2 ? o : 0), y2 + (y1 === y2 ? o : 0))
    this.ctx.stroke()
  }

  polyline(points: ArrayLike<number>, stroke: StrokeStyle, clip?: Rect): void {
    this.clipped(clip, () => {
      this.stroke(stroke)
      this.ctx.lineJoin = 'round'
      this.ctx.beginPath()
      let pen = false
      for (let i = 0; i + 1 < points.length; i += 2) {
        const x = points[i]
        const y = points[i + 1]
        if (Number.isNaN(y)) {
          pen = false
          continue
        }
        if (pen) this.ctx.lineTo(x, y)
        else this.ctx.moveTo(x, y)
        pen = true
      }
      this.ctx.stroke()
    })
  }

  area(points: ArrayLike<number>, colour: string, opacity: number, clip?: Rect): void {
    this.clipped(clip, () => {
      this.ctx.globalAlpha = opacity
      this.ctx.fillStyle = colour
      this.ctx.beginPath()
      for (let i = 0; i + 1 < points.length; i += 2) this.ctx.lineTo(points[i], points[i + 1])
      this.ctx.closePath()
      this.ctx.fill()
      this.ctx.globalAlpha = 1
    })
  }

  text(s: string, x: number, y: number, style: TextStyle): void {
    const { ctx } = this
    const size = style.size ?? LABEL_SIZE
    ctx.save()
    ctx.font = font(size, style.weight)
    ctx.textAlign = style.align ?? 'left'
    ctx.textBaseline = style.baseline ?? 'top'
    ctx.translate(x, y)
    if (style.turned) ctx.rotate(-Math.PI / 2)
    const shown = style.maxWidth === undefined ? s : this.fit(s, style.maxWidth, size, style.weight)
    if (style.halo) {
      ctx.strokeStyle = style.halo
      ctx.lineWidth = 3
      ctx.lineJoin = 'round'
      ctx.strokeText(shown, 0, 0)
    }
    ctx.fillStyle = style.colour
    ctx.fillText(shown, 0, 0)
    ctx.restore()
  }

  textWidth(s: string, size = LABEL_SIZE, weight?: number): number {
    this.ctx.font = font(size, weight)
    return this.ctx.measureText(s).width
  }

  image(pixels: Pixels, r: Rect): void {
    const scratch = (this.scratch ??= document.createElement('canvas'))
    if (scratch.width !== pixels.width) scratch.width = pixels.width
    if (scratch.height !== pixels.height) scratch.height = pixels.height
    scratch.getContext('2d')?.putImageData(new ImageData(pixels.rgba, pixels.width, pixels.height), 0, 0)
    this.ctx.imageSmoothingEnabled = false
    this.ctx.drawImage(scratch, r.x, r.y, r.w, r.h)
  }

  private stroke(s: StrokeStyle): void {
    this.ctx.strokeStyle = s.colour
    this.ctx.lineWidth = s.width ?? 1
    this.ctx.setLineDash(s.dash ?? [])
  }

  private clipped(clip: Rect | undefined, fn: () => void): void {
    this.ctx.save()
    if (clip) {
      this.ctx.beginPath()
      this.ctx.rect(clip.x, clip.y, clip.w, clip.h)
      this.ctx.clip()
    }
    fn()
    this.ctx.restore()
  }

  private fit(s: string, maxWidth: number, size: number, weight?: number): string {
    if (this.textWidth(s, size, weight) <= maxWidth) return s
    let end = s.length
    while (end > 1 && this.textWidth(`${s.slice(0, end)}…`, size, weight) > maxWidth) end--
    return `${s.slice(0, end).trimEnd()}…`
  }
}

function font(size: number, weight = 400): string {
  return `${weight} ${size}px ${FONT}`
}

let ruler: Context | null = null

/** The width of a text in the font of figures, without a figure. */
export function canvasTextWidth(s: string, size: number, weight?: number): number {
  ruler ??= document.createElement('canvas').getContext('2d')
  if (!ruler) return s.length * size * 0.55
  ruler.font = font(size, weight)
  return ruler.measureText(s).width
}
