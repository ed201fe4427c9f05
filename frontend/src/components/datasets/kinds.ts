import type { Dataset, Kind } from '@/api/types'
import { count, plural } from '@/text/units'

export const kindName: Record<Kind, string> = {
  regions: 'Region set',
  signal: 'Signal track',
  contacts: 'Contact map',
}

export const kindFile: Record<Kind, string> = {
  regions: 'BED or BEDPE',
  signal: 'bigWig',
  contacts: '.mcool',
}

/** "2,434 regions, point", "5 resolutions, 1 kb to 100 kb", "24 chromosomes". */
export function summary(d: Dataset): string {
  const { regions, contacts, signal } = d.facts
  if (regions) return plural(regions.count, d.dimension === 2 ? 'pair' : 'region')
  if (contacts) {
    const sizes = contacts.resolutions.map((r) => r.binSize).sort((a, b) => a - b)
    if (sizes.length === 0) return 'no resolutions'
    const ends = sizes.length === 1 ? bp(sizes[0]) : `${bp(sizes[0])} to ${bp(sizes[sizes.length - 1])}`
    return `${plural(sizes.length, 'resolution')}, ${ends}`
  }
  if (signal) return plural(signal.chroms, 'chromosome')
  return ''
}

export function bp(n: number): string {
  if (n >= 1e6 && n % 1e5 === 0) return `${n / 1e6} Mb`
  if (n >= 1e3 && n % 100 === 0) return `${n / 1e3} kb`
  return `${count(n)} bp`
}

/** "point", "interval", with what kind of regions. */
export function sizeTypeText(d: Dataset): string {
  if (d.kind !== 'regions') return ''
  const pairs = d.dimension === 2 ? 'pairs, ' : ''
  return d.sizeType ? `${pairs}${d.sizeType}` : pairs.replace(', ', '')
}

export const sizeTypeHelp =
  'Point: only the midpoint of a region counts, and windows of a fixed size are laid around it (peaks, boundaries, TSSs). Interval: start to end is stretched to a common length (TADs, genes).'
