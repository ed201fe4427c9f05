import type { FigureTheme } from '@/lib/figureTheme'
import { seriesStyle, type SeriesStyle } from '@/lib/series'
import type { Surface } from '@/lib/surface'

const CORNERS = 14

/** A filled disc. */
export function drawDot(s: Surface, x: number, y: number, r: number, colour: string, opacity = 1): void {
  const points = new Float64Array(2 * CORNERS)
  for (let k = 0; k < CORNERS; k++) {
    const angle = (2 * Math.PI * k) / CORNERS
    points.set([x + r * Math.cos(angle), y + r * Math.sin(angle)], 2 * k)
  }
  s.area(points, colour, opacity)
}

/** A triangle that points to where a value lies that has no place on the axis. */
export function drawArrow(s: Surface, x: number, y: number, towards: 'up' | 'down' | 'left' | 'right', colour: string): void {
  const r = 4.5
  const turn = { right: 0, down: 1, left: 2, up: 3 }[towards] * (Math.PI / 2)
  const points = [0, 2.3, -2.3].flatMap((a) => [x + r * Math.cos(turn + a), y + r * Math.sin(turn + a)])
  s.area(points, colour, 1)
}

export function styleOf(style: number, theme: FigureTheme): SeriesStyle {
  return style < 0 ? { colour: theme.dark ? '#5d6675' : '#b6bcc6', dash: [] } : seriesStyle(style, theme.dark)
}
