/** What is used of pdfkit, which brings no types. */
declare module 'pdfkit' {
  interface TextOptions {
    baseline: 'alphabetic'
    lineBreak: false
    fill?: boolean
    stroke?: boolean
  }
  export default class PDFDocument {
    constructor(options: { size: [number, number]; margin: number; font: ArrayBuffer; compress?: boolean; info: Record<string, string> })
    save(): this
    restore(): this
    scale(factor: number): this
    rotate(degrees: number, options: { origin: [number, number] }): this
    rect(x: number, y: number, w: number, h: number): this
    moveTo(x: number, y: number): this
    lineTo(x: number, y: number): this
    closePath(): this
    clip(): this
    fill(colour: string): this
    stroke(colour?: string): this
    fillColor(colour: string): this
    fillOpacity(v: number): this
    strokeColor(colour: string): this
    lineWidth(v: number): this
    lineJoin(v: 'round' | 'miter'): this
    dash(lengths: number[], options: object): this
    undash(): this
    registerFont(name: string, font: ArrayBuffer): this
    font(name: string): this
    fontSize(v: number): this
    text(s: string, x: number, y: number, options: TextOptions): this
    widthOfString(s: string): number
    image(address: string, x: number, y: number, options: { width: number; height: number }): this
    end(): void
  }
}

declare module 'pdfkit/output' {
  import type PDFDocument from 'pdfkit'
  export function toBlob(document: PDFDocument): Promise<Blob>
}
