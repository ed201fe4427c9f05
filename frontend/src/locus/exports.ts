import type { Assembly, Dataset, Region } from '@/api/types'
import { toTsv } from '@/lib/download'
import type { NumbersKind } from '@/lib/exportKinds'
import { jsonNumbers } from '@/lib/exported'
import { formatBp, formatRegion } from '@/lib/format'
import { METHOD_VALUES, type Manifest } from '@/lib/methods'
import { writeNpy } from '@/lib/npyFile'

import { locusTables } from './numbers'
import { regionText } from './region'
import { binsIn, type LocusMap, type LocusScene } from './scene'

/** Where the numbers of a locus come from. */
export interface LocusSources {
  assembly: Assembly | undefined
  set: Dataset | undefined
  region: Region | null
  datasets: Dataset[]
}

/** Diagonals without an expected; see the engine. */
const IGNORED_DIAGONALS = 2

export function locusName(s: LocusScene): string[] {
  const of = (chrom: string, start: number, end: number): string => `${chrom}_${start + 1}-${end}`
  return ['locus', ...(s.other ? [of(s.other.chrom, s.other.start, s.other.end)] : []), of(s.chrom, s.start, s.end), ...s.maps.map((m) => m.name), ...(s.maps.length > 0 ? [s.options.value] : [])]
}

/** What the files say about where they come from: place, data with their checksums, and how the numbers were made. */
export function locusManifest(s: LocusScene, { assembly, set, region, datasets }: LocusSources): Manifest {
  const input = (id: number): object => {
    const d = datasets.find((x) => x.id === id)
    return { name: d?.name, sha256: d?.sha256 }
  }
  return {
    software: 'Regioscope', picture: 'locus', assembly: assembly?.name,
    coordinates: '0-based, half-open, bp',
    ...(s.other ? { rows: { chrom: s.other.chrom, start: s.other.start, end: s.other.end } } : {}),
    columns: { chrom: s.chrom, start: s.start, end: s.end },
    region: region && set ? { set: set.name, sha256: set.sha256, index: region.index, region: regionText(region) } : undefined,
    maps: s.maps.flatMap(({ data: m }) => (m ? [{ ...input(m.id), resolution: m.bin, value: m.value, weight: m.weight || undefined, ...(m.value === 'oe' ? { ignoreDiags: IGNORED_DIAGONALS } : {}) }] : [])),
    tracks: s.tracks.flatMap(({ data: t }) => (t ? [{ ...input(t.id), summary: 'mean', bin: (t.end - t.start) / t.mean.length }] : [])),
    genes: [...new Set((s.genes ?? []).map((g) => g.annotation))],
  }
}

/** The text for a methods section. */
export function locusMethods(s: LocusScene, from: LocusSources): string {
  const here = formatRegion(s.chrom, s.start, s.end)
  const where = s.other ? `between ${formatRegion(s.other.chrom, s.other.start, s.other.end)} and ${here}` : `within ${here}`
  const maps = s.maps.flatMap((m) => m.data ?? [])
  const sentences = maps.map((m) => `${capital(METHOD_VALUES[m.value])} of “${m.name}” ${where}${from.assembly ? ` (${from.assembly.name})` : ''} are shown at ${formatBp(m.bin)} resolution${m.value === 'raw' ? '' : `, balanced with the weights “${m.weight}”`}.`)
  if (maps.some((m) => m.value === 'oe')) {
    sentences.push(`The expected is the mean of the balanced contacts at the same distance within each chromosome arm, ${IGNORED_DIAGONALS} diagonals from the main one on ignored; between arms it is that of the two arms, between chromosomes the mean of the two.`)
  }
  const tracks = s.tracks.flatMap((t) => t.data ?? [])
  if (tracks.length > 0) sentences.push(`Signals of ${tracks.map((t) => `“${t.name}”`).join(', ')} are means in bins of ${formatBp(Math.round((tracks[0].end - tracks[0].start) / tracks[0].mean.length))}.`)
  const annotations = [...new Set((s.genes ?? []).map((g) => g.annotation))]
  if (annotations.length > 0) sentences.push(`Genes are those of ${annotations.map((a) => `“${a}”`).join(', ')}.`)
  const ids = [...maps, ...tracks].map((x) => x.id)
  const files = from.datasets.filter((d) => ids.includes(d.id)).map((d) => `“${d.name}” (SHA-256 ${d.sha256})`)
  return [...sentences, `Drawn with Regioscope.${files.length > 0 ? ` Files: ${files.join('; ')}.` : ''}`].join(' ')
}

function capital(t: string): string {
  return t.charAt(0).toUpperCase() + t.slice(1)
}

/** The part of a map that is on show: rows of the vertical axis, or of the stretch itself. */
function shownPart(m: LocusMap, s: LocusScene): { rows: number[]; cols: number[]; data: Float64Array<ArrayBuffer> } {
  const rows = m.rows ?? m
  const [[a, b], [c, d]] = [binsIn(rows, m.bin, s.other ?? s), binsIn(m, m.bin, s)]
  const starts = (from: number, lo: number, hi: number): number[] => Array.from({ length: Math.max(0, hi - lo) }, (_, k) => from + (lo + k) * m.bin)
  const data = new Float64Array(Math.max(0, b - a) * Math.max(0, d - c))
  for (let i = a; i < b; i++) data.set(m.values.subarray(i * m.n + c, i * m.n + d), (i - a) * (d - c))
  return { rows: starts(rows.start, a, b), cols: starts(m.start, c, d), data }
}

/** The numbers on show. The array is of the first map; lines of a table are pairs of bins of all maps, or bins of tracks where there is no map. */
export function locusNumbers(s: LocusScene, manifest: Manifest): Record<NumbersKind | 'signals', () => Blob> {
  const maps = s.maps.flatMap((m) => m.data ?? [])
  const tables = locusTables(s)
  const table = (t: keyof typeof tables) => (): Blob => toTsv([tables[t].columns.map((c) => c.title), ...tables[t].rows()])
  return {
    tsv: table('contacts'),
    signals: table('tracks'),
    npy: () => {
      const { rows, cols, data } = shownPart(maps[0], s)
      return writeNpy(data, [rows.length, cols.length])
    },
    json: () => {
      const of = maps.map((m) => {
        const { rows, cols, data } = shownPart(m, s)
        return { name: m.name, bin: m.bin, value: m.value, shape: [rows.length, cols.length], rowStarts: rows, columnStarts: cols, contacts: jsonNumbers(data) }
      })
      const tracks = s.tracks.flatMap(({ data: t }) => (t ? [{ name: t.name, start: t.start, end: t.end, mean: jsonNumbers(t.mean), min: jsonNumbers(t.min), max: jsonNumbers(t.max) }] : []))
      return new Blob([JSON.stringify({ manifest, maps: of, tracks })], { type: 'application/json' })
    },
  }
}
