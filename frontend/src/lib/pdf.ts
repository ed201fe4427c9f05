import bold from '@fontsource/inter/files/inter-latin-600-normal.woff?url'
import regular from '@fontsource/inter/files/inter-latin-400-normal.woff?url'
import ranges from '@fontsource/inter/unicode.json'
import PDFDocument from 'pdfkit'
import { toBlob } from 'pdfkit/output'

import { FONT_NAMES, PdfSurface } from './pdfSurface'
import type { Pixels } from './raster'
import { FONT, type Surface } from './surface'

/** A px of a figure is a 96th of an inch, a unit of a page a 72nd. */
const UNIT = 72 / 96
const RASTER_DPR = 4

/** A page with one figure. This module is large and is loaded when the first PDF is asked for. */
export async function toPdf(width: number, height: number, draw: (s: Surface, w: number, h: number) => void, png: (p: Pixels) => string, title: string, note: string): Promise<Blob> {
  const [plain, strong] = await Promise.all([regular, bold].map(async (url) => (await fetch(url)).arrayBuffer()))
  const doc = new PDFDocument({ size: [width * UNIT, height * UNIT], margin: 0, font: plain, info: { Title: title, Keywords: note, Creator: 'Regioscope' } })
  doc.registerFont(FONT_NAMES.regular, plain).registerFont(FONT_NAMES.bold, strong)
  const blob = toBlob(doc)
  doc.scale(UNIT)
  draw(new PdfSurface(doc, RASTER_DPR, { png, textPicture, covered }), width, height)
  doc.end()
  return blob
}

const spans = ranges.latin.split(',').map((r) => r.replace('U+', '').split('-').map((h) => parseInt(h, 16)))

/** The files of the font hold the letters of these ranges. */
export function covered(s: string): boolean {
  return Array.from(s).every((c) => {
    const code = c.codePointAt(0) ?? 0
    return spans.some(([from, to = from]) => code >= from && code <= to)
  })
}

/** A text as the screen has it, with letters of other fonts of this computer. */
function textPicture(s: string, size: number, weight: number, colour: string): { address: string; width: number; ascent: number; height: number } {
  const canvas = document.createElement('canvas')
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error('this browser gives no canvas')
  const font = `${weight} ${size}px ${FONT}`
  ctx.font = font
  const [width, ascent, height] = [ctx.measureText(s).width, size * 1.2, size * 1.6]
  canvas.width = Math.max(1, Math.ceil(width * RASTER_DPR))
  canvas.height = Math.ceil(height * RASTER_DPR)
  ctx.scale(RASTER_DPR, RASTER_DPR)
  ctx.font = font
  ctx.fillStyle = colour
  ctx.textBaseline = 'alphabetic'
  ctx.fillText(s, 0, ascent)
  return { address: canvas.toDataURL('image/png'), width, ascent, height }
}
