import type { Gene } from '@/api/genes'

export interface PlacedGene {
  gene: Gene
  lane: number
  /** In px from the left end of the view. */
  from: number
  to: number
  /** "" where there is no room for it. */
  label: string
}

const GAP = 6

/**
 * Lays genes out in lanes, first come first served from the left, each with its name behind it. Names are left out when they
 * would cost the place of other genes: then genes are packed without. Those that still find no lane are counted.
 */
export function placeGenes(genes: Gene[], lanes: number, toX: (bp: number) => number, width: number, textWidth: (s: string) => number): { placed: PlacedGene[]; hidden: number } {
  const shown = genes.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const named = pack(shown, lanes, toX, width, textWidth)
  return named.hidden === 0 ? named : pack(shown, lanes, toX, width, null)
}

function pack(genes: Gene[], lanes: number, toX: (bp: number) => number, width: number, textWidth: ((s: string) => number) | null): { placed: PlacedGene[]; hidden: number } {
  const ends = new Array<number>(lanes).fill(-Infinity)
  const placed: PlacedGene[] = []
  let hidden = 0
  for (const gene of genes) {
    const from = Math.max(0, toX(gene.start))
    const to = Math.max(from + 2, Math.min(width, toX(gene.end)))
    const label = textWidth ? gene.name || gene.geneId : ''
    const room = label && textWidth ? textWidth(label) + 4 : 0
    // At the right end the name stands before its gene.
    const before = room > 0 && to + room > width
    const [a, b] = before ? [from - room, to] : [from, to + room]
    const lane = ends.findIndex((e) => e + GAP <= a)
    if (lane < 0) {
      hidden++
      continue
    }
    ends[lane] = b
    placed.push({ gene, lane, from, to, label })
  }
  return { placed, hidden }
}
