import type { CellGrid } from '@/lib/cellGrid'
import type { FigureTheme } from '@/lib/figureTheme'
import { formatCount } from '@/lib/format'
import type { Rect, Surface } from '@/lib/surface'

import { drawHeat, layoutHeat } from './drawHeat'
import { drawProfile, layoutProfile } from './drawProfile'
import { drawVolcano, layoutVolcano } from './drawVolcano'
import type { AssociationScene } from './table'

/** The cells that can be read off and chosen: bins by sets in the heat map, else bins. */
export function gridOf(s: Surface | { dpr: number }, width: number, height: number, scene: AssociationScene): CellGrid {
  if (scene.options.view === 'heat') return { plot: layoutHeat(s.dpr, width, height, scene).plot, rows: scene.targets.length, cols: scene.axis.cells }
  if (scene.options.view === 'profile') return { plot: layoutProfile(s.dpr, width, height).plot, rows: 1, cols: scene.axis.cells }
  return { plot: layoutVolcano(s.dpr, width, height), rows: 1, cols: 1 }
}

export function barOf(dpr: number, width: number, height: number, scene: AssociationScene): Rect | null {
  return scene.options.view === 'heat' ? layoutHeat(dpr, width, height, scene).bar : null
}

export function drawAssociation(s: Surface, width: number, height: number, scene: AssociationScene, theme: FigureTheme): void {
  s.fillRect({ x: 0, y: 0, w: width, h: height }, theme.surface)
  const tests = `q: BH, ${formatCount(scene.targets.length * scene.axis.cells)} tests`
  const room = s.textWidth(tests)
  s.text(`Universe: ${scene.universe}`, 6, 2, { colour: theme.muted, maxWidth: width - room - 24 })
  s.text(tests, width - 8, 2, { colour: theme.muted, align: 'right' })
  if (scene.options.view === 'heat') drawHeat(s, width, height, scene, theme)
  else if (scene.options.view === 'volcano') drawVolcano(s, width, height, scene, theme)
  else drawProfile(s, width, height, scene, theme)
}
