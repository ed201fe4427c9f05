import type { NpyArray } from '@/api/npy'
import { jsonNumbers, numbersOf, resultFacts, type Exported } from '@/lib/exported'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'

import { drawEmbedding, type EmbeddingScene } from './draw'
import type { EmbeddingMeta } from './useEmbedding'

/** The picture in light colours; a line per region with place, cluster and features; the layout as regions × 2; clusters as JSON. */
export function exportEmbedding(s: EmbeddingScene, m: EmbeddingMeta, features: NpyArray, tracks: string[]): Exported {
  return {
    name: [m.setName, m.source, s.method, `k${s.clusters.length}`, formatWindow(m.result.window), formatBin(m.result.bin, m.result.window)],
    draw: (c, w, h) => drawEmbedding(c, w, h, s, LIGHT),
    numbers: numbersOf(
      () => [['region', 'x', 'y', 'cluster', ...tracks], ...regionRows(s, features, tracks.length)],
      () => ({ data: Float64Array.from(s.layout), shape: [s.labels.length, 2] }),
      () => ({
        regionSet: m.setName, source: m.source, method: s.method, varianceKept: s.method === 'pca' ? jsonNumbers(s.variance) : undefined, results: [resultFacts(m.result)], n: s.n, total: s.total,
        clusters: s.clusters.map((c) => ({ cluster: c.id + 1, n: c.n, means: c.means.length > 0 ? Object.fromEntries(tracks.map((t, i) => [t, c.means[i]])) : undefined })),
        labels: Array.from(s.labels, (l) => (l < 0 ? null : l + 1)),
      }),
    ),
    results: [m.result],
    layout: s.method,
    labels: { regionSetId: m.result.regionSetId, column: { name: 'cluster', labels: (row) => ((s.labels[row] ?? -1) < 0 ? null : String(s.labels[row] + 1)) } },
    selected: 0,
  }
}

/** A row per region: its index in the file from 0, its place, its cluster from 1, and the first `columns` features. */
export function regionRows(s: EmbeddingScene, features: NpyArray, columns: number): (string | number)[][] {
  const width = features.shape[1]
  return Array.from(s.labels, (l, i) => [i, s.layout[2 * i], s.layout[2 * i + 1], l < 0 ? NaN : l + 1, ...Array.from({ length: columns }, (_, c) => features.data[i * width + c])])
}
