import type { FigureTheme } from './figureTheme'
import { hatchStripe, rasterise, type Palette } from './raster'
import { LABEL_SIZE, snap, TICK, type Rect, type Surface } from './surface'
import type { Tick } from './ticks'
import { MISSING, position, tableIndices, transform, type ValueScale } from './valueScale'

export interface ColourBar {
  /** The axis that the bar shows: the data's extent and the range within. */
  domain: ValueScale
  range: ValueScale
  ticks: Tick[]
  title: string
  missing: boolean
}

/** Room right of a picture for a colour bar: gap, bar, labels, title. */
export const BAR = { gap: 14, width: 12, labels: 40, title: 16, total: 82 } as const
const SWATCH = 10

export function colourBarRect(plot: Rect): Rect {
  return { x: plot.x + plot.w + BAR.gap, y: plot.y, w: BAR.width, h: plot.h - SWATCH - 12 }
}

/**
 * The bar with high values on top. Colours outside the range are those of its ends, which are marked, so that a picture without
 * handles says the same. Below it a swatch of the hatch when data are missing.
 */
export function drawColourBar(s: Surface, r: Rect, bar: ColourBar, colours: Palette, theme: FigureTheme): void {
  const h = Math.max(2, Math.round(r.h * s.dpr))
  const lo = transform(bar.domain.min, bar.domain.kind)
  const hi = transform(bar.domain.max, bar.domain.kind)
  const ramp = Float32Array.from({ length: h }, (_, i) => hi + ((i + 0.5) / h) * (lo - hi))
  const wide = Math.round(r.w * s.dpr)
  s.image(rasterise(tableIndices(ramp, bar.range), h, 1, wide, h, colours, 1), r)
  s.strokeRect({ x: r.x - 1, y: r.y - 1, w: r.w + 2, h: r.h + 2 }, { colour: theme.axis })
  const yOf = (v: number) => snap(r.y + r.h * (1 - position(v, bar.domain)), s.dpr)
  for (const end of [bar.range.min, bar.range.max]) {
    const y = yOf(end)
    if (y > r.y + 1 && y < r.y + r.h - 1) s.line(r.x, y, r.x + r.w, y, { colour: theme.text })
  }
  let last = Infinity
  for (const t of bar.ticks) {
    const y = yOf(t.value)
    if (y < r.y - 1 || y > r.y + r.h + 1 || last - y < LABEL_SIZE + 1) continue
    last = y
    s.line(r.x + r.w, y, r.x + r.w + TICK, y, { colour: theme.axis })
    s.text(t.label, r.x + r.w + TICK + 3, y, { colour: theme.text, baseline: 'middle' })
  }
  s.text(bar.title, r.x + r.w + BAR.labels + 2, r.y + r.h / 2, { colour: theme.muted, align: 'center', turned: true, maxWidth: r.h + 20 })
  if (bar.missing) drawMissingSwatch(s, r, colours, theme)
}

function drawMissingSwatch(s: Surface, bar: Rect, colours: Palette, theme: FigureTheme): void {
  const box = { x: bar.x, y: bar.y + bar.h + 12, w: bar.w, h: SWATCH }
  const w = Math.round(box.w * s.dpr)
  const h = Math.round(box.h * s.dpr)
  s.image(rasterise(Uint16Array.of(MISSING), 1, 1, w, h, colours, hatchStripe(s.dpr)), box)
  s.strokeRect({ x: box.x - 1, y: box.y - 1, w: box.w + 2, h: box.h + 2 }, { colour: theme.axis })
  s.text('no data', box.x + box.w + 7, box.y + box.h / 2, { colour: theme.text, baseline: 'middle', size: 10 })
}
