import type { ColormapName } from '@/lib/colormaps'
import { DIVERGING, SEQUENTIAL } from '@/lib/colormaps'
import { flag, mapName, oneOf } from '@/lib/optionParse'
import { DEFAULT_RANGE, parseRange, type RangeOption } from '@/lib/valueRange'

export const [LEAST_K, MOST_K] = [2, 30]
/** A way to put the regions on a plane: both come of the same features. */
export type Method = 'umap' | 'pca'
export type Mirror = 'none' | 'x' | 'y' | 'both'

/** A part of the layout: the middle in data units and the magnification; null shows all. */
export type Part = [x: number, y: number, zoom: number] | null

/** State of an embedding, version 1. */
export interface EmbeddingOptions {
  v: 1
  /** `density`, `cluster`, `track:N` (a column of the features) or `column:NAME` (a column of the region set). */
  colour: string
  k: number
  /** The cluster that stands out; −1: none. */
  cluster: number
  /** The wish; a result may have one of them only. */
  method: Method
  mirror: Mirror
  part: Part
  colormap: ColormapName
  range: RangeOption
  side: 'left' | 'right'
  /** Of 2D embeddings. */
  value: 'iccf' | 'oe'
  thumbs: 'log' | 'linear'
  /** All thumbnails have one range of colours. */
  common: boolean
}

export function parseEmbedding(raw: Record<string, unknown>): EmbeddingOptions {
  const { k, cluster, part } = raw
  const finite = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)
  return {
    v: 1,
    colour: typeof raw.colour === 'string' && /^(density|cluster|track:\d+|column:.+)$/.test(raw.colour) ? raw.colour : 'density',
    k: finite(k) ? Math.min(MOST_K, Math.max(LEAST_K, Math.round(k))) : 10,
    cluster: finite(cluster) && cluster >= 0 && cluster < MOST_K ? Math.round(cluster) : -1,
    method: oneOf(raw.method, ['umap', 'pca'], 'umap'),
    mirror: oneOf(raw.mirror, ['none', 'x', 'y', 'both'], 'none'),
    part: Array.isArray(part) && part.length === 3 && part.every(finite) && part[2] >= 1 ? [part[0], part[1], part[2]] : null,
    colormap: mapName(raw.colormap, [...SEQUENTIAL, ...DIVERGING], 'viridis'),
    range: parseRange(raw.range, DEFAULT_RANGE),
    side: oneOf(raw.side, ['left', 'right'], 'left'),
    value: oneOf(raw.value, ['iccf', 'oe'], 'oe'),
    thumbs: oneOf(raw.thumbs, ['log', 'linear'], 'log'),
    common: flag(raw.common, true),
  }
}
