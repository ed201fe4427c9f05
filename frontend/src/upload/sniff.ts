import type { Kind, SizeType } from '@/api/types'

import { bigWigChroms } from './bigwigChroms'

/** What a file looks like from its first bytes; the server looks again and has the last word. */
export interface Sniffed {
  kind: Kind | null
  format: string
  /** Chromosomes named in the file with the largest position seen, or their exact length (bigWig). */
  chroms: Map<string, number>
  exactLengths: boolean
  sizeType?: SizeType
  /** Why the file will not be accepted, when that is clear already. */
  problem?: string
}

const HEAD = 256 * 1024
/** A median width up to this many bp is taken for a set of points (peaks, TSSs, motifs). */
const POINT_WIDTH = 5000

const none = (problem: string): Sniffed => ({ kind: null, format: '', chroms: new Map(), exactLengths: false, problem })

export async function sniff(file: File): Promise<Sniffed> {
  if (file.size === 0) return none('The file is empty.')
  let head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer())
  const packed = head[0] === 0x1f && head[1] === 0x8b
  if (packed) head = await inflateHead(head)

  if (starts(head, [0x89, 0x48, 0x44, 0x46])) {
    return { kind: 'contacts', format: '.mcool / .cool', chroms: new Map(), exactLengths: false }
  }
  if (starts(head, [0x26, 0xfc, 0x8f, 0x88]) || starts(head, [0x88, 0x8f, 0xfc, 0x26])) {
    return { kind: 'signal', format: 'bigWig', chroms: await bigWigChroms(file), exactLengths: true }
  }
  if (starts(head, [0xeb, 0xf2, 0x89, 0x87])) return none('This is a bigBed file; convert it to BED first (bigBedToBed).')
  if (starts(head, [0x50, 0x4b, 0x03, 0x04])) return none('This is a zip archive; unpack it first.')
  if (starts(head, [0x48, 0x49, 0x43, 0x00])) return none('This is a Juicer .hic file; convert it to .mcool first (hic2cool or hictk).')
  const text = new TextDecoder('utf-8', { fatal: false }).decode(head)
  if (text.includes('\0') || countBad(text) > 8) return none('This is a binary file of a kind that is not known here.')
  const tail = !packed && file.size > HEAD ? await file.slice(Math.max(HEAD, file.size - HEAD)).text() : ''
  return sniffText(text, tail, file.name)
}

/** The kind of a text file by its first rows; positions also from `tail`, the end of the file. */
export function sniffText(head: string, tail: string, name: string): Sniffed {
  if (/^\s*(<!doctype|<html|<\?xml)/i.test(head)) return none('This is a web page, not data: perhaps a login or error page that was saved under this name.')
  const rows = [...head.split('\n').slice(0, 20_000), ...tail.split('\n').slice(1)].filter((l) => !/^\s*(#|track|browser|$)/.test(l))
  const chroms = new Map<string, number>()
  const widths: number[] = []
  let pairs = 0
  let good = 0
  for (const row of rows) {
    const f = row.trim().split(row.includes('\t') ? '\t' : /\s+/)
    if (f.length < 3 || !isNumber(f[1]) || !isNumber(f[2])) continue
    good++
    see(chroms, f[0], Number(f[2]))
    widths.push(Number(f[2]) - Number(f[1]))
    if (f.length >= 6 && isNumber(f[4]) && isNumber(f[5]) && !isNumber(f[3])) {
      pairs++
      see(chroms, f[3], Number(f[5]))
    }
  }
  if (good === 0 && !/\.bed(pe)?(\.gz)?$/i.test(name)) {
    return none('This text file has no rows with a chromosome, a start and an end.')
  }
  const bedpe = pairs > good / 2 || (good === 0 && /\.bedpe/i.test(name))
  return {
    kind: 'regions',
    format: bedpe ? 'BEDPE' : 'BED',
    chroms,
    exactLengths: false,
    ...(bedpe || widths.length ? { sizeType: bedpe || median(widths) <= POINT_WIDTH ? 'point' : 'interval' } : {}), // without a row there is nothing to guess from
  }
}

function see(chroms: Map<string, number>, name: string, end: number): void {
  chroms.set(name, Math.max(chroms.get(name) ?? 0, end))
}

function isNumber(s: string): boolean {
  return /^\d+$/.test(s)
}

function median(a: number[]): number {
  if (a.length === 0) return 0
  const s = [...a].sort((x, y) => x - y)
  return s[s.length >> 1]
}

function starts(b: Uint8Array, magic: number[]): boolean {
  return magic.every((v, i) => b[i] === v)
}

function countBad(text: string): number {
  return text.split('\ufffd').length - 1
}

/** As much of a gzip stream as its first bytes give; a cut stream is expected. */
async function inflateHead(head: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([head]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  const parts: Uint8Array[] = []
  let size = 0
  try {
    while (size < HEAD) {
      const { done, value } = await reader.read()
      if (done) break
      parts.push(value)
      size += value.length
    }
  } catch {
    // The end of the sample.
  }
  void reader.cancel().catch(() => undefined)
  const out = new Uint8Array(size)
  let at = 0
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}
