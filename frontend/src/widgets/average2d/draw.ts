import type { AverageScores } from '@/api/types'
import { COLORMAPS } from '@/lib/colormaps'
import { BAR, colourBarRect, drawColourBar } from '@/lib/colourBar'
import { drawField, drawWindowAxisX, drawWindowAxisY, FRAME, palette, type Field } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatCount, formatValue } from '@/lib/format'
import { shrink, type Matrix } from '@/lib/matrix'
import { extent, highest } from '@/lib/stats'
import { snap, type Rect, type Surface } from '@/lib/surface'
import { linearTicks, logTicks, ratioTicks, type Tick } from '@/lib/ticks'
import { barDomain, resolveRange, valueFacts, type ValueFacts } from '@/lib/valueRange'
import { prepare, type ValueScale } from '@/lib/valueScale'
import { axisSummary, axisTitle, cellLabel, type WindowAxis } from '@/lib/windowAxis'

import type { Pair } from './compare'
import { drawMarginals, marginalSides, marginalsOf, STRIP, STRIP_GAP, type Sides } from './marginals'
import { viewKey, type DrawnOptions, type ValueView } from './options'
import { intervalText, scoreBoxes, scoreOf, scoreText } from './score'

const SCORE_SIZE = 12

/** Everything that a 2D average shows. `range` overrides the options while a handle is dragged. */
export interface Average2dScene {
  mean: Matrix
  facts: ValueFacts
  axis: WindowAxis
  setName: string
  pairs: boolean
  options: DrawnOptions
  /** The two maps that `mean` is made of, where there are two. */
  pair?: Pair | null
  /** As the engine computed them, with their intervals. */
  scores?: AverageScores | null
  range?: ValueScale
  /** The axis of the colour bar, where it is not that of this picture alone. */
  domain?: ValueScale
}

export interface Average2dLayout {
  plot: Rect
  bar: Rect
}

const { top: TOP, bottom: BOTTOM } = FRAME

export function view(o: DrawnOptions): ValueView {
  return o[viewKey(o)]
}

/** The value without effect: ratios lie around 1, differences around 0. */
export function centre(o: DrawnOptions): number | null {
  const key = viewKey(o)
  return key === 'difference' ? 0 : key === 'oe' || key === 'ratio' ? 1 : null
}

export function sceneFacts(mean: Matrix, o: DrawnOptions): ValueFacts {
  return valueFacts(mean.data, view(o).scale)
}

export function sceneRange(s: Average2dScene): ValueScale {
  return s.range ?? resolveRange(view(s.options).range, s.facts, centre(s.options))
}

export function sceneDomain(s: Average2dScene): ValueScale {
  // While a handle is dragged the axis of the bar stands still.
  return s.domain ?? barDomain(s.facts, resolveRange(view(s.options).range, s.facts, centre(s.options)), centre(s.options))
}

function left(pairs: boolean): number {
  return pairs ? FRAME.left : FRAME.left - 14
}

export function layoutAverage2d(width: number, height: number, pairs: boolean, dpr: number, sides: Sides = ''): Average2dLayout {
  const strip = STRIP + STRIP_GAP
  const [above, beside] = [sides ? strip : 0, sides === 'both' ? strip : 0]
  const side = snap(Math.max(40, Math.min(width - left(pairs) - BAR.total - beside, height - TOP - BOTTOM - above)), dpr)
  const spare = Math.max(0, width - left(pairs) - BAR.total - beside - side)
  const plot = { x: snap(left(pairs) + spare / 2, dpr), y: TOP + above, w: side, h: side }
  const bar = colourBarRect(plot)
  return { plot, bar: { ...bar, x: bar.x + beside } }
}

/** The layout of a scene. */
export function layoutOf(width: number, height: number, { pairs, options }: Average2dScene, dpr: number): Average2dLayout {
  return layoutAverage2d(width, height, pairs, dpr, marginalSides(options, pairs))
}

/** The picture on the axis where its scale is linear, no finer than the device. */
export function fieldOf(mean: Matrix, scale: ValueScale['kind'], pixels: number): Field {
  const m = shrink(mean, pixels, pixels)
  return { rows: m.rows, cols: m.cols, prepared: prepare(m.data, scale) }
}

export function drawAverage2d(s: Surface, width: number, height: number, scene: Average2dScene, theme: FigureTheme, field?: Field): void {
  const { plot, bar } = layoutOf(width, height, scene, s.dpr)
  const { options, axis } = scene
  const colours = palette(COLORMAPS[view(options).colormap], theme)
  const range = sceneRange(scene)
  const domain = sceneDomain(scene)
  s.fillRect({ x: 0, y: 0, w: width, h: height }, theme.surface)
  drawField(s, plot, field ?? fieldOf(scene.mean, view(options).scale, Math.round(plot.w * s.dpr)), range, colours, theme)
  const bounds = { x: 0, y: plot.y, w: bar.x + bar.w, h: plot.h }
  const title = axisTitle(axis, scene.setName)
  drawWindowAxisX(s, plot, bounds, axis, scene.pairs ? `Anchor 2: ${lower(title)}` : title, theme)
  drawWindowAxisY(s, plot, axis, scene.pairs ? 'Anchor 1' : '', theme)
  drawColourBar(s, bar, { domain, range, ticks: barTicks(options, domain), title: barTitle(options), missing: scene.facts.missing > 0 }, colours, theme)
  if (options.against === 'split' && scene.pair) drawNames(s, plot, scene.pair.names, theme)
  else if (options.score && !options.against && options.statistic === 'mean') drawScore(s, plot, scene, theme)
  drawMarginals(s, plot, marginalSides(options, scene.pairs), scene.mean, axis, theme)
}

/** Which half is which map: the first in its upper right corner, the second in the lower left one, and the line between. */
function drawNames(s: Surface, plot: Rect, names: [string, string], theme: FigureTheme): void {
  s.line(plot.x, plot.y, plot.x + plot.w, plot.y + plot.h, { colour: theme.text, width: 1 })
  const size = 11
  const label = (name: string, right: boolean): void => {
    const text = clip(s, name, plot.w * 0.6, size)
    const w = Math.ceil(s.textWidth(text, size, 600)) + 8
    const r = { x: right ? plot.x + plot.w - w - 3 : plot.x + 3, y: right ? plot.y + 3 : plot.y + plot.h - 19, w, h: 16 }
    s.fillRect(r, theme.surface)
    s.text(text, r.x + r.w / 2, r.y + r.h / 2 + 0.5, { colour: theme.text, align: 'center', baseline: 'middle', weight: 600, size })
  }
  label(names[0], true)
  label(names[1], false)
}

/** As much of a text as fits, with an ellipsis. */
function clip(s: Surface, text: string, width: number, size: number): string {
  if (s.textWidth(text, size, 600) <= width) return text
  let n = text.length
  while (n > 1 && s.textWidth(`${text.slice(0, n)}…`, size, 600) > width) n--
  return `${text.slice(0, n)}…`
}

function lower(s: string): string {
  return s.charAt(0).toLowerCase() + s.slice(1)
}

/** The boxes that the score is made of, and the number beside the upper right one. */
function drawScore(s: Surface, plot: Rect, { mean, scores }: Average2dScene, theme: FigureTheme): void {
  const score = scoreOf(mean, scores)
  if (score === null) return
  const boxes = scoreBoxes(mean.cols)
  const cell = plot.w / mean.cols
  for (const b of boxes) {
    const r = { x: plot.x + b.x * cell, y: plot.y + b.y * cell, w: b.w * cell, h: b.h * cell }
    s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: '#ffffff', width: 1 })
    s.strokeRect(r, { colour: '#1c1f24', width: 1 })
  }
  // On a ground of its own, left of the corner box, so that neither hides the other.
  const text = scoreText(score.value)
  const w = Math.ceil(s.textWidth(text, SCORE_SIZE, 600)) + 8
  const label = { x: snap(plot.x + plot.w - boxes[1].w * cell - 5 - w, s.dpr), y: plot.y + 3, w, h: SCORE_SIZE + 5 }
  s.fillRect(label, theme.surface)
  s.text(text, label.x + label.w / 2, label.y + label.h / 2 + 0.5, { colour: theme.text, align: 'center', baseline: 'middle', weight: 600, size: SCORE_SIZE })
}

function barTicks(o: DrawnOptions, domain: ValueScale): Tick[] {
  if (centre(o) === 1 && domain.kind === 'log') return ratioTicks(domain.min, domain.max, o.notation)
  return domain.kind === 'log' ? logTicks(domain.min, domain.max) : linearTicks(domain.min, domain.max)
}

const SHORT = { oe: 'O/E', iccf: 'ICCF', raw: 'raw counts' }

export function barTitle(o: DrawnOptions): string {
  const log = view(o).scale === 'log'
  if (o.against === 'ratio') {
    const what = `first / second map, ${SHORT[o.value]}`
    return o.notation === 'log2' ? `log2(${what})` : what
  }
  if (o.against === 'difference') return `first − second map, ${SHORT[o.value]}`
  if (o.statistic !== 'mean') return (o.statistic === 'n' ? 'regions with data in the cell' : `standard error of ${SHORT[o.value]}`) + (log ? ', log' : '')
  if (o.value === 'oe') {
    if (!log) return 'observed / expected, linear'
    return o.notation === 'log2' ? 'log2(observed / expected)' : 'observed / expected'
  }
  const what = o.value === 'raw' ? 'contacts per region (raw counts)' : 'contact frequency (ICCF)'
  return log ? `${what}, log` : what
}

const COMPARED: Record<Pair['mode'], (a: string, b: string) => string> = {
  split: (a, b) => `${a} above the diagonal, ${b} below`,
  ratio: (a, b) => `${a} divided by ${b}`,
  difference: (a, b) => `${a} minus ${b}`,
}

/** The text alternative of the picture. */
export function describeAverage2d(s: Average2dScene, feature: string, n: number, total: number): string {
  const mid = (s.mean.rows - 1) / 2
  const value = s.mean.data[mid * s.mean.cols + mid]
  const { statistic } = s.options
  const score = statistic === 'mean' ? scoreOf(s.mean, s.scores) : null
  const parts = [
    `Average contact map of ${feature} at ${s.setName}`,
    ...(s.pair ? [COMPARED[s.pair.mode](...s.pair.names)] : []),
    ...(statistic === 'mean' ? [] : [statistic === 'n' ? 'number of regions with data in each cell' : 'standard error of the mean']),
    { oe: 'observed over expected', iccf: 'balanced contact frequency', raw: 'raw counts' }[s.options.value],
    axisSummary(s.axis),
    `n = ${formatCount(n)} of ${formatCount(total)} regions`,
  ]
  if (Number.isInteger(mid) && value !== undefined) parts.push(`centre ${formatValue(value)}`)
  if (score !== null && !s.pair) parts.push(`corner score ${scoreText(score.value)}${score.ci ? `, ${intervalText(score)}` : ''}`)
  const ends = extent(s.mean.data)
  if (ends) parts.push(`values from ${formatValue(ends[0])} to ${formatValue(ends[1])}`)
  const range = sceneRange(s)
  if (s.pairs) parts.push('anchor 1 on the vertical axis, anchor 2 on the horizontal one')
  parts.push(`colours from ${formatValue(range.min)} to ${formatValue(range.max)}`)
  const top = s.options.marginals ? highest(marginalsOf(s.mean).columns) : null
  if (top) parts.push(`mean of a column highest at ${cellLabel(s.axis, top.at)}: ${formatValue(top.value)}`)
  if (s.facts.missing > 0) parts.push(`${formatCount(s.facts.missing)} cells without data`)
  return parts.join(', ')
}
