const SAMPLE = 128 * 1024

/**
 * By which a file is found again after a reload: its size and a hash of its two ends. Not by its name, which may change,
 * nor by a hash of all of it, which takes minutes. Not a checksum: that the bytes arrive is verified piece by piece.
 */
export async function fingerprint(file: Blob): Promise<string> {
  const ends = [file.slice(0, SAMPLE), file.slice(Math.max(SAMPLE, file.size - SAMPLE))]
  const bytes = new Uint8Array(await new Blob(ends).arrayBuffer())
  return `v1-${file.size}-${hash(bytes, 0x811c9dc5)}${hash(bytes, 0x2f0b4c47)}`
}

/** FNV-1a, 32 bits; there is no SHA without TLS. */
function hash(bytes: Uint8Array, seed: number): string {
  let h = seed
  for (const b of bytes) h = Math.imul(h ^ b, 0x01000193)
  return (h >>> 0).toString(16).padStart(8, '0')
}
