import { formatCount } from './format'

export interface Place {
  chrom: string
  start: number
  end: number
}

/** A stretch as browsers write it, counted from 1 with the end included: "chr1:1,000-2,000". Half-open from 0 here. */
export function parsePlace(text: string): Place | null {
  const m = /^\s*([^\s:]+):([\d,]+)\s*[-–]\s*([\d,]+)\s*$/.exec(text)
  if (!m) return null
  const start = Number(m[2].replaceAll(',', '')) - 1
  const end = Number(m[3].replaceAll(',', ''))
  return start >= 0 && end > start ? { chrom: m[1], start, end } : null
}

export function placeText(p: Place): string {
  return `${p.chrom}:${(p.start + 1).toLocaleString('en-US')}-${p.end.toLocaleString('en-US')}`
}

/** The chromosomes of an assembly, with other names of them. */
export interface Genome {
  name: string
  chroms: { name: string; length: number }[]
  aliases?: Record<string, string>
}

/** A text that somebody typed to go somewhere: a place, a mistake to tell of, or a name of a gene or a region. */
export type Wanted = { kind: 'place'; place: Place } | { kind: 'wrong'; message: string } | { kind: 'name'; text: string }

const AROUND = 50_000

/** Reads "chr2", "chr2:1,500,000" (100 kb around it), "chr2:1,000,000-2,000,000", "2:1.5M-2M"; anything else is a name. */
export function readWanted(text: string, genome: Genome): Wanted {
  const t = text.trim()
  const m = /^([^\s:]+)(?::\s*([\d.,]+\s*[kKmM]?[bB]?)(?:\s*(?:[-–]|\.\.)\s*([\d.,]+\s*[kKmM]?[bB]?))?)?$/.exec(t)
  if (!m || t === '') return { kind: 'name', text: t }
  const chrom = chromOf(m[1], genome)
  if (!m[2]) return chrom ? { kind: 'place', place: { chrom: chrom.name, start: 0, end: chrom.length } } : { kind: 'name', text: t }
  if (!chrom) return wrong(`${m[1]} is not a chromosome of ${genome.name}. It has ${listed(genome.chroms.map((c) => c.name))}.`)
  const [from, to] = [position(m[2]), m[3] === undefined ? null : position(m[3])]
  if (from === null || (m[3] !== undefined && to === null)) return wrong('A position is a whole number from 1, such as 1,500,000 or 1.5M.')
  const last = to ?? from
  if (last > chrom.length || from > chrom.length) return wrong(`${chrom.name} of ${genome.name} ends at ${formatCount(chrom.length)}.`)
  if (to !== null && to < from) return wrong('The end lies before the start.')
  const [start, end] = to === null ? [from - 1 - AROUND, from + AROUND] : [from - 1, to]
  return { kind: 'place', place: { chrom: chrom.name, start: Math.max(0, start), end: Math.min(chrom.length, end) } }
}

function wrong(message: string): Wanted {
  return { kind: 'wrong', message }
}

function chromOf(name: string, { chroms, aliases }: Genome): Genome['chroms'][number] | undefined {
  const names = [name, aliases?.[name], `chr${name}`, name.replace(/^chr/, '')]
  const found = names.map((n) => chroms.find((c) => c.name === n)).find(Boolean)
  return found ?? chroms.find((c) => c.name.toLowerCase() === name.toLowerCase())
}

/** A position from 1, null when it is none. */
function position(text: string): number | null {
  const m = /^([\d.,]+)\s*([kKmM]?)[bB]?$/.exec(text.trim())
  if (!m) return null
  const v = Number(m[1].replaceAll(',', '')) * { k: 1e3, m: 1e6, '': 1 }[m[2].toLowerCase() as 'k' | 'm' | '']
  return Number.isFinite(v) && v >= 1 && Number.isInteger(Math.round(v * 1e6) / 1e6) ? Math.round(v) : null
}

function listed(names: string[]): string {
  return names.length <= 6 ? names.join(', ') : `${names.slice(0, 4).join(', ')} … ${names.at(-1)}`
}
