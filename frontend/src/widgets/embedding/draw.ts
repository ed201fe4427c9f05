import { COLORMAPS, packed, packHex } from '@/lib/colormaps'
import { BAR, colourBarRect, drawColourBar } from '@/lib/colourBar'
import { palette } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatCount, formatShare, formatValue } from '@/lib/format'
import type { Pixels } from '@/lib/raster'
import { seriesStyle } from '@/lib/series'
import { countBits, has, type Bits } from '@/lib/selection'
import { extent } from '@/lib/stats'
import { snap, type Rect, type Surface } from '@/lib/surface'
import { linearTicks } from '@/lib/ticks'
import { barDomain, resolveRange, valueFacts, type ValueFacts } from '@/lib/valueRange'
import { MISSING, tableIndices, type ValueScale } from '@/lib/valueScale'

import type { Cluster } from './clusters'
import type { EmbeddingOptions, Method } from './options'
import { dotRadius, frameOf, paintPoints, type Frame } from './points'

/** What the dots are coloured by: numbers, or groups (−1 = none) with a name each. */
export type Colouring =
  | { kind: 'values'; title: string; values: Float32Array | Float64Array; facts: ValueFacts }
  | { kind: 'groups'; title: string; groups: Int32Array; names: string[] }

export interface EmbeddingScene {
  /** Regions × 2. */
  layout: ArrayLike<number>
  method: Method
  /** Of PCA: the shares of the variance along its axes; NaN: not told. */
  variance: [number, number]
  /** The row of labels for k. */
  labels: ArrayLike<number>
  clusters: Cluster[]
  colouring: Colouring
  setName: string
  n: number
  total: number
  options: EmbeddingOptions
  range?: ValueScale
  /** The selected regions; the others are grey. null: no selection. */
  selected?: Bits | null
}

const [LEFT, TOP, BOTTOM] = [24, 8, 24]

export function layoutEmbedding(dpr: number, width: number, height: number, scene: EmbeddingScene): { plot: Rect; bar: Rect | null } {
  const right = scene.colouring.kind === 'values' ? BAR.total : 12
  const plot = { x: LEFT, y: TOP, w: snap(width - LEFT - right, dpr), h: snap(height - TOP - BOTTOM, dpr) }
  return { plot, bar: scene.colouring.kind === 'values' ? colourBarRect(plot) : null }
}

export function valuesColouring(title: string, values: Float32Array | Float64Array): Colouring {
  return { kind: 'values', title, values, facts: valueFacts(values, 'linear') }
}

export function sceneRange(s: EmbeddingScene, facts: ValueFacts): ValueScale {
  return s.range ?? resolveRange(s.options.range, facts, null)
}

export function sceneDomain(s: EmbeddingScene, facts: ValueFacts): ValueScale {
  return barDomain(facts, resolveRange(s.options.range, facts, null), null)
}

/** The hue of a group: the eight of all figures, then the same, lighter or darker by round. */
export function groupColour(id: number, dark: boolean): string {
  const base = seriesStyle(id % 8, dark).colour
  const round = Math.floor(id / 8)
  if (round === 0) return base
  const target = round % 2 === 1 ? 255 : 0
  const share = 0.45 - 0.1 * Math.floor((round - 1) / 2)
  const part = (at: number) => Math.round(parseInt(base.slice(at, at + 2), 16) * (1 - share) + target * share).toString(16).padStart(2, '0')
  return `#${part(1)}${part(3)}${part(5)}`
}

const NONE = (dark: boolean): string => (dark ? '#4a515d' : '#c9ced6')

/** Whether a dot has its colour: neither outside the cluster that stands out, nor outside the selection. */
function standsOut({ labels, options, selected }: EmbeddingScene, i: number): boolean {
  return (options.cluster < 0 || labels[i] === options.cluster) && (!selected || has(selected, i))
}

/** The packed colour of every dot; what does not stand out is grey. */
export function dotColours(scene: EmbeddingScene, theme: FigureTheme): Uint32Array {
  const { colouring, labels, options } = scene
  const n = labels.length
  const out = new Uint32Array(n)
  const grey = packHex(NONE(theme.dark))
  if (colouring.kind === 'values') {
    const table = packed(COLORMAPS[options.colormap])
    const index = tableIndices(Float32Array.from(colouring.values), sceneRange(scene, colouring.facts))
    for (let i = 0; i < n; i++) out[i] = index[i] === MISSING ? grey : table[index[i]]
  } else {
    const colours = colouring.names.map((_, g) => packHex(groupColour(g, theme.dark)))
    for (let i = 0; i < n; i++) out[i] = colours[colouring.groups[i]] ?? grey
  }
  if (options.cluster >= 0 || scene.selected) for (let i = 0; i < n; i++) if (!standsOut(scene, i)) out[i] = grey
  return out
}

/** Dots without a colour of their own lie below, then low values, so that what stands out is seen. */
export function dotOrder(scene: EmbeddingScene): Uint32Array {
  const { colouring, labels } = scene
  const rank = (i: number): number => {
    if (!standsOut(scene, i)) return -Infinity
    if (colouring.kind === 'groups') return colouring.groups[i] < 0 ? -Infinity : 0
    return Number.isNaN(colouring.values[i]) ? -Infinity : colouring.values[i]
  }
  const keys = Float64Array.from(labels, (_, i) => rank(i))
  return Uint32Array.from(labels, (_, i) => i).sort((a, b) => (keys[a] === keys[b] ? a - b : keys[a] - keys[b]))
}

/** Colours and order, made once per scene and theme: moving and zooming only paints. */
export interface Dots {
  colours: Uint32Array
  order: Uint32Array
}

export function dotsOf(scene: EmbeddingScene, theme: FigureTheme): Dots {
  return { colours: dotColours(scene, theme), order: dotOrder(scene) }
}

export function sceneFrame(plot: Rect, scene: EmbeddingScene): Frame {
  return frameOf(plot, scene.layout, scene.options.part, scene.options.mirror)
}

export function drawEmbedding(s: Surface, width: number, height: number, scene: EmbeddingScene, theme: FigureTheme, dots = dotsOf(scene, theme)): void {
  const { plot, bar } = layoutEmbedding(s.dpr, width, height, scene)
  const { colouring, options } = scene
  const frame = sceneFrame(plot, scene)
  s.fillRect({ x: 0, y: 0, w: width, h: height }, theme.surface)
  const radius = dotRadius(scene.total, options.part ? options.part[2] : 1)
  const pixels: Pixels = paintPoints(plot, s.dpr, scene.layout, frame, dots.colours, dots.order, radius, theme.surface)
  s.image(pixels, plot)
  s.strokeRect({ x: plot.x - 1, y: plot.y - 1, w: plot.w + 2, h: plot.h + 2 }, { colour: theme.axis })
  const [across, up] = axisTitles(scene)
  s.text(options.mirror === 'x' || options.mirror === 'both' ? `← ${across}` : `${across} →`, plot.x + plot.w / 2, plot.y + plot.h + 6, { colour: theme.muted, align: 'center' })
  s.text(options.mirror === 'y' || options.mirror === 'both' ? `← ${up}` : `${up} →`, 6, plot.y + plot.h / 2, { colour: theme.muted, align: 'center', turned: true })
  if (colouring.kind === 'groups') drawNames(s, plot, frame, scene, colouring, theme)
  if (bar && colouring.kind === 'values') {
    const [domain, range] = [sceneDomain(scene, colouring.facts), sceneRange(scene, colouring.facts)]
    drawColourBar(s, bar, { domain, range, ticks: linearTicks(domain.min, domain.max), title: colouring.title, missing: false }, palette(COLORMAPS[options.colormap], theme), theme)
  }
}

/** What the axes are, without their direction. */
function axisTitles({ method, variance }: EmbeddingScene): string[] {
  if (method === 'umap') return ['UMAP 1', 'UMAP 2']
  return variance.map((share, i) => (Number.isNaN(share) ? `PC${i + 1}` : `PC${i + 1} (${formatShare(share)} of variance)`))
}

/** Groups are named at their middle; those of a column in a corner, as they may lie anywhere. */
function drawNames(s: Surface, plot: Rect, f: Frame, scene: EmbeddingScene, c: Extract<Colouring, { kind: 'groups' }>, theme: FigureTheme): void {
  if (scene.options.colour === 'cluster') {
    for (const { id, at } of scene.clusters) {
      const [x, y] = [f.x0 + at[0] * f.sx, f.y0 + at[1] * f.sy]
      if (x < plot.x || x > plot.x + plot.w || y < plot.y || y > plot.y + plot.h) continue
      s.text(String(id + 1), x, y, { colour: theme.text, halo: theme.surface, align: 'center', baseline: 'middle', weight: 600, size: 12 })
    }
    return
  }
  c.names.slice(0, 12).forEach((name, g) => {
    const y = plot.y + 6 + g * 15
    s.area([plot.x + 6, y + 1, plot.x + 16, y + 1, plot.x + 16, y + 11, plot.x + 6, y + 11], groupColour(g, theme.dark), 1)
    s.text(name, plot.x + 21, y, { colour: theme.text, halo: theme.surface, maxWidth: plot.w / 2 })
  })
}

/** The text alternative of the picture. */
export function describeEmbedding(s: EmbeddingScene, of: string): string {
  const sizes = s.clusters.map((c) => `${c.id + 1}: ${formatCount(c.n)}`).join(', ')
  const c = s.colouring
  const ends = c.kind === 'values' ? extent(c.values) : null
  const colour = c.kind === 'groups' ? c.title : `${c.title}${ends ? ` from ${formatValue(ends[0])} to ${formatValue(ends[1])}` : ''}`
  const shares = s.method === 'pca' && !s.variance.some(Number.isNaN) ? ` along components with ${s.variance.map(formatShare).join(' and ')} of the variance` : ''
  return `${s.method === 'pca' ? 'PCA' : 'UMAP'} of ${s.setName} by ${of}, a dot per region${shares}, n = ${formatCount(s.n)} of ${formatCount(s.total)}, coloured by ${colour}${s.selected ? `, ${formatCount(countBits(s.selected))} selected regions in colour, others grey` : ''}; ${s.clusters.length} clusters, regions in each: ${sizes}`
}
