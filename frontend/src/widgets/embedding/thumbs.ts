import { COLORMAPS } from '@/lib/colormaps'
import { palette } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { rasterise, type Pixels } from '@/lib/raster'
import { DEFAULT_RANGE, resolveRange, valueFacts } from '@/lib/valueRange'
import { prepare, tableIndices, type ValueScale } from '@/lib/valueScale'

import type { EmbeddingOptions } from './options'

/** The mean snippet of a cluster: `side` × `side` cells with their range of colours. */
export interface Thumb {
  data: Float64Array
  side: number
  range: ValueScale
  value: EmbeddingOptions['value']
}

/** Snippets of all clusters, in one range of colours or each in its own; O/E around 1. */
export function thumbsOf(snippets: Float64Array, clusters: number, o: EmbeddingOptions): Thumb[] {
  const cells = clusters > 0 ? snippets.length / clusters : 0
  const side = Math.round(Math.sqrt(cells))
  const centre = o.value === 'oe' ? 1 : null
  const rangeOf = (data: Float64Array): ValueScale => resolveRange(DEFAULT_RANGE, valueFacts(data, o.thumbs), centre)
  const common = rangeOf(snippets)
  return Array.from({ length: clusters }, (_, c) => {
    const data = snippets.subarray(c * cells, (c + 1) * cells)
    return { data, side, range: o.common ? common : rangeOf(data), value: o.value }
  })
}

/** A thumbnail as pixels; missing cells are hatched. */
export function paintThumb(t: Thumb, pixels: number, theme: FigureTheme): Pixels {
  const colours = palette(COLORMAPS[t.value === 'oe' ? 'RdBu' : 'fall'], theme)
  return rasterise(tableIndices(prepare(t.data, t.range.kind), t.range), t.side, t.side, pixels, pixels, colours, 2)
}
