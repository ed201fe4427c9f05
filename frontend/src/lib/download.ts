import { CanvasSurface } from './canvasSurface'
import type { Surface } from './surface'

/** Hands a file to the browser's downloads. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Paints a figure once more at `scale` device pixels per px and gives the PNG. */
export async function toPng(width: number, height: number, scale: number, draw: (s: Surface, w: number, h: number) => void): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error('this browser gives no canvas')
  draw(new CanvasSurface(ctx, scale), width, height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('the picture could not be written')
  return blob
}

/** Lines of tab separated values. Missing is `nan`, as numpy writes and reads it; zero is 0. */
export function toTsv(rows: (string | number)[][]): Blob {
  const text = rows.map((r) => r.map((v) => (typeof v === 'number' && Number.isNaN(v) ? 'nan' : String(v))).join('\t')).join('\n')
  return new Blob([text, '\n'], { type: 'text/tab-separated-values' })
}

/** A name for a file made of what it shows. */
export function fileName(parts: string[], extension: string): string {
  return `${parts.map((p) => p.replace(/[^\p{L}\p{N}.±+-]+/gu, '_')).join('__')}.${extension}`
}
