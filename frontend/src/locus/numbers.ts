import { formatCount, formatValue } from '@/lib/format'
import type { NumbersColumn } from '@/lib/numbersTable'

import { shownBins } from './drawTracks'
import { binsIn, DEPTH, type LocusMap, type LocusOther, type LocusScene, type LocusTrack, type Stretch } from './scene'
import { VALUE_WORDS } from './values'

/** A table of the figure, for people and for files. Positions are counted from 1, with the end included. */
export interface LocusTable {
  title: string
  columns: NumbersColumn[]
  rows: () => (string | number)[][]
}

const position: Pick<NumbersColumn, 'text'> = { text: formatCount }
const value: Pick<NumbersColumn, 'text'> = { text: (v) => formatValue(v) }

/** Signals per bin of the view, contacts per pair of bins, genes. */
export function locusTables(s: LocusScene): { tracks: LocusTable; contacts: LocusTable; genes: LocusTable } {
  const tracks = s.tracks.flatMap((t) => t.data ?? [])
  const maps = s.maps.flatMap((m) => m.data ?? [])
  return {
    tracks: {
      title: 'Signals', columns: [{ title: 'Track' }, { title: 'Chromosome' }, { title: 'Start', ...position }, { title: 'End', ...position }, { title: 'Mean', ...value }, { title: 'Smallest', ...value }, { title: 'Largest', ...value }],
      rows: () => [...tracks.flatMap((t) => trackRows(t, s.chrom, s)), ...(s.other?.tracks ?? []).flatMap((t) => (t && s.other ? trackRows(t, s.other.chrom, s.other) : []))],
    },
    contacts: {
      title: 'Contacts', columns: [
        { title: 'Map' }, { title: 'Chromosome 1' }, { title: 'Bin 1 starts at', ...position }, { title: 'Bin 1 ends at', ...position },
        { title: 'Chromosome 2' }, { title: 'Bin 2 starts at', ...position }, { title: 'Bin 2 ends at', ...position }, { title: VALUE_WORDS[s.options.value], ...value },
      ],
      rows: () => maps.flatMap((m) => (s.other ? rectangleRows(m, s, s.other) : triangleRows(m, s))),
    },
    genes: {
      title: 'Genes', columns: [{ title: 'Name' }, { title: 'Id' }, { title: 'Start', ...position }, { title: 'End', ...position }, { title: 'Strand' }, { title: 'Kind' }, { title: 'Annotation' }],
      rows: () => (s.genes ?? []).map((g) => [g.name, g.geneId, g.start + 1, g.end, g.strand === '-' ? '−' : g.strand, g.biotype ?? '', g.annotation]),
    },
  }
}

function trackRows(t: LocusTrack, chrom: string, view: Stretch): (string | number)[][] {
  const width = (t.end - t.start) / t.mean.length
  const [from, to] = shownBins(t, view)
  return Array.from({ length: to - from }, (_, i) => {
    const k = from + i
    return [t.name, chrom, Math.round(t.start + k * width) + 1, Math.round(t.start + (k + 1) * width), t.mean[k], t.min[k], t.max[k]]
  })
}

/** Both bins of a pair as a table has them: positions from 1, the last bin cut at the end of its chromosome. */
function binsOf(m: LocusMap, s: LocusScene, i: number, j: number): (string | number)[] {
  const [rows, chrom, length] = [m.rows ?? m, s.other?.chrom ?? s.chrom, s.other?.length ?? s.length]
  return [chrom, rows.start + i * m.bin + 1, Math.min(length, rows.start + (i + 1) * m.bin), s.chrom, m.start + j * m.bin + 1, Math.min(s.length, m.start + (j + 1) * m.bin)]
}

function triangleRows(m: LocusMap, s: LocusScene): (string | number)[][] {
  const reach = Math.ceil(((s.end - s.start) * DEPTH) / m.bin)
  const [a, b] = binsIn(m, m.bin, s)
  const out: (string | number)[][] = []
  for (let i = a; i < b; i++) for (let j = i; j < Math.min(b, i + reach); j++) out.push([m.name, ...binsOf(m, s, i, j), m.values[i * m.n + j]])
  return out
}

function rectangleRows(m: LocusMap, s: LocusScene, other: LocusOther): (string | number)[][] {
  const [[a, b], [c, d]] = [binsIn(m.rows ?? m, m.bin, other), binsIn(m, m.bin, s)]
  const out: (string | number)[][] = []
  for (let i = a; i < b; i++) for (let j = c; j < d; j++) out.push([m.name, ...binsOf(m, s, i, j), m.values[i * m.n + j]])
  return out
}
