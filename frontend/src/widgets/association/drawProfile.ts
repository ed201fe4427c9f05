import { drawWindowAxisX } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatCount, formatValue } from '@/lib/format'
import { drawBand, drawValueAxisY } from '@/lib/linePlot'
import { extent } from '@/lib/stats'
import { snap, TICK, type Rect, type Surface } from '@/lib/surface'
import { position, transform, untransform, type ValueScale } from '@/lib/valueScale'
import { axisTicks, axisTitle, cellLabel } from '@/lib/windowAxis'

import { drawArrow, drawDot, styleOf } from './marks'
import { centreOf } from './options'
import { CAPTION, measureTicks } from './scales'
import { chosenBin, interval, ranking, scaleKind, significant, stylesOf, valueOf, values, type AssociationScene } from './table'
import { measureTitle } from './words'

export interface ProfileLayout {
  plot: Rect
  ranks: Rect
}

const LEFT = 58
const RIGHT = 14
const AXIS = 40
/** The height of a ranked set. */
export const ROW = 16
const RANK_AXIS = 34
const FEW = 3

/** Above the curves along the window, below them the sets at the chosen bin. */
export function layoutProfile(dpr: number, width: number, height: number): ProfileLayout {
  const room = height - CAPTION - AXIS - RANK_AXIS - 20
  const upper = Math.round(room * 0.52)
  const plot = { x: LEFT, y: snap(CAPTION + 4, dpr), w: width - LEFT - RIGHT, h: upper }
  const top = plot.y + upper + AXIS + 16
  return { plot, ranks: { x: 0, y: top, w: width, h: Math.max(ROW, height - top - RANK_AXIS) } }
}

/** The axis of the measure over all sets and bins, the value without effect included. */
export function profileDomain(scene: AssociationScene): ValueScale {
  const m = scene.options.measure
  const kind = scaleKind(m)
  const ghost = scene.ghost ? values({ ...scene, arrays: scene.ghost }) : []
  const drawn = [...values(scene), ...ghost].map((v) => transform(v, kind))
  const ends = extent(drawn) ?? [0, 1]
  const mid = centreOf(m) === null ? 0 : transform(centreOf(m) as number, kind)
  const [lo, hi] = [Math.min(mid, ends[0]), Math.max(mid, ends[1])]
  const pad = (hi - lo) * 0.07 || 0.5
  return { kind, min: untransform(centreOf(m) === null ? lo : lo - pad, kind), max: untransform(hi + pad, kind) }
}

export function drawProfile(s: Surface, width: number, height: number, scene: AssociationScene, theme: FigureTheme): void {
  const { plot, ranks } = layoutProfile(s.dpr, width, height)
  const bin = chosenBin(scene.axis, scene.options.at)
  const rank = ranking(scene, bin)
  const styles = stylesOf(scene, rank)
  drawCurves(s, plot, scene, bin, rank, styles, theme)
  drawWindowAxisX(s, plot, { x: 0, y: 0, w: width, h: height }, scene.axis, axisTitle(scene.axis, scene.setName), theme)
  drawRanks(s, ranks, scene, bin, rank, styles, theme)
}

function drawCurves(s: Surface, plot: Rect, scene: AssociationScene, bin: number, rank: number[], styles: number[], theme: FigureTheme): void {
  const { axis, arrays, options } = scene
  const n = axis.cells
  const domain = profileDomain(scene)
  const share = (v: number) => Math.min(1, Math.max(0, position(v, domain)))
  const toY = (v: number) => (Number.isNaN(v) ? NaN : plot.y + plot.h * (1 - share(v)))
  const toX = (i: number) => plot.x + ((i + 0.5) / n) * plot.w
  drawValueAxisY(s, plot, measureTicks(options.measure, domain, 4), toY, measureTitle(options.measure), theme)
  const column = { x: plot.x + (bin / n) * plot.w, w: plot.w / n }
  s.area([column.x, plot.y, column.x + column.w, plot.y, column.x + column.w, plot.y + plot.h, column.x, plot.y + plot.h], theme.accent, 0.18)
  const mid = centreOf(options.measure)
  if (mid !== null) s.line(plot.x, snap(toY(mid), s.dpr), plot.x + plot.w, snap(toY(mid), s.dpr), { colour: theme.axis })
  for (const t of axisTicks(axis).filter((t) => t.main)) {
    const x = snap(plot.x + t.at * plot.w, s.dpr)
    s.line(x, plot.y, x, plot.y + plot.h, { colour: theme.axis, dash: [3, 3] })
  }
  // Grey ones lie below, the first of the ranking on top.
  const order = rank.toReversed().sort((x, y) => Number(styles[x] >= 0) - Number(styles[y] >= 0))
  const ratio = options.measure === 'or' || options.measure === 'log2or'
  for (const t of order) {
    const { colour, dash } = styleOf(styles[t], theme)
    const cells = Array.from({ length: n }, (_, k) => t * n + k)
    // Of many sets only those that differ from chance somewhere have a band: the others' would lie on top of one another.
    const told = rank.length <= FEW || cells.some((i) => significant(arrays, i, options.level))
    if (ratio && options.ci && styles[t] >= 0 && told) {
      const ends = cells.map((i) => interval(arrays, i))
      drawBand(s, plot, ends.map((e) => e[0]), ends.map((e) => e[1]), toX, toY, colour, theme)
    }
    if (scene.ghost && styles[t] >= 0) {
      const whole = scene.ghost
      s.polyline(cells.flatMap((i, k) => [toX(k), toY(valueOf(whole, i, options.measure))]), { colour, dash: [1, 3], width: 1.25 })
    }
    const v = cells.map((i) => valueOf(arrays, i, options.measure))
    s.polyline(v.flatMap((x, k) => [toX(k), toY(x)]), { colour, dash, width: styles[t] < 0 ? 1 : 1.75 }, plot)
    v.forEach((x, k) => {
      if (Math.abs(transform(x, domain.kind)) === Infinity) drawArrow(s, toX(k), toY(x) + (x > 1 ? 5 : -5), x > 1 ? 'up' : 'down', colour)
      else if (styles[t] >= 0 && significant(arrays, cells[k], options.level)) drawDot(s, toX(k), toY(x), Math.min(2.6, 0.4 * column.w + 0.6), colour)
    })
  }
  s.strokeRect({ x: plot.x - 1, y: plot.y - 1, w: plot.w + 2, h: plot.h + 2 }, { colour: theme.axis })
}

/** The ranked sets as they stand below the curves: the target of each row, −1 for those left out, and where the row is. */
export function rankBoxes(dpr: number, width: number, height: number, scene: AssociationScene): { target: number; rect: Rect }[] {
  const { ranks } = layoutProfile(dpr, width, height)
  const rank = ranking(scene, chosenBin(scene.axis, scene.options.at))
  return rankRows(rank, ranks.h).map((target, k) => ({ target, rect: { x: ranks.x, y: ranks.y + k * ROW, w: ranks.w, h: ROW } }))
}

/** Which sets have a row of their own: all, or as many of the highest and the lowest as fit; −1 stands for those between. */
export function rankRows(rank: number[], room: number): number[] {
  const fit = Math.max(3, Math.floor(room / ROW))
  if (rank.length <= fit) return rank
  const first = Math.ceil((fit - 1) / 2)
  return [...rank.slice(0, first), -1, ...rank.slice(rank.length - (fit - 1 - first))]
}

function drawRanks(s: Surface, box: Rect, scene: AssociationScene, bin: number, rank: number[], styles: number[], theme: FigureTheme): void {
  const { arrays, axis, options, targets } = scene
  s.text(`${scene.targets.length > 1 ? `${formatCount(targets.length)} sets` : 'One set'} at ${cellLabel(axis, bin)}`, 6, box.y - 16, { colour: theme.text, weight: 600 })
  s.text(`● q ≤ ${options.level}`, box.x + box.w - 8, box.y - 16, { colour: theme.muted, align: 'right' })
  const rows = rankRows(rank, box.h)
  const names = Math.min(box.w * 0.34, Math.max(LEFT, ...rows.filter((t) => t >= 0).map((t) => s.textWidth(targets[t].name) + 24)))
  const plot = { x: names, y: box.y, w: box.w - names - 46, h: rows.length * ROW }
  const cell = (t: number) => t * axis.cells + bin
  const domain = rankDomain(scene, rank.map(cell))
  const toX = (v: number) => plot.x + plot.w * Math.min(1, Math.max(0, position(v, domain)))
  const mid = centreOf(options.measure) ?? 0
  for (const t of measureTicks(options.measure, domain, 4)) {
    const x = snap(toX(t.value), s.dpr)
    s.line(x, plot.y, x, plot.y + plot.h, { colour: theme.grid })
    s.line(x, plot.y + plot.h, x, plot.y + plot.h + TICK, { colour: theme.axis })
    s.text(t.label, x, plot.y + plot.h + TICK + 2, { colour: theme.text, align: 'center' })
  }
  s.text(measureTitle(options.measure), plot.x + plot.w / 2, plot.y + plot.h + TICK + 16, { colour: theme.muted, align: 'center', maxWidth: box.w })
  rows.forEach((t, k) => {
    const y = plot.y + (k + 0.5) * ROW
    if (t < 0) {
      s.text(`${rank.length - rows.length + 1} more`, names - 6, y, { colour: theme.muted, align: 'right', baseline: 'middle' })
      return
    }
    const i = cell(t)
    const v = valueOf(arrays, i, options.measure)
    const { colour } = styleOf(styles[t], theme)
    const marked = significant(arrays, i, options.level)
    s.text(targets[t].name, names - (marked ? 15 : 6), y, { colour: theme.text, align: 'right', baseline: 'middle', maxWidth: names - 20 })
    if (marked) drawDot(s, names - 8, y, 2.6, colour)
    if (Number.isNaN(v)) {
      s.text('no data', toX(mid) + 4, y, { colour: theme.muted, baseline: 'middle' })
      return
    }
    const [from, to] = [toX(mid), toX(v)].sort((a, b) => a - b)
    s.area([from, y - 5, to, y - 5, to, y + 5, from, y + 5], colour, theme.dark ? 0.75 : 0.85)
    if (scene.ghost) {
      // The whole set: a dotted outline of its bar.
      const g = toX(valueOf(scene.ghost, i, options.measure))
      if (Number.isFinite(g)) s.polyline([toX(mid), y - 6, g, y - 6, g, y + 6, toX(mid), y + 6], { colour: theme.text, dash: [1, 2] })
    }
    let right = to
    if (options.ci && (options.measure === 'or' || options.measure === 'log2or')) {
      const [lo, hi] = interval(arrays, i)
      if (Number.isFinite(lo) && hi > lo) {
        s.line(toX(lo), y, toX(hi), y, { colour: theme.text })
        right = Math.max(right, toX(hi))
      }
    }
    if (Math.abs(transform(v, domain.kind)) === Infinity) drawArrow(s, toX(v) + (v > 1 ? -5 : 5), y, v > 1 ? 'right' : 'left', theme.text)
    s.text(formatValue(options.measure === 'log2or' ? Math.log2(v) : v), right + 5, y, { colour: theme.text, baseline: 'middle' })
  })
  s.line(snap(toX(mid), s.dpr), plot.y, snap(toX(mid), s.dpr), plot.y + plot.h, { colour: theme.axis })
}

/** The axis of the bars: their values, their intervals as far as they leave the bars half of it, and the value without effect. */
function rankDomain(scene: AssociationScene, cells: number[]): ValueScale {
  const m = scene.options.measure
  const kind = scaleKind(m)
  const mid = centreOf(m) === null ? 0 : transform(centreOf(m) as number, kind)
  const tables = scene.ghost ? [scene.arrays, scene.ghost] : [scene.arrays]
  const ends = extent(tables.flatMap((t) => cells.map((i) => transform(valueOf(t, i, m), kind)))) ?? [mid, mid + 1]
  let [lo, hi] = [Math.min(mid, ends[0]), Math.max(mid, ends[1])]
  if (kind === 'log' && scene.options.ci) {
    const reach = (hi - lo) / 2 || 1
    const ci = extent(cells.flatMap((i) => interval(scene.arrays, i).map(Math.log2)))
    if (ci) [lo, hi] = [Math.min(lo, Math.max(lo - reach, ci[0])), Math.max(hi, Math.min(hi + reach, ci[1]))]
  }
  const pad = (hi - lo) * 0.04 || 0.5
  return { kind, min: untransform(lo < mid ? lo - pad : lo, kind), max: untransform(hi > mid || hi === lo ? hi + pad : hi, kind) }
}
