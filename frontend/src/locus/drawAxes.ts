import type { FigureTheme } from '@/lib/figureTheme'
import { formatBp } from '@/lib/format'
import { LABEL_SIZE, snap, TICK, type Rect, type Surface } from '@/lib/surface'
import { linearTicks } from '@/lib/ticks'

import { LEFT } from './layout'
import type { LocusOther, LocusScene, Stretch } from './scene'

export function toX(r: Rect, view: Stretch): (bp: number) => number {
  return (bp) => r.x + ((bp - view.start) / (view.end - view.start)) * r.w
}

export function toY(r: Rect, view: Stretch): (bp: number) => number {
  return (bp) => r.y + ((bp - view.start) / (view.end - view.start)) * r.h
}

/** The axis left of a triangle: how far apart two places are. */
export function drawDistances(s: Surface, r: Rect, view: Stretch, theme: FigureTheme, title: boolean): void {
  const most = (2 * r.h * (view.end - view.start)) / r.w
  for (const t of linearTicks(0, most, 4)) {
    const y = snap(r.y + r.h * (1 - t.value / most), s.dpr)
    if (y < r.y + 5) continue
    s.line(r.x - TICK, y, r.x, y, { colour: theme.axis })
    s.text(t.value === 0 ? '0' : formatBp(t.value), r.x - TICK - 3, Math.min(y, r.y + r.h - 5), { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  if (title) s.text('Distance', 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: r.h })
}

/** Round positions of a stretch in the unit that fits, with as many decimals as tell them apart. */
export function positionTicks(view: Stretch, count: number): { unit: string; ticks: { at: number; label: string }[] } {
  const span = view.end - view.start
  const [unit, scale] = span >= 1e6 ? ['Mb', 1e6] : span >= 2e3 ? ['kb', 1e3] : ['bp', 1]
  const step = linearTicks(view.start / scale, view.end / scale, count)
  const decimals = Math.max(0, ...step.slice(1, 2).map((t) => Math.ceil(-Math.log10(Math.abs(t.value - step[0].value)) - 1e-9)))
  return { unit, ticks: step.map((t) => ({ at: t.value * scale, label: (t.value || 0).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }) })) }
}

/** Positions as people count them, from 1. */
export function drawPositions(s: Surface, plot: Rect, width: number, scene: LocusScene, theme: FigureTheme): void {
  const y = plot.y + plot.h
  s.line(plot.x, y, plot.x + plot.w, y, { colour: theme.axis })
  const x = toX(plot, scene)
  let last = -Infinity
  const { unit, ticks } = positionTicks(scene, 8)
  for (const t of ticks) {
    const px = snap(x(t.at), s.dpr)
    const w = s.textWidth(t.label)
    s.line(px, y, px, y + TICK, { colour: theme.axis })
    const left = Math.min(width - w, Math.max(0, px - w / 2))
    if (left < last + 6) continue
    last = left + w
    s.text(t.label, left, y + TICK + 2, { colour: theme.text })
  }
  s.text(`${scene.other ? 'Anchor 2: position' : 'Position'} on ${scene.chrom} (${unit})`, plot.x + plot.w / 2, y + TICK + 16, { colour: theme.muted, align: 'center' })
}

/** The axis left of a rectangle, and of the tracks beside it, running downwards. */
export function drawOtherPositions(s: Surface, r: Rect, left: number, other: LocusOther, theme: FigureTheme): void {
  const y = toY(r, other)
  const { unit, ticks } = positionTicks(other, 6)
  const half = LABEL_SIZE / 2
  for (const t of ticks) {
    const at = snap(y(t.at), s.dpr)
    s.line(left - TICK, at, left, at, { colour: theme.axis })
    s.text(t.label, left - TICK - 3, Math.min(r.y + r.h - half, Math.max(r.y + half, at)), { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  s.text(`Anchor 1: position on ${other.chrom} (${unit})`, left - LEFT + 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: r.h })
}
