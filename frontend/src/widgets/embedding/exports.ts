import type { NpyArray } from '@/api/npy'
import { fileName, saveBlob, toTsv } from '@/lib/download'
import { figureHeight } from '@/lib/figure'
import { LIGHT } from '@/lib/figureTheme'
import { formatBin, formatWindow } from '@/lib/format'
import { writeNpy } from '@/lib/npyFile'
import { isPicture, savePicture, type ExportKind } from '@/lib/saveFigure'

import { drawEmbedding, type EmbeddingScene } from './draw'
import type { EmbeddingMeta } from './useEmbedding'

const WIDTH = 460

/** The picture in light colours; a line per region with place, cluster and features; the layout as .npy; clusters as JSON. */
export async function saveEmbedding(what: ExportKind, s: EmbeddingScene, m: EmbeddingMeta, features: NpyArray, tracks: string[]): Promise<void> {
  const name = [m.setName, m.source, s.method, `k${s.clusters.length}`, formatWindow(m.result.window), formatBin(m.result.bin, m.result.window)]
  if (isPicture(what)) return savePicture(what, WIDTH, figureHeight(WIDTH), (c, w, h) => drawEmbedding(c, w, h, s, LIGHT), name)
  if (what === 'tsv') saveBlob(toTsv([['region', 'x', 'y', 'cluster', ...tracks], ...regionRows(s, features, tracks.length)]), fileName(name, what))
  if (what === 'npy') saveBlob(writeNpy(Float64Array.from(s.layout), [s.labels.length, 2]), fileName(name, what))
  if (what === 'json') {
    const clusters = s.clusters.map((c) => ({ cluster: c.id + 1, n: c.n, means: c.means.length > 0 ? Object.fromEntries(tracks.map((t, i) => [t, c.means[i]])) : undefined }))
    const text = JSON.stringify({ regionSet: m.setName, source: m.source, method: s.method, window: m.result.window, bin: m.result.bin, manifestHash: m.result.manifestHash, n: s.n, total: s.total, clusters, labels: Array.from(s.labels, (l) => (l < 0 ? null : l + 1)) })
    saveBlob(new Blob([text], { type: 'application/json' }), fileName(name, what))
  }
}

/** A row per region: its index in the file from 0, its place, its cluster from 1, and the first `columns` features. */
export function regionRows(s: EmbeddingScene, features: NpyArray, columns: number): (string | number)[][] {
  const width = features.shape[1]
  return Array.from(s.labels, (l, i) => [i, s.layout[2 * i], s.layout[2 * i + 1], l < 0 ? NaN : l + 1, ...Array.from({ length: columns }, (_, c) => features.data[i * width + c])])
}
