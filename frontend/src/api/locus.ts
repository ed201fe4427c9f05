/** What lies around a place, read from the files of maps and tracks. Equal paths mean equal arrays. */
import type { Value } from '@/lib/resultParams'

import { authorised } from './client'
import { parseNpy, type NpyArray } from './npy'
import type { Dataset } from './types'

export interface LocusQuery {
  chrom: string
  start: number
  end: number
}

function address(d: Dataset, what: string, q: LocusQuery, more: Record<string, string>): string {
  return `/datasets/${d.id}/locus/${what}?${new URLSearchParams({ chrom: q.chrom, start: String(q.start), end: String(q.end), ...more, v: d.sha256 })}`
}

/** Contacts of the bins that a stretch touches with each other, n×n; or of a stretch (rows) with another one (columns). Without a weight column, that of the averages. */
export function contactsPath(d: Dataset, [first, second]: LocusQuery[], bin: number, value: Value, weight: string): string {
  const other: Record<string, string> = second ? { chrom2: second.chrom, start2: String(second.start), end2: String(second.end) } : {}
  return address(d, 'contacts', first, { ...other, bin: String(bin), value, ...(weight ? { weight } : {}) })
}

/** Mean, smallest and largest value per bin. */
export function signalPath(d: Dataset, q: LocusQuery, bins: number): string {
  return address(d, 'signal', q, { bins: String(bins) })
}

export async function fetchLocus(path: string, signal: AbortSignal): Promise<NpyArray> {
  return parseNpy(await (await authorised(path, { signal })).arrayBuffer())
}
