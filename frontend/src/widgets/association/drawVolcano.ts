import type { FigureTheme } from '@/lib/figureTheme'
import { drawValueAxisY } from '@/lib/linePlot'
import { extent } from '@/lib/stats'
import { snap, TICK, type Rect, type Surface } from '@/lib/surface'
import { linearTicks } from '@/lib/ticks'
import { cellLabel } from '@/lib/windowAxis'

import { drawArrow, drawDot, styleOf } from './marks'
import { CAPTION } from './scales'
import { chosenBin, oddsRatio, ranking, strength, stylesOf, type AssociationScene } from './table'

const [LEFT, RIGHT, BOTTOM] = [58, 18, 40]

export function layoutVolcano(dpr: number, width: number, height: number): Rect {
  return { x: LEFT, y: snap(CAPTION + 20, dpr), w: width - LEFT - RIGHT, h: height - CAPTION - 20 - BOTTOM }
}

export interface VolcanoPoint {
  target: number
  x: number
  y: number
  /** The ratio has no place on the axis. */
  beyond: 'left' | 'right' | null
}

/** Where every set lies; sets without a ratio are left out. */
export function volcanoPoints(plot: Rect, scene: AssociationScene): { points: VolcanoPoint[]; x: [number, number]; top: number } {
  const bin = chosenBin(scene.axis, scene.options.at)
  const cells = scene.targets.map((_, t) => t * scene.axis.cells + bin)
  const ratios = cells.map((i) => Math.log2(oddsRatio(scene.arrays, i)))
  const heights = cells.map((i) => strength(scene.arrays, i, 'q'))
  const ends = extent(ratios) ?? [0, 0]
  const half = Math.max(1, Math.abs(ends[0]), Math.abs(ends[1])) * 1.12
  const top = Math.max(-Math.log10(scene.options.level) * 1.3, ...heights.filter(Number.isFinite)) * 1.06
  const points = ratios.flatMap((r, target): VolcanoPoint[] => {
    if (Number.isNaN(r) || Number.isNaN(heights[target])) return []
    const beyond = Number.isFinite(r) ? null : r > 0 ? 'right' : 'left'
    const clipped = Math.min(half, Math.max(-half, r))
    return [{ target, beyond, x: plot.x + ((clipped + half) / (2 * half)) * plot.w, y: plot.y + plot.h * (1 - heights[target] / top) }]
  })
  return { points, x: [-half, half], top }
}

/** Effect against evidence at the chosen bin. */
export function drawVolcano(s: Surface, width: number, height: number, scene: AssociationScene, theme: FigureTheme): void {
  const plot = layoutVolcano(s.dpr, width, height)
  const bin = chosenBin(scene.axis, scene.options.at)
  const { points, x, top } = volcanoPoints(plot, scene)
  const styles = stylesOf(scene, ranking(scene, bin))
  const toX = (v: number) => plot.x + ((v - x[0]) / (x[1] - x[0])) * plot.w
  const toY = (v: number) => plot.y + plot.h * (1 - v / top)
  s.text(`At ${cellLabel(scene.axis, bin)}`, 6, plot.y - 16, { colour: theme.text, weight: 600 })
  drawValueAxisY(s, plot, linearTicks(0, top, 5), toY, '−log10 q', theme)
  for (const t of linearTicks(x[0], x[1], 5)) {
    const at = snap(toX(t.value), s.dpr)
    s.line(at, plot.y + plot.h, at, plot.y + plot.h + TICK, { colour: theme.axis })
    s.text(t.label, at, plot.y + plot.h + TICK + 2, { colour: theme.text, align: 'center' })
  }
  s.text('log2(odds ratio)', plot.x + plot.w / 2, plot.y + plot.h + TICK + 17, { colour: theme.muted, align: 'center' })
  s.line(snap(toX(0), s.dpr), plot.y, snap(toX(0), s.dpr), plot.y + plot.h, { colour: theme.axis, dash: [3, 3] })
  const limit = snap(toY(-Math.log10(scene.options.level)), s.dpr)
  s.line(plot.x, limit, plot.x + plot.w, limit, { colour: theme.axis, dash: [3, 3] })
  s.text(`q = ${scene.options.level}`, plot.x + plot.w - 3, limit - 3, { colour: theme.muted, align: 'right', baseline: 'bottom' })
  s.strokeRect({ x: plot.x - 1, y: plot.y - 1, w: plot.w + 2, h: plot.h + 2 }, { colour: theme.axis })
  const taken: Rect[] = points.map((p) => ({ x: p.x - 5, y: p.y - 5, w: 10, h: 10 }))
  for (const p of points) {
    const { colour } = styleOf(styles[p.target], theme)
    if (p.beyond) drawArrow(s, p.x + (p.beyond === 'right' ? -5 : 5), p.y, p.beyond, colour)
    else drawDot(s, p.x, p.y, 4, colour)
  }
  // The strongest get their name first, where there is room for it.
  for (const p of points.toSorted((a, b) => a.y - b.y)) {
    const name = scene.targets[p.target].name
    const w = Math.min(110, s.textWidth(name))
    // Beside a dot on the axis there is room, too: above it a name would stand over its neighbours.
    const beside = Math.min(p.y - 7, plot.y + plot.h - 14)
    const place = [{ x: p.x + 8, y: beside }, { x: p.x - 8 - w, y: beside }, { x: p.x - w / 2, y: p.y - 19 }, { x: p.x - w / 2, y: p.y + 6 }]
      .map((at) => ({ ...at, w, h: 13 }))
      .find((r) => r.x > plot.x + 2 && r.x + r.w < plot.x + plot.w - 2 && r.y > plot.y && r.y + r.h < plot.y + plot.h && !taken.some((o) => overlap(o, r)))
    if (!place) continue
    taken.push(place)
    s.text(name, place.x, place.y + 1, { colour: theme.text, halo: theme.surface, maxWidth: w + 1 })
  }
}

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}
