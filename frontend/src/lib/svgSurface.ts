import { canvasTextWidth } from './canvasSurface'
import type { Pixels } from './raster'
import { FONT, LABEL_SIZE, type Rect, type StrokeStyle, type Surface, type TextStyle } from './surface'

export const BASELINE = { top: 0.8, middle: 0.34, bottom: -0.2 } as const
const ANCHOR = { left: 'start', center: 'middle', right: 'end' } as const

/** Writes a figure as SVG: lines, areas and letters stay what they are; rasters are embedded at `dpr` pixels per px. */
export class SvgSurface implements Surface {
  readonly dpr: number
  private readonly parts: string[] = []
  private clips = 0

  /** `png` turns pixels into a data address; `note` says where the figure comes from. */
  constructor(
    private readonly width: number,
    private readonly height: number,
    dpr: number,
    private readonly png: (p: Pixels) => string,
    private readonly note = '',
    private readonly measure: (s: string, size: number, weight?: number) => number = canvasTextWidth,
  ) {
    this.dpr = dpr
  }

  toString(): string {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${escape(FONT)}">\n${this.note ? `<metadata>${escape(this.note)}</metadata>\n` : ''}${this.parts.join('\n')}\n</svg>\n`
  }

  fillRect(r: Rect, colour: string): void {
    this.parts.push(`<rect ${box(r)} fill="${colour}"/>`)
  }

  strokeRect(r: Rect, stroke: StrokeStyle): void {
    const half = (stroke.width ?? 1) / 2
    this.parts.push(`<rect ${box({ x: r.x + half, y: r.y + half, w: r.w - 2 * half, h: r.h - 2 * half })} fill="none" ${pen(stroke)}/>`)
  }

  line(x1: number, y1: number, x2: number, y2: number, stroke: StrokeStyle): void {
    this.parts.push(`<path d="M${num(x1)} ${num(y1)}L${num(x2)} ${num(y2)}" ${pen(stroke)}/>`)
  }

  polyline(points: ArrayLike<number>, stroke: StrokeStyle, clip?: Rect): void {
    const d = pathOf(points)
    if (d) this.clipped(clip, `<path d="${d}" fill="none" stroke-linejoin="round" ${pen(stroke)}/>`)
  }

  area(points: ArrayLike<number>, colour: string, opacity: number, clip?: Rect): void {
    const d = pathOf(points)
    if (d) this.clipped(clip, `<path d="${d}Z" fill="${colour}"${opacity < 1 ? ` fill-opacity="${opacity}"` : ''}/>`)
  }

  text(s: string, x: number, y: number, style: TextStyle): void {
    const size = style.size ?? LABEL_SIZE
    const shown = style.maxWidth === undefined ? s : fitted(s, style.maxWidth, (t) => this.textWidth(t, size, style.weight))
    // Viewers disagree about dominant-baseline: the shift is written out.
    const dy = num(BASELINE[style.baseline ?? 'top'] * size)
    const at = style.turned ? `transform="translate(${num(x)} ${num(y)}) rotate(-90)" y="${dy}"` : `x="${num(x)}" y="${num(y + Number(dy))}"`
    const halo = style.halo ? ` stroke="${style.halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"` : ''
    const weight = style.weight ? ` font-weight="${style.weight}"` : ''
    this.parts.push(`<text ${at} font-size="${size}"${weight} text-anchor="${ANCHOR[style.align ?? 'left']}" fill="${style.colour}"${halo}>${escape(shown)}</text>`)
  }

  textWidth(s: string, size = LABEL_SIZE, weight?: number): number {
    return this.measure(s, size, weight)
  }

  image(pixels: Pixels, r: Rect): void {
    this.parts.push(`<image ${box(r)} preserveAspectRatio="none" style="image-rendering:pixelated" href="${this.png(pixels)}"/>`)
  }

  private clipped(clip: Rect | undefined, part: string): void {
    if (!clip) {
      this.parts.push(part)
      return
    }
    const id = `clip${++this.clips}`
    this.parts.push(`<clipPath id="${id}"><rect ${box(clip)}/></clipPath><g clip-path="url(#${id})">${part}</g>`)
  }
}

/** Cut with an ellipsis to a width. */
export function fitted(s: string, maxWidth: number, widthOf: (s: string) => number): string {
  if (widthOf(s) <= maxWidth) return s
  let end = s.length
  while (end > 1 && widthOf(`${s.slice(0, end)}…`) > maxWidth) end--
  return `${s.slice(0, end).trimEnd()}…`
}

function num(v: number): string {
  return String(Math.round(v * 100) / 100)
}
function box(r: Rect): string {
  return `x="${num(r.x)}" y="${num(r.y)}" width="${num(Math.max(0, r.w))}" height="${num(Math.max(0, r.h))}"`
}
function pen(s: StrokeStyle): string {
  const dash = s.dash && s.dash.length > 0 ? ` stroke-dasharray="${s.dash.join(' ')}"` : ''
  return `stroke="${s.colour}" stroke-width="${s.width ?? 1}"${dash}`
}

/** A NaN in y lifts the pen. */
function pathOf(points: ArrayLike<number>): string {
  let d = ''
  let down = false
  for (let i = 0; i + 1 < points.length; i += 2) {
    if (Number.isNaN(points[i + 1])) {
      down = false
      continue
    }
    d += `${down ? 'L' : 'M'}${num(points[i])} ${num(points[i + 1])}`
    down = true
  }
  return d
}

function escape(s: string): string {
  return s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
}
