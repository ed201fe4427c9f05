import { COLORMAPS } from '@/lib/colormaps'
import { BAR, colourBarRect, drawColourBar } from '@/lib/colourBar'
import { drawField, drawWindowAxisX, palette } from '@/lib/figure'
import type { FigureTheme } from '@/lib/figureTheme'
import { LABEL_SIZE, snap, type Rect, type Surface } from '@/lib/surface'
import { prepare } from '@/lib/valueScale'
import { axisTitle } from '@/lib/windowAxis'

import { drawDot } from './marks'
import { centreOf, type AssociationOptions } from './options'
import { CAPTION, measureTicks, sceneDomain, sceneFacts, sceneRange } from './scales'
import { chosenBin, oddsRatio, ranking, significant, values, type AssociationScene } from './table'
import { measureTitle } from './words'

export interface HeatLayout {
  plot: Rect
  bar: Rect
}

const BOTTOM = 40
const TALLEST = 60

/** A row per set, its name left of it; rows of few sets are not stretched without end. */
export function layoutHeat(dpr: number, width: number, height: number, scene: AssociationScene): HeatLayout {
  const left = snap(Math.max(66, width * 0.24), dpr)
  const h = Math.min(height - CAPTION - BOTTOM - 4, scene.targets.length * TALLEST)
  const plot = { x: left, y: snap(CAPTION + 4, dpr), w: snap(width - left - BAR.total, dpr), h: snap(Math.max(60, h), dpr) }
  return { plot, bar: colourBarRect({ ...plot, h: Math.max(120, plot.h) }) }
}

export function heatMapName(o: AssociationOptions): AssociationOptions['ratios'] {
  return centreOf(o.measure) === null ? o.counts : o.ratios
}

/** The sets from top to bottom. */
export function heatOrder(scene: AssociationScene): number[] {
  return scene.options.order === 'value' ? ranking(scene, chosenBin(scene.axis, scene.options.at)) : scene.targets.map((_, t) => t)
}

export function drawHeat(s: Surface, width: number, height: number, scene: AssociationScene, theme: FigureTheme): void {
  const { plot, bar } = layoutHeat(s.dpr, width, height, scene)
  const { axis, arrays, options, targets } = scene
  const n = axis.cells
  const order = heatOrder(scene)
  const all = values(scene)
  const sorted = new Float64Array(all.length)
  order.forEach((t, row) => sorted.set(all.subarray(t * n, (t + 1) * n), row * n))
  const facts = sceneFacts(scene)
  const range = sceneRange(scene, facts)
  const domain = sceneDomain(scene, facts)
  const colours = palette(COLORMAPS[heatMapName(options)], theme)
  drawField(s, plot, { rows: targets.length, cols: n, prepared: prepare(sorted, range.kind) }, range, colours, theme)
  const [w, h] = [plot.w / n, plot.h / targets.length]
  const every = Math.max(1, Math.ceil((LABEL_SIZE + 1) / h))
  order.forEach((t, row) => {
    const y = plot.y + (row + 0.5) * h
    if (row % every === 0) s.text(targets[t].name, plot.x - 6, y, { colour: theme.text, align: 'right', baseline: 'middle', maxWidth: plot.x - 10 })
    if (w < 3 || h < 4) return
    for (let k = 0; k < n; k++) {
      const [i, x] = [t * n + k, plot.x + (k + 0.5) * w]
      if (oddsRatio(arrays, i) === Infinity && w >= 9 && h >= 10) s.text('∞', x, y, { colour: '#1c1f24', halo: '#ffffff', align: 'center', baseline: 'middle' })
      else if (significant(arrays, i, options.level)) {
        const r = Math.min(2.2, 0.22 * Math.min(w, h) + 0.3)
        drawDot(s, x, y, r + 0.7, '#ffffff')
        drawDot(s, x, y, r, '#1c1f24')
      }
    }
  })
  const bin = chosenBin(axis, options.at)
  s.strokeRect({ x: plot.x + bin * w - 1.5, y: plot.y - 1.5, w: w + 3, h: plot.h + 3 }, { colour: theme.accent, width: 1.5 })
  const bounds = { x: 0, y: plot.y, w: bar.x + bar.w, h: plot.h }
  drawWindowAxisX(s, plot, bounds, axis, `${axisTitle(axis, scene.setName)}; ● q ≤ ${options.level}`, theme)
  const missing = all.some(Number.isNaN)
  drawColourBar(s, bar, { domain, range, ticks: measureTicks(options.measure, domain), title: measureTitle(options.measure), missing }, colours, theme)
}
