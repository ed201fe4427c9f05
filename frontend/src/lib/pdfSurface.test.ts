import bold from '@fontsource/inter/files/inter-latin-600-normal.woff?inline'
import regular from '@fontsource/inter/files/inter-latin-400-normal.woff?inline'
import PDFDocument from 'pdfkit'
import { toBlob } from 'pdfkit/output'
import { expect, it } from 'vitest'

import { FONT_NAMES, PdfSurface } from './pdfSurface'

const font = (address: string): ArrayBuffer => Uint8Array.from(atob(address.slice(address.indexOf(',') + 1)), (c) => c.charCodeAt(0)).buffer

/** The commands on the page of a PDF that is not compressed. */
async function page(draw: (s: PdfSurface) => void): Promise<{ text: string; pictures: string[] }> {
  const doc = new PDFDocument({ size: [200, 100], margin: 0, font: font(regular), compress: false, info: { Title: 'a title', Keywords: 'from here' } })
  doc.registerFont(FONT_NAMES.regular, font(regular)).registerFont(FONT_NAMES.bold, font(bold))
  const pictures: string[] = []
  const picture = (s: string) => {
    pictures.push(s)
    return { address: PIXEL, width: 7 * s.length, ascent: 10, height: 14 }
  }
  const blob = toBlob(doc)
  draw(new PdfSurface(doc, 4, { png: () => PIXEL, textPicture: picture, covered: (s) => !s.includes('→') }))
  doc.end()
  return { text: await (await blob).text(), pictures: [...new Set(pictures)] }
}
/** One red pixel. */
const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

it('draws lines, areas and letters as such', async () => {
  const { text } = await page((s) => {
    s.fillRect({ x: 1, y: 2, w: 3, h: 4 }, '#ff0000')
    s.polyline([0, 0, 10, 5, 20, NaN, 30, 5, 40, 6], { colour: '#0000ff', width: 2, dash: [4, 2] }, { x: 0, y: 0, w: 50, h: 50 })
    s.area([0, 0, 10, 0, 10, 10], '#00ff00', 0.5)
    s.text('±200 kb', 100, 10, { colour: '#000000', align: 'center' })
    s.text('turned', 5, 50, { colour: '#000000', turned: true, halo: '#ffffff', weight: 600 })
  })
  expect(text.startsWith('%PDF-1.')).toBe(true)
  expect(text).toMatch(/1 2 3 4 re\n.*f/s)
  expect(text).toMatch(/0 0 50 50 re\nW n/)
  // The pen is lifted where a value is missing.
  expect(text).toMatch(/\[4 2\] 0 d[\s\S]*0 0 m\n10 5 l\n30 5 m\n40 6 l\nS/)
  expect(text).toContain('/BaseFont')
  expect(text.match(/\/FontFile/g)).toHaveLength(2)
  expect(text).toContain('from here')
})

it('draws letters that the font has not as pictures', async () => {
  const { text, pictures } = await page((s) => {
    s.text('5′ → 3′', 10, 10, { colour: '#000000' })
    s.image({ width: 1, height: 1, rgba: new Uint8ClampedArray(4) }, { x: 20, y: 30, w: 40, h: 50 })
  })
  expect(pictures).toEqual(['5′ → 3′'])
  expect(text.match(/\/Subtype \/Image/g)?.length).toBeGreaterThanOrEqual(2)
  expect(text).toMatch(/40 0 0 -50 20 80 cm/)
})
