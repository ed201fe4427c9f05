/**
 * Which regions of a set are selected: a bit per region in the order of the file, the lowest bit of the first byte first. As
 * base64 it is what the document keeps and the API takes.
 */
export type Bits = Uint8Array

export type Combine = 'new' | 'add' | 'keep' | 'remove'

export function noBits(total: number): Bits {
  return new Uint8Array(Math.ceil(total / 8))
}

/** Rows outside 0..total are left out. */
export function bitsOf(rows: Iterable<number>, total: number): Bits {
  const bits = noBits(total)
  for (const r of rows) if (r >= 0 && r < total) bits[r >> 3] |= 1 << (r & 7)
  return bits
}

/** The rows that are set, ascending. */
export function rowsOf(bits: Bits): number[] {
  const out: number[] = []
  bits.forEach((b, i) => {
    for (let k = 0; k < 8; k++) if ((b >> k) & 1) out.push(8 * i + k)
  })
  return out
}

export function has(bits: Bits, row: number): boolean {
  return (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1
}

const ONES = Uint8Array.from({ length: 256 }, (_, v) => {
  let n = 0
  for (let b = v; b > 0; b &= b - 1) n++
  return n
})

export function countBits(bits: Bits): number {
  let n = 0
  for (const b of bits) n += ONES[b]
  return n
}

/** All others of the set. */
export function inverted(bits: Bits, total: number): Bits {
  const out = noBits(total).map((_, i) => ~(bits[i] ?? 0) & 255)
  if (total & 7) out[out.length - 1] &= (1 << (total & 7)) - 1
  return out
}

/** What becomes of a selection when others are chosen: these alone, these too, only what is in both, or all but these. */
export function combined(old: Bits | null, chosen: Bits, how: Combine): Bits {
  if (!old || how === 'new') return chosen
  const op = { add: (a: number, b: number) => a | b, keep: (a: number, b: number) => a & b, remove: (a: number, b: number) => a & ~b & 255 }[how]
  return chosen.map((b, i) => op(old[i] ?? 0, b))
}

/** Of each block of `block` places of an order, the share that is selected. */
export function shares(bits: Bits, order: ArrayLike<number>, from: number, to: number, block: number): Float32Array {
  const out = new Float32Array(Math.ceil((to - from) / block))
  for (let i = 0; i < out.length; i++) {
    const [a, b] = [from + i * block, Math.min(to, from + (i + 1) * block)]
    let n = 0
    for (let k = a; k < b; k++) if (has(bits, order[k])) n++
    out[i] = n / (b - a)
  }
  return out
}

/** A table of one column with a line per region, for a join by order: one word for what is selected, another for the rest. */
export function labelTable(bits: Bits, total: number, column: string, inside: string, outside: string): string {
  const lines = [column]
  for (let i = 0; i < total; i++) lines.push(has(bits, i) ? inside : outside)
  return `${lines.join('\n')}\n`
}

/** A table of one column with a line per region: its word, or a dot, which means no value, where it has none. */
export function wordTable(words: Record<number, string>, total: number, column: string): string {
  const lines = [column]
  for (let i = 0; i < total; i++) lines.push((words[i] ?? '').replace(/\s+/g, ' ') || '.')
  return `${lines.join('\n')}\n`
}

export function encode(bits: Bits): string {
  let text = ''
  for (let i = 0; i < bits.length; i += 8192) text += String.fromCharCode(...bits.subarray(i, i + 8192))
  return btoa(text)
}

/** null: it is no base64. */
export function decode(text: string): Bits | null {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  } catch {
    return null
  }
}
