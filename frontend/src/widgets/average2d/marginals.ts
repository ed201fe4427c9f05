import { BAR } from '@/lib/colourBar'
import { drawValueAxisY } from '@/lib/linePlot'
import type { FigureTheme } from '@/lib/figureTheme'
import type { Matrix } from '@/lib/matrix'
import { extent } from '@/lib/stats'
import { snap, type Rect, type Surface } from '@/lib/surface'
import { linearTicks } from '@/lib/ticks'
import { axisTicks, type WindowAxis } from '@/lib/windowAxis'

import type { DrawnOptions } from './options'

/** Where there are profiles: a map around single regions has equal columns and rows, so that those of its rows say nothing new. */
export type Sides = '' | 'top' | 'both'

export const STRIP = 36
export const STRIP_GAP = 4

export function marginalSides(o: DrawnOptions, pairs: boolean): Sides {
  if (!o.marginals) return ''
  return pairs || o.against === 'split' ? 'both' : 'top'
}

/** Profiles of a map: the mean of each column, and of each row, without the cells that are missing. NaN where all of them are. */
export interface Marginals {
  columns: Float64Array
  rows: Float64Array
}

export function marginalsOf({ rows, cols, data }: Matrix): Marginals {
  const mean = (n: number, m: number, at: (i: number, k: number) => number): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => {
      let [sum, count] = [0, 0]
      for (let k = 0; k < m; k++) {
        const v = data[at(i, k)]
        if (!Number.isFinite(v)) continue
        sum += v
        count++
      }
      return count > 0 ? sum / count : NaN
    })
  return { columns: mean(cols, rows, (c, r) => r * cols + c), rows: mean(rows, cols, (r, c) => r * cols + c) }
}

/** The means of columns above the picture and those of rows right of it, on one axis, whose ticks stand left of the upper one. */
export function drawMarginals(s: Surface, plot: Rect, sides: Sides, mean: Matrix, axis: WindowAxis, theme: FigureTheme): void {
  if (!sides) return
  const { columns, rows } = marginalsOf(mean)
  const ends = extent(sides === 'both' ? [...columns, ...rows] : columns)
  if (!ends) return
  const pad = (ends[1] - ends[0]) * 0.08 || Math.abs(ends[1]) * 0.1 || 1
  const [lo, hi] = [ends[0] - pad, ends[1] + pad]
  const share = (v: number): number => (v - lo) / (hi - lo)
  const line = { colour: theme.accent, width: 1.5 }
  const frame = (r: Rect): void => s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: theme.axis })
  const main = axisTicks(axis).filter((t) => t.main)

  const top: Rect = { x: plot.x, y: plot.y - STRIP_GAP - STRIP, w: plot.w, h: STRIP }
  const toY = (v: number): number => top.y + top.h * (1 - share(v))
  drawValueAxisY(s, top, linearTicks(lo, hi, 2), toY, '', theme)
  for (const t of main) {
    const x = snap(top.x + t.at * top.w, s.dpr)
    s.line(x, top.y, x, top.y + top.h, { colour: theme.grid })
  }
  frame(top)
  s.polyline(Array.from(columns).flatMap((v, i) => [top.x + ((i + 0.5) / mean.cols) * top.w, toY(v)]), line, top)
  const side = { colour: theme.muted, size: 10, maxWidth: BAR.total - BAR.gap } as const
  const words = ['means of', 'columns', ...(sides === 'both' ? ['and rows'] : [])]
  words.forEach((w, i) => s.text(w, top.x + top.w + 6, top.y + top.h / 2 + 13 * (i - words.length / 2), side))
  if (sides !== 'both') return

  const right: Rect = { x: plot.x + plot.w + STRIP_GAP, y: plot.y, w: STRIP, h: plot.h }
  for (const t of main) {
    const y = snap(right.y + t.at * right.h, s.dpr)
    s.line(right.x, y, right.x + right.w, y, { colour: theme.grid })
  }
  frame(right)
  s.polyline(Array.from(rows).flatMap((v, i) => [right.x + right.w * share(v), right.y + ((i + 0.5) / mean.rows) * right.h]), line, right)
}
