import { DEFAULT_RANGE } from '@/lib/valueRange'

import type { EmbeddingFacts } from './facts'
import type { EmbeddingOptions, Method } from './options'

type Arrays = { name: string }[]

/** The array with the places of a method: `pca` beside `layout`, which is what the engine made for the result. */
export function planeArray(arrays: Arrays, wish: Method): 'layout' | 'pca' {
  return wish === 'pca' && arrays.some((a) => a.name === 'pca') ? 'pca' : 'layout'
}

/** The edit that shows the other plane of the same result. Clusters stay, as they are of the features; a part, and how crowded a place is, are of the plane. */
export function planeChange(o: EmbeddingOptions, method: Method): Partial<EmbeddingOptions> {
  return { method, part: null, ...(o.colour === 'density' ? { range: DEFAULT_RANGE } : {}) }
}

export interface LayoutChoice {
  /** What is shown or on its way: the wish, or the only one that there is. */
  shown: Method
  options: { value: Method; label: string; title: string; disabled: boolean }[]
  /** Why one of them cannot be had; empty: both can. */
  missing: string
}

const TITLES: Record<Method, string> = {
  umap: 'Neighbours in the data are neighbours in the picture; far distances mean little',
  pca: 'The first two principal components: distances are true as far as these keep the variance',
}

export function layoutChoice(f: EmbeddingFacts, arrays: Arrays, wish: Method): LayoutChoice {
  const without: Partial<Record<Method, string>> = {}
  if (f.layout === 'pca') without.umap = 'There is no UMAP: it takes 4 regions with different features at least.'
  else if (!arrays.some((a) => a.name === 'pca')) {
    without.pca = 'Computed before principal components were kept. To get them, upload a copy of the region set and compute its embedding.'
  }
  const shown = without.umap ? 'pca' : without.pca ? 'umap' : wish
  return {
    shown,
    options: (['umap', 'pca'] as const).map((value) => ({ value, label: value.toUpperCase(), title: without[value] ?? TITLES[value], disabled: value in without })),
    missing: without.umap ?? without.pca ?? '',
  }
}
