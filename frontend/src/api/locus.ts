/** What lies around a place, read from the files of maps and tracks. Equal paths mean equal arrays. */
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

/** n×n contacts of the bins that the stretch touches; counts without a weight column. */
export function contactsPath(d: Dataset, q: LocusQuery, bin: number, weight: string): string {
  return address(d, 'contacts', q, { bin: String(bin), ...(weight ? { weight } : {}) })
}

/** Mean, smallest and largest value per bin. */
export function signalPath(d: Dataset, q: LocusQuery, bins: number): string {
  return address(d, 'signal', q, { bins: String(bins) })
}

export async function fetchLocus(path: string, signal: AbortSignal): Promise<NpyArray> {
  return parseNpy(await (await authorised(path, { signal })).arrayBuffer())
}
