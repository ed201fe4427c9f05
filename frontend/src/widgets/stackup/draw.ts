import { COLORMAPS } from '@/lib/colormaps'
import { BAR, colourBarRect, drawColourBar, drawField, drawWindowAxisX, FRAME, palette, type Field } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatCount, formatValue } from '@/lib/format'
import { shrink, type Matrix } from '@/lib/matrix'
import { extent } from '@/lib/stats'
import { LABEL_SIZE, snap, type Rect, type Surface } from '@/lib/surface'
import { linearTicks } from '@/lib/ticks'
import { barDomain, resolveRange, type ValueFacts } from '@/lib/valueRange'
import { prepare, type ValueScale } from '@/lib/valueScale'
import { axisSummary, axisTicks, axisTitle, type WindowAxis } from '@/lib/windowAxis'

import { SORT_LABELS, type StackupOptions } from './options'
import type { RowRange } from './rows'

/** Everything that a stackup shows. `stack` holds the painted rows: means over blocks of the sorted regions in `rows`. */
export interface StackupScene {
  stack: Matrix
  facts: ValueFacts
  rows: RowRange
  total: number
  profile: ArrayLike<number> | null
  axis: WindowAxis
  setName: string
  options: StackupOptions
  /** Overrides the options while a handle is dragged. */
  range?: ValueScale
}

export interface StackupLayout {
  plot: Rect
  profile: Rect | null
  bar: Rect
}

const { left: LEFT, top: TOP, bottom: BOTTOM } = FRAME
const PROFILE = 46
const GAP = 8

export function layoutStackup(width: number, height: number, profile: boolean, dpr: number): StackupLayout {
  const w = snap(Math.max(40, width - LEFT - BAR.total), dpr)
  const top = TOP + (profile ? PROFILE + GAP : 0)
  const plot = { x: LEFT, y: top, w, h: snap(Math.max(40, height - top - BOTTOM), dpr) }
  return { plot, profile: profile ? { x: LEFT, y: TOP, w, h: PROFILE } : null, bar: colourBarRect(plot) }
}

export function stackRange(s: StackupScene): ValueScale {
  return s.range ?? resolveRange(s.options.range, s.facts, null)
}

export function stackDomain(s: StackupScene): ValueScale {
  return barDomain(s.facts, resolveRange(s.options.range, s.facts, null), null)
}

export function stackField(stack: Matrix, width: number, height: number): Field {
  const m = shrink(stack, height, width)
  return { rows: m.rows, cols: m.cols, prepared: prepare(m.data, 'linear') }
}

export function drawStackup(s: Surface, width: number, height: number, scene: StackupScene, theme: FigureTheme, field?: Field): void {
  const { plot, profile, bar } = layoutStackup(width, height, scene.options.profile, s.dpr)
  const colours = palette(COLORMAPS[scene.options.colormap], theme)
  const range = stackRange(scene)
  const domain = stackDomain(scene)
  const shown = field ?? stackField(scene.stack, Math.round(plot.w * s.dpr), Math.round(plot.h * s.dpr))
  s.fillRect({ x: 0, y: 0, w: width, h: height }, theme.surface)
  drawField(s, plot, shown, range, colours, theme)
  for (const t of axisTicks(scene.axis).filter((t) => t.main)) {
    const x = snap(plot.x + t.at * plot.w, s.dpr)
    s.line(x, plot.y + plot.h, x, plot.y + plot.h + 6, { colour: theme.text })
  }
  drawRowAxis(s, plot, scene, theme)
  drawWindowAxisX(s, plot, { x: 0, y: 0, w: bar.x + bar.w, h: height }, scene.axis, axisTitle(scene.axis, scene.setName), theme)
  drawColourBar(s, bar, { domain, range, ticks: linearTicks(domain.min, domain.max), title: 'signal', missing: scene.facts.missing > 0 }, colours, theme)
  if (profile && scene.profile) drawProfile(s, profile, scene.profile, scene.axis, theme)
}

/** Region numbers in the order shown: first, last, and round ones between. */
function drawRowAxis(s: Surface, plot: Rect, scene: StackupScene, theme: FigureTheme): void {
  const { from, to } = scene.rows
  const first = from + 1
  const numbers = linearTicks(first, to, 4).map((t) => t.value).filter((v) => Number.isInteger(v) && v > first && v < to)
  const yOf = (n: number) => plot.y + ((n - 0.5 - from) / (to - from)) * plot.h
  const kept: { y: number; n: number }[] = []
  for (const n of [first, to, ...numbers]) {
    const y = Math.min(plot.y + plot.h - LABEL_SIZE / 2, Math.max(plot.y + LABEL_SIZE / 2, yOf(n)))
    if (kept.every((k) => Math.abs(k.y - y) > LABEL_SIZE + 4)) kept.push({ y, n })
  }
  for (const { n, y } of kept) {
    const at = snap(yOf(n), s.dpr)
    s.line(plot.x - 4, at, plot.x, at, { colour: theme.axis })
    s.text(formatCount(n), plot.x - 7, y, { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  s.text(rowTitle(scene), 2, plot.y + plot.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: plot.h })
}

export function rowTitle(scene: StackupScene): string {
  return `regions, by ${SORT_LABELS[scene.options.sort]} ${scene.options.descending ? '↓' : '↑'}`
}

function drawProfile(s: Surface, r: Rect, values: ArrayLike<number>, axis: WindowAxis, theme: FigureTheme): void {
  const range = extent(values)
  if (!range) return
  const pad = (range[1] - range[0]) * 0.08 || 1
  const lo = range[0] - pad
  const hi = range[1] + pad
  const yOf = (v: number) => r.y + r.h * (1 - (v - lo) / (hi - lo))
  for (const t of axisTicks(axis).filter((t) => t.main)) {
    const x = snap(r.x + t.at * r.w, s.dpr)
    s.line(x, r.y, x, r.y + r.h, { colour: theme.grid })
  }
  s.line(r.x, r.y + r.h, r.x + r.w, r.y + r.h, { colour: theme.axis })
  s.line(r.x, r.y, r.x, r.y + r.h, { colour: theme.axis })
  for (const v of range) {
    const y = snap(yOf(v), s.dpr)
    s.line(r.x - 4, y, r.x, y, { colour: theme.axis })
    s.text(formatValue(v), r.x - 7, y, { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  const points = Array.from(values).flatMap((v, i) => [r.x + ((i + 0.5) / values.length) * r.w, yOf(v)])
  s.polyline(points, { colour: theme.accent, width: 1.5 }, r)
  s.text('mean', r.x + r.w + BAR.gap, r.y + r.h / 2, { colour: theme.muted, baseline: 'middle', size: 10, maxWidth: BAR.total - BAR.gap })
}

/** The text alternative of the picture. */
export function describeStackup(s: StackupScene, feature: string, n: number): string {
  const rows = s.rows.to - s.rows.from === s.total ? `all ${formatCount(s.total)} rows` : `rows ${formatCount(s.rows.from + 1)} to ${formatCount(s.rows.to)} of ${formatCount(s.total)}`
  return `Stackup of ${feature} at ${s.setName}, ${rows}, sorted by ${SORT_LABELS[s.options.sort]}, ${s.options.descending ? 'descending' : 'ascending'}, ${axisSummary(s.axis)}, n = ${formatCount(n)} of ${formatCount(s.total)} regions with data`
}
