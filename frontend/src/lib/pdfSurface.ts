import type PDFDocument from 'pdfkit'

import type { Pixels } from './raster'
import { LABEL_SIZE, type Rect, type StrokeStyle, type Surface, type TextStyle } from './surface'
import { BASELINE, fitted } from './svgSurface'

/** Fonts are registered under these names, by weight. */
export const FONT_NAMES = { regular: 'regular', bold: 'bold' } as const

/** What a page in PDF needs from the browser. */
export interface PdfHelp {
  /** Pixels as the address of a PNG. */
  png: (p: Pixels) => string
  /** A text as a picture, for letters that the embedded font does not have; with its width in px. */
  textPicture: (s: string, size: number, weight: number, colour: string) => { address: string; width: number; ascent: number; height: number }
  /** Whether the embedded font has all letters. */
  covered: (s: string) => boolean
}

/** Writes a figure on a page of a PDF: lines, areas and letters stay what they are; rasters are embedded at `dpr` pixels per px. */
export class PdfSurface implements Surface {
  constructor(
    private readonly doc: PDFDocument,
    readonly dpr: number,
    private readonly help: PdfHelp,
  ) {}

  fillRect(r: Rect, colour: string): void {
    this.doc.rect(r.x, r.y, Math.max(0, r.w), Math.max(0, r.h)).fill(colour)
  }

  strokeRect(r: Rect, stroke: StrokeStyle): void {
    const half = (stroke.width ?? 1) / 2
    this.pen(stroke)
    this.doc.rect(r.x + half, r.y + half, Math.max(0, r.w - 2 * half), Math.max(0, r.h - 2 * half)).stroke()
  }

  line(x1: number, y1: number, x2: number, y2: number, stroke: StrokeStyle): void {
    this.pen(stroke)
    this.doc.moveTo(x1, y1).lineTo(x2, y2).stroke()
  }

  polyline(points: ArrayLike<number>, stroke: StrokeStyle, clip?: Rect): void {
    this.clipped(clip, () => {
      this.pen(stroke)
      this.doc.lineJoin('round')
      if (this.path(points)) this.doc.stroke()
    })
  }

  area(points: ArrayLike<number>, colour: string, opacity: number, clip?: Rect): void {
    this.clipped(clip, () => {
      this.doc.fillOpacity(opacity)
      if (this.path(points)) this.doc.closePath().fill(colour)
      this.doc.fillOpacity(1)
    })
  }

  text(s: string, x: number, y: number, style: TextStyle): void {
    const size = style.size ?? LABEL_SIZE
    const shown = style.maxWidth === undefined ? s : fitted(s, style.maxWidth, (t) => this.textWidth(t, size, style.weight))
    const width = this.textWidth(shown, size, style.weight)
    const left = x - (style.align === 'right' ? width : style.align === 'center' ? width / 2 : 0)
    const base = y + BASELINE[style.baseline ?? 'top'] * size
    this.doc.save()
    if (style.turned) this.doc.rotate(-90, { origin: [x, y] })
    if (this.help.covered(shown)) {
      this.face(size, style.weight)
      if (style.halo) {
        this.doc.lineWidth(3).lineJoin('round').strokeColor(style.halo)
        this.doc.text(shown, left, base, { baseline: 'alphabetic', lineBreak: false, stroke: true, fill: false })
      }
      this.doc.fillColor(style.colour).text(shown, left, base, { baseline: 'alphabetic', lineBreak: false })
    } else {
      const p = this.help.textPicture(shown, size, style.weight ?? 400, style.colour)
      this.doc.image(p.address, left, base - p.ascent, { width: p.width, height: p.height })
    }
    this.doc.restore()
  }

  textWidth(s: string, size = LABEL_SIZE, weight?: number): number {
    if (!this.help.covered(s)) return this.help.textPicture(s, size, weight ?? 400, '#000000').width
    this.face(size, weight)
    return this.doc.widthOfString(s)
  }

  image(pixels: Pixels, r: Rect): void {
    this.doc.image(this.help.png(pixels), r.x, r.y, { width: r.w, height: r.h })
  }

  private face(size: number, weight = 400): void {
    this.doc.font(weight >= 550 ? FONT_NAMES.bold : FONT_NAMES.regular).fontSize(size)
  }

  private pen(s: StrokeStyle): void {
    this.doc.lineWidth(s.width ?? 1).strokeColor(s.colour)
    if (s.dash && s.dash.length > 0) this.doc.dash(s.dash, {})
    else this.doc.undash()
  }

  /** A NaN in y lifts the pen. */
  private path(points: ArrayLike<number>): boolean {
    let down = false
    let any = false
    for (let i = 0; i + 1 < points.length; i += 2) {
      if (Number.isNaN(points[i + 1])) {
        down = false
        continue
      }
      if (down) this.doc.lineTo(points[i], points[i + 1])
      else this.doc.moveTo(points[i], points[i + 1])
      down = any = true
    }
    return any
  }

  private clipped(clip: Rect | undefined, fn: () => void): void {
    this.doc.save()
    if (clip) this.doc.rect(clip.x, clip.y, clip.w, clip.h).clip()
    fn()
    this.doc.restore()
  }
}
