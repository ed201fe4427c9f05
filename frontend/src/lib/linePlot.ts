import type { FigureTheme } from './figureTheme'
import { snap, TICK, type Rect, type Surface } from './surface'
import type { Tick } from './ticks'

/** A value axis left of a line plot, with grid lines. */
export function drawValueAxisY(s: Surface, plot: Rect, ticks: Tick[], toY: (v: number) => number, title: string, theme: FigureTheme): void {
  for (const t of ticks) {
    const y = snap(toY(t.value), s.dpr)
    if (y < plot.y - 0.5 || y > plot.y + plot.h + 0.5) continue
    s.line(plot.x, y, plot.x + plot.w, y, { colour: theme.grid })
    s.line(plot.x - TICK, y, plot.x, y, { colour: theme.axis })
    s.text(t.label, plot.x - TICK - 3, y, { colour: theme.text, align: 'right', baseline: 'middle' })
  }
  if (title) s.text(title, 2, plot.y + plot.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: plot.h })
}

/**
 * The area between two ends per bin, one closed piece per stretch of bins with data: a gap in the data is a gap in the band, and
 * a single bin between gaps gets a bar of its own.
 */
export function drawBand(
  s: Surface, plot: Rect, low: ArrayLike<number>, high: ArrayLike<number>, toX: (i: number) => number, toY: (v: number) => number,
  colour: string, theme: FigureTheme,
): void {
  const n = low.length
  const half = (toX(1) - toX(0)) / 2
  let from = 0
  for (let i = 0; i <= n; i++) {
    if (i < n && Number.isFinite(low[i]) && Number.isFinite(high[i])) continue
    const points: number[] = []
    const alone = i - from === 1
    for (let k = from; k < i; k++) points.push(...(alone ? [toX(k) - half, toY(high[k]), toX(k) + half, toY(high[k])] : [toX(k), toY(high[k])]))
    for (let k = i - 1; k >= from; k--) points.push(...(alone ? [toX(k) + half, toY(low[k]), toX(k) - half, toY(low[k])] : [toX(k), toY(low[k])]))
    if (points.length > 0) s.area(points, colour, theme.dark ? 0.28 : 0.2, plot)
    from = i + 1
  }
}
