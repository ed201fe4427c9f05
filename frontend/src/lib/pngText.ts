/** Bytes of the signature and of the first chunk of every PNG (PNG 1.2, section 3 and 4.1.1): texts may stand behind them. */
const HEAD = 8 + 25

/** A PNG that says something about itself, in an iTXt chunk (PNG 1.2, section 4.2.3.3). */
export async function withText(png: Blob, keyword: string, text: string): Promise<Blob> {
  const body = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`)
  const chunk = new Uint8Array(body.length + 8)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, body.length - 4)
  chunk.set(body, 4)
  view.setUint32(4 + body.length, crc32(body))
  return new Blob([png.slice(0, HEAD), chunk, png.slice(HEAD)], { type: 'image/png' })
}

/** PNG 1.2, section 3.4. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}
