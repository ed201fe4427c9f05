import type { Draw } from './exported'
import { LIGHT } from './figureTheme'
import { ShiftedSurface } from './shiftedSurface'
import type { Surface } from './surface'

/** A figure with its heading, and where it lies across the page. */
export interface Placed {
  left: number
  width: number
  title: string
  caption: string
  figure: { width: number; height: number; draw: Draw } | null
}

/** A panel: a heading over figures. */
export interface PanelPicture {
  left: number
  width: number
  title: string
  facts: string
  items: Placed[]
}

const HEADING = 38
const PANEL_HEADING = 30
const MARGIN = 12
const GAP = 12

/** Boxes in order, each as high up as those before it leave it. */
export function stackDown(boxes: { left: number; width: number; height: number }[], gap: number): { tops: number[]; height: number } {
  const tops: number[] = []
  boxes.forEach((b, i) => {
    const above = boxes.slice(0, i).flatMap((o, k) => (o.left < b.left + b.width - 1 && o.left + o.width - 1 > b.left ? [tops[k] + o.height + gap] : []))
    tops.push(Math.max(0, ...above))
  })
  return { tops, height: Math.max(0, ...boxes.map((b, i) => tops[i] + b.height)) }
}

/** All panels on one sheet, where they are on screen but without what is there to be pressed. */
export function composePicture(panels: PanelPicture[]): { width: number; height: number; draw: Draw } {
  const laid = panels.map((p) => {
    const { tops, height } = stackDown(p.items.map((i) => ({ left: i.left, width: i.width, height: HEADING + (i.figure?.height ?? 0) })), GAP)
    return { panel: p, tops, height: PANEL_HEADING + height + MARGIN }
  })
  const left = Math.min(...panels.map((p) => p.left))
  const sheet = stackDown(laid.map(({ panel, height }) => ({ left: panel.left, width: panel.width, height })), GAP)
  const width = Math.ceil(Math.max(...panels.map((p) => p.left + p.width)) - left) + 2 * MARGIN
  const draw = (s: Surface, w: number, h: number): void => {
    s.fillRect({ x: 0, y: 0, w, h }, LIGHT.surface)
    laid.forEach(({ panel, tops }, i) => drawPanel(new ShiftedSurface(s, panel.left - left + MARGIN, sheet.tops[i] + MARGIN), panel, tops))
  }
  return { width, height: Math.ceil(sheet.height) + 2 * MARGIN, draw }
}

function drawPanel(s: Surface, p: PanelPicture, tops: number[]): void {
  const title = Math.min(p.width * 0.6, s.textWidth(p.title, 14, 600))
  s.text(p.title, 0, 4, { colour: LIGHT.text, size: 14, weight: 600, maxWidth: p.width * 0.6 })
  s.text(p.facts, title + 10, 7, { colour: LIGHT.muted, maxWidth: p.width - title - 10 })
  s.line(0, 24, p.width, 24, { colour: LIGHT.grid })
  p.items.forEach((item, i) => {
    const at = new ShiftedSurface(s, item.left, PANEL_HEADING + tops[i])
    at.text(item.title, 0, 2, { colour: LIGHT.text, size: 12, weight: 600, maxWidth: item.width })
    at.text(item.caption, 0, 19, { colour: LIGHT.muted, maxWidth: item.width })
    item.figure?.draw(new ShiftedSurface(at, 0, HEADING), item.figure.width, item.figure.height)
  })
}
