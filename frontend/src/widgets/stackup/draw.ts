import { COLORMAPS, DIVERGING, SEQUENTIAL, type ColormapName } from '@/lib/colormaps'
import { BAR, colourBarRect, drawColourBar } from '@/lib/colourBar'
import { drawField, drawWindowAxisX, FRAME, palette, type Field } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatCount, formatValue } from '@/lib/format'
import { SUMMARY_WORDS } from '@/lib/resultParams'
import { drawBand, drawValueAxisY } from '@/lib/linePlot'
import { shrink, type Matrix } from '@/lib/matrix'
import { seriesStyle } from '@/lib/series'
import { CI95, extent, highest, percentile } from '@/lib/stats'
import { LABEL_SIZE, snap, type Rect, type Surface } from '@/lib/surface'
import { linearTicks } from '@/lib/ticks'
import { barDomain, resolveRange, type ValueFacts } from '@/lib/valueRange'
import { prepare, type ValueScale } from '@/lib/valueScale'
import { axisSummary, axisTicks, axisTitle, cellLabel, type WindowAxis } from '@/lib/windowAxis'

import { groupsIn } from './groups'
import { sortLabel, type StackupOptions } from './options'
import type { RowRange } from './rows'
import type { RowGroups } from './useRowGroups'

/** Everything that a stackup shows. `stack` holds the painted rows: means over blocks of the sorted regions in `rows`. */
export interface StackupScene {
  stack: Matrix
  facts: ValueFacts
  rows: RowRange
  total: number
  /** Mean over all regions per bin and its standard error. */
  profile: { mean: ArrayLike<number>; sem: ArrayLike<number>; ghost?: ArrayLike<number> } | null
  /** Of every painted row the share of selected regions; none: nothing is selected. */
  marks?: Float32Array | null
  axis: WindowAxis
  setName: string
  /** `track` names another one, whose values the rows are sorted by. */
  options: StackupOptions & { track?: string }
  /** Borders and names of the groups, once they are known. */
  groups?: RowGroups | null
  /** The mean of every group per bin, empty where there is none; none: they are not known, or not wanted. */
  profiles?: ArrayLike<number>[] | null
  /** Overrides the options while a handle is dragged. */
  range?: ValueScale
  /** The axis of the colour bar, where it is not that of this picture alone. */
  domain?: ValueScale
}

export interface StackupLayout {
  plot: Rect
  profile: Rect | null
  bar: Rect
}

const { left: LEFT, top: TOP, bottom: BOTTOM } = FRAME
const PROFILE = 46
/** Lines of several groups need more room to be told apart. */
const PROFILES = 84
const GAP = 8

/** How high the strip over the rows is. */
export type ProfileSize = boolean | 'groups'

export function profileSize(s: Pick<StackupScene, 'options' | 'groups'>): ProfileSize {
  return s.options.profile && s.groups ? 'groups' : s.options.profile
}

export function layoutStackup(width: number, height: number, profile: ProfileSize, dpr: number): StackupLayout {
  const w = snap(Math.max(40, width - LEFT - BAR.total), dpr)
  const strip = profile === 'groups' ? PROFILES : PROFILE
  const top = TOP + (profile ? strip + GAP : 0)
  const plot = { x: LEFT, y: top, w, h: snap(Math.max(40, height - top - BOTTOM), dpr) }
  return { plot, profile: profile ? { x: LEFT, y: TOP, w, h: strip } : null, bar: colourBarRect(plot) }
}

/** A track with values on both sides of zero, outliers left aside. */
function signed(facts: ValueFacts): boolean {
  return percentile(facts.sorted, 1) < 0 && percentile(facts.sorted, 99) > 0
}

export function stackColormap(s: StackupScene): ColormapName {
  return s.options.colormap ?? (signed(s.facts) ? s.options.diverging : s.options.sequential)
}

export function stackColormaps(s: StackupScene): ColormapName[] {
  return signed(s.facts) ? [...DIVERGING, ...SEQUENTIAL] : SEQUENTIAL
}

/** The value that a diverging map has in its middle. */
export function stackCentre(s: StackupScene): number | null {
  return COLORMAPS[stackColormap(s)].diverging ? 0 : null
}

export function stackRange(s: StackupScene): ValueScale {
  return s.range ?? resolveRange(s.options.range, s.facts, stackCentre(s))
}

export function stackDomain(s: StackupScene): ValueScale {
  const centre = stackCentre(s)
  return s.domain ?? barDomain(s.facts, resolveRange(s.options.range, s.facts, centre), centre)
}

export function stackField(stack: Matrix, width: number, height: number): Field {
  const m = shrink(stack, height, width)
  return { rows: m.rows, cols: m.cols, prepared: prepare(m.data, 'linear') }
}

export function drawStackup(s: Surface, width: number, height: number, scene: StackupScene, theme: FigureTheme, field?: Field): void {
  const { plot, profile, bar } = layoutStackup(width, height, profileSize(scene), s.dpr)
  const colours = palette(COLORMAPS[stackColormap(scene)], theme)
  const range = stackRange(scene)
  const domain = stackDomain(scene)
  const shown = field ?? stackField(scene.stack, Math.round(plot.w * s.dpr), Math.round(plot.h * s.dpr))
  s.fillRect({ x: 0, y: 0, w: width, h: height }, theme.surface)
  drawField(s, plot, shown, range, colours, theme)
  if (scene.marks) drawMarks(s, plot, scene.marks, theme)
  for (const t of axisTicks(scene.axis).filter((t) => t.main)) {
    const x = snap(plot.x + t.at * plot.w, s.dpr)
    s.line(x, plot.y + plot.h, x, plot.y + plot.h + 6, { colour: theme.text })
  }
  drawRowAxis(s, plot, scene, theme)
  drawWindowAxisX(s, plot, { x: 0, y: 0, w: bar.x + bar.w, h: height }, scene.axis, axisTitle(scene.axis, scene.setName), theme)
  drawColourBar(s, bar, { domain, range, ticks: linearTicks(domain.min, domain.max), title: SUMMARY_WORDS[scene.options.summary], missing: scene.facts.missing > 0 }, colours, theme)
  if (profile && scene.profile) drawProfile(s, profile, scene, scene.profile, theme)
}

/** Rows without a selected region fade; beside the others runs a strip, as wide as the share that is selected. */
function drawMarks(s: Surface, plot: Rect, marks: Float32Array, theme: FigureTheme): void {
  const height = plot.h / marks.length
  const fade = (from: number, to: number): void => {
    const [y, end] = [plot.y + from * height, plot.y + to * height]
    s.area([plot.x, y, plot.x + plot.w, y, plot.x + plot.w, end, plot.x, end], theme.surface, 0.72)
  }
  let begin = -1
  marks.forEach((share, i) => {
    if (share === 0 && begin < 0) begin = i
    if (share === 0) return
    if (begin >= 0) fade(begin, i)
    begin = -1
    const w = 2 + 4 * share
    s.fillRect({ x: plot.x + plot.w + 2, y: plot.y + i * height, w, h: height }, theme.accent)
  })
  if (begin >= 0) fade(begin, marks.length)
}

/** Left of the rows: the groups that they are in, or else their numbers. */
function drawRowAxis(s: Surface, plot: Rect, scene: StackupScene, theme: FigureTheme): void {
  if (scene.groups) drawGroups(s, plot, scene, scene.groups, theme)
  else drawRowNumbers(s, plot, scene, theme)
  s.text(rowTitle(scene), 2, plot.y + plot.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: plot.h })
}

/** So many groups have a colour each, that of their profile. */
const COLOURED = 12

/** A bar, a name and n per group, and lines over the rows where groups meet. */
function drawGroups(s: Surface, plot: Rect, { rows }: StackupScene, groups: RowGroups, theme: FigureTheme): void {
  const yOf = (row: number) => snap(plot.y + ((row - rows.from) / (rows.to - rows.from)) * plot.h, s.dpr)
  let free = -Infinity
  for (const g of groupsIn(groups.list, rows)) {
    const [top, bottom] = [yOf(g.from), yOf(g.to)]
    if (g.from > rows.from) {
      // Two lines, so that the border is seen on dark and on light rows.
      s.line(plot.x, top, plot.x + plot.w, top, { colour: theme.surface, width: 3 })
      s.line(plot.x, top, plot.x + plot.w, top, { colour: theme.text, width: 1 })
    }
    s.fillRect({ x: plot.x - 6, y: top, w: 4, h: Math.max(1, bottom - top - 1) }, groups.list.length <= COLOURED ? seriesStyle(g.index, theme.dark).colour : g.index % 2 ? theme.muted : theme.axis)
    const y = Math.min(plot.y + plot.h - LABEL_SIZE / 2, Math.max(plot.y + LABEL_SIZE / 2, (top + bottom) / 2))
    if (y - LABEL_SIZE / 2 < free) continue
    free = y + LABEL_SIZE / 2 + 2
    const roomy = bottom - top > 2 * LABEL_SIZE + 4
    s.text(g.label, plot.x - 9, roomy ? y - LABEL_SIZE / 2 - 1 : y, { colour: theme.text, align: 'right', baseline: 'middle', maxWidth: plot.x - 26 })
    if (roomy) {
      free += LABEL_SIZE / 2 + 1
      s.text(`n ${formatCount(g.n)}`, plot.x - 9, y + LABEL_SIZE / 2 + 1, { colour: theme.muted, size: 10, align: 'right', baseline: 'middle', maxWidth: plot.x - 26 })
    }
  }
}

/** Region numbers in the order shown: first, last, and round ones between. */
function drawRowNumbers(s: Surface, plot: Rect, scene: StackupScene, theme: FigureTheme): void {
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
}

export function rowTitle(scene: StackupScene): string {
  const { group, descending } = scene.options
  return `${group ? `by ${group}, then` : 'regions, by'} ${sortLabel(scene.options)} ${descending ? '↓' : '↑'}`
}

function drawProfile(s: Surface, r: Rect, scene: StackupScene, { mean, sem, ghost }: NonNullable<StackupScene['profile']>, theme: FigureTheme): void {
  const axis = scene.axis
  // Of groups there is a line each, in the colour of its bar; the mean of all is dotted.
  const lines = scene.groups && scene.profiles ? scene.profiles.map((values, i) => ({ values, style: seriesStyle(i, theme.dark) })).filter((l) => l.values.length === mean.length) : []
  const [low, high] = [-1, 1].map((sign) => Float64Array.from(mean, (v, i) => v + sign * CI95 * (Number.isFinite(sem[i]) ? sem[i] : 0)))
  const ends = extent(lines.length > 0 ? [...lines.flatMap((l) => Array.from(l.values)), ...Array.from(mean)] : [...low, ...high, ...Array.from(ghost ?? [])])
  if (!ends) return
  const pad = (ends[1] - ends[0]) * 0.08 || Math.abs(ends[1]) * 0.1 || 1
  const [lo, hi] = [ends[0] - pad, ends[1] + pad]
  const n = mean.length
  const toX = (i: number) => r.x + ((i + 0.5) / n) * r.w
  const toY = (v: number) => r.y + r.h * (1 - (v - lo) / (hi - lo))
  drawValueAxisY(s, r, linearTicks(lo, hi, 2), toY, '', theme)
  for (const t of axisTicks(axis).filter((t) => t.main)) {
    const x = snap(r.x + t.at * r.w, s.dpr)
    s.line(x, r.y, x, r.y + r.h, { colour: theme.grid })
  }
  s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: theme.axis })
  const points = (values: ArrayLike<number>) => Array.from(values).flatMap((v, i) => [toX(i), toY(v)])
  const side = { colour: theme.muted, size: 10, maxWidth: BAR.total - BAR.gap } as const
  if (lines.length > 0) {
    s.polyline(points(mean), { colour: theme.muted, dash: [1, 3], width: 1.25 }, r)
    for (const l of lines) s.polyline(points(l.values), { colour: l.style.colour, dash: l.style.dash, width: 1.5 }, r)
    s.text('means', r.x + r.w + BAR.gap - 6, r.y + r.h / 2 - 12, side)
    s.text('of groups', r.x + r.w + BAR.gap - 6, r.y + r.h / 2 + 1, side)
    return
  }
  drawBand(s, r, low, high, toX, toY, theme.accent, theme)
  if (ghost) s.polyline(points(ghost), { colour: theme.muted, dash: [1, 3], width: 1.25 }, r)
  s.polyline(points(mean), { colour: theme.accent, width: 1.5 }, r)
  s.text(ghost && scene.marks ? 'selected' : 'mean', r.x + r.w + BAR.gap - 6, r.y + r.h / 2 - 12, side)
  s.text('± 95 % CI', r.x + r.w + BAR.gap - 6, r.y + r.h / 2 + 1, side)
}

/** The text alternative of the picture. */
export function describeStackup(s: StackupScene, feature: string, n: number): string {
  const rows = s.rows.to - s.rows.from === s.total ? `all ${formatCount(s.total)} rows` : `rows ${formatCount(s.rows.from + 1)} to ${formatCount(s.rows.to)} of ${formatCount(s.total)}`
  const parts = [
    `Stackup of ${feature} at ${s.setName}`, rows,
    ...(s.groups ? [`grouped by ${s.groups.column}: ${groupsIn(s.groups.list, s.rows).map((g) => `${g.label}, ${formatCount(g.n)} regions`).join('; ')}`] : []),
    `sorted by ${sortLabel(s.options)}, ${s.options.descending ? 'descending' : 'ascending'}`,
    axisSummary(s.axis), `n = ${formatCount(n)} of ${formatCount(s.total)} regions with data`,
  ]
  const top = s.profile && highest(s.profile.mean)
  if (top) parts.push(`mean of ${s.marks ? 'the selected' : 'all'} rows highest at ${cellLabel(s.axis, top.at)}: ${formatValue(top.value)}`)
  if (s.marks) parts.push('rows without a selected region are faded')
  const range = stackRange(s)
  parts.push(`colours from ${formatValue(range.min)} to ${formatValue(range.max)}`)
  return parts.join(', ')
}
