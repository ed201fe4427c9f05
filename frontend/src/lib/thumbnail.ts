import { pageColumns } from './pageGrid'
import type { WorkspaceDoc } from './workspaceDoc'

/** A rectangle as shares of the picture, 0 to 1. */
export interface Box {
  x: number
  y: number
  w: number
  h: number
}

export interface ThumbPanel extends Box {
  collapsed: boolean
  widgets: (Box & { type: string })[]
}

const GAP = 0.02
/** As many widgets as a wide page has beside each other. */
const WIDE = 4
/** How high a picture is for its width. */
const ASPECT = 36 / 64
/** A head in rows of widgets. */
const HEAD = 0.16

/**
 * The arrangement of a workspace in a box of 1 × 1, as it flows on a wide page: panels beside and below each other, their widgets
 * inside. What does not fit below is squeezed, so that every panel is seen. It shows no data: who may open a session may not be
 * one who may read all of it.
 */
export function thumbnail(doc: WorkspaceDoc, wide = WIDE): ThumbPanel[] {
  const columns = pageColumns(wide, doc.panels.map((p) => p.span))
  const bottoms = Array.from({ length: columns }, () => 0)
  const placed = doc.panels.map((p) => {
    const span = Math.min(p.span, columns)
    const cells = flow(p.collapsed ? [] : p.widgets.map((w) => Math.min(w.span, span)), span)
    const rows = Math.max(p.collapsed ? 0 : 1, ...cells.map((c) => c.row + 1))
    // The first place from the left where the panel is highest, as the grid of the page has it.
    let at = 0
    const floor = (i: number): number => Math.max(...bottoms.slice(i, i + span))
    for (let i = 1; i + span <= columns; i++) if (floor(i) < floor(at)) at = i
    const y = floor(at)
    const h = HEAD + rows
    bottoms.fill(y + h, at, at + span)
    return { p, at, span, y, h, cells }
  })
  // What there is fills the picture; a row is no higher than a column is wide.
  const used = Math.max(1, ...placed.map(({ at, span }) => at + span))
  const height = Math.max(used * ASPECT, ...bottoms)
  return placed.map(({ p, at, span, y, h, cells }) => {
    const box = inset({ x: at / used, y: y / height, w: span / used, h: h / height })
    return {
      ...box,
      collapsed: p.collapsed,
      widgets: cells.map((c, i) => ({ type: p.widgets[i].type, ...inset({ x: (at + c.column) / used, y: (y + HEAD + c.row) / height, w: c.span / used, h: 1 / height }, 2) })),
    }
  })
}

function inset(b: Box, times = 1): Box {
  const [dx, dy] = [Math.min((GAP * times) / 2, b.w / 4), Math.min((GAP * times) / 2, b.h / 4)]
  return { x: b.x + dx, y: b.y + dy, w: b.w - 2 * dx, h: b.h - 2 * dy }
}

/** Widgets in rows, from left to right. */
function flow(spans: number[], columns: number): { row: number; column: number; span: number }[] {
  let [row, column] = [0, 0]
  return spans.map((span) => {
    if (column + span > columns) [row, column] = [row + 1, 0]
    const at = { row, column, span }
    column += span
    return at
  })
}
