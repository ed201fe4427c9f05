import { formatCount } from '@/lib/format'
import { isRecord } from '@/lib/workspaceDoc'

import type { Method } from './options'

export interface Clustering {
  k: number
  silhouette: number
}

/** What the manifest says of an embedding. */
export interface EmbeddingFacts {
  /** What the engine made, and what its trustworthiness is of. */
  layout: Method
  tracks: string[]
  clusterings: Clustering[]
  trustworthiness: number
  /** Shares of the variance along the first two principal components; NaN: not told. */
  varianceKept: [number, number]
  messages: string[]
}

export function embeddingFacts(raw: unknown): EmbeddingFacts | null {
  if (!isRecord(raw)) return null
  const list = (v: unknown): unknown[] => (Array.isArray(v) ? v : [])
  return {
    layout: raw.layout === 'pca' ? 'pca' : 'umap',
    tracks: list(raw.tracks).map(String),
    clusterings: list(raw.clusterings).filter(isRecord).map((c) => ({ k: Number(c.k), silhouette: typeof c.silhouette === 'number' ? c.silhouette : NaN })),
    trustworthiness: typeof raw.trustworthiness === 'number' ? raw.trustworthiness : NaN,
    varianceKept: [0, 1].map((i) => (typeof list(raw.varianceKept)[i] === 'number' ? Number(list(raw.varianceKept)[i]) : NaN)) as [number, number],
    // The engine counts without separators.
    messages: list(raw.messages).map((m) => String(m).replace(/\d{4,}/g, (digits) => formatCount(Number(digits)))),
  }
}

/** The row of labels for k, or for the largest k below it that there is; −1 when there is none. */
export function clusteringRow(f: EmbeddingFacts, k: number): number {
  let row = -1
  f.clusterings.forEach((c, i) => {
    if (c.k <= k && (row < 0 || c.k > f.clusterings[row].k)) row = i
  })
  return row
}
