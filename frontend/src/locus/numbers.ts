import { formatCount, formatValue } from '@/lib/format'
import type { NumbersColumn } from '@/lib/numbersTable'

import { shownBins } from './drawTracks'
import { DEPTH, type LocusScene } from './scene'

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
      title: 'Signals', columns: [{ title: 'Track' }, { title: 'Start', ...position }, { title: 'End', ...position }, { title: 'Mean', ...value }, { title: 'Smallest', ...value }, { title: 'Largest', ...value }],
      rows: () => tracks.flatMap((t) => {
        const width = (t.end - t.start) / t.mean.length
        const [from, to] = shownBins(t, s)
        return Array.from({ length: to - from }, (_, i) => {
          const k = from + i
          return [t.name, Math.round(t.start + k * width) + 1, Math.round(t.start + (k + 1) * width), t.mean[k], t.min[k], t.max[k]]
        })
      }),
    },
    contacts: {
      title: 'Contacts', columns: [{ title: 'Map' }, { title: 'Bin 1 starts at', ...position }, { title: 'Bin 2 starts at', ...position }, { title: s.value, ...value }],
      rows: () => maps.flatMap((m) => {
        const reach = Math.ceil(((s.end - s.start) * DEPTH) / m.bin)
        const [a, b] = [Math.max(0, Math.floor((s.start - m.start) / m.bin)), Math.min(m.n, Math.ceil((s.end - m.start) / m.bin))]
        const out: (string | number)[][] = []
        for (let i = a; i < b; i++) for (let j = i; j < Math.min(b, i + reach); j++) out.push([m.name, m.start + i * m.bin + 1, m.start + j * m.bin + 1, m.values[i * m.n + j]])
        return out
      }),
    },
    genes: {
      title: 'Genes', columns: [{ title: 'Name' }, { title: 'Id' }, { title: 'Start', ...position }, { title: 'End', ...position }, { title: 'Strand' }, { title: 'Kind' }, { title: 'Annotation' }],
      rows: () => (s.genes ?? []).map((g) => [g.name, g.geneId, g.start + 1, g.end, g.strand, g.biotype ?? '', g.annotation]),
    },
  }
}
