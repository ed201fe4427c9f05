import { describe, expect, it } from 'vitest'

import { thumbnail, type Box } from './thumbnail'
import { emptyDoc, parseDoc } from './workspaceDoc'

const panel = (span: number, widgets: [type: string, span: number][], collapsed = false) => ({ regionSetId: 1, window: 1000, span, collapsed, widgets: widgets.map(([type, s]) => ({ type, span: s, featureIds: [1] })) })
const of = (...panels: object[]) => thumbnail(parseDoc({ version: 1, panels }))
const inside = (a: Box, b: Box): boolean => a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w + 1e-9 && a.y + a.h <= b.y + b.h + 1e-9
const apart = (a: Box, b: Box): boolean => a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y

describe('5.8 the thumbnail of a session', () => {
  it('of nothing is empty', () => expect(thumbnail(emptyDoc())).toEqual([]))

  it('has panels beside each other with their widgets in rows, as the page has', () => {
    const [one, two] = of(panel(2, [['average2d', 1], ['stackup', 1], ['average1d', 2]]), panel(1, [['stackup', 1]]))
    expect(one.widgets.map((w) => w.type)).toEqual(['average2d', 'stackup', 'average1d'])
    const [map, stack, line] = one.widgets
    expect(map.y).toBe(stack.y)
    expect(map.x).toBeLessThan(stack.x)
    expect(line.y).toBeGreaterThan(map.y)
    expect(line.w).toBeGreaterThan(1.9 * map.w)
    expect(two.x).toBeGreaterThan(one.x + one.w)
    expect(two.y).toBe(one.y)
  })

  it('of one small panel fills the picture', () => {
    const [only] = of(panel(2, [['average2d', 1], ['stackup', 1]]))
    expect(only.w).toBeGreaterThan(0.95)
    expect(only.h).toBeGreaterThan(0.95)
  })

  it('stays in its box, and nothing lies over another, however much there is', () => {
    const all = of(...Array.from({ length: 9 }, (_, i) => panel(1 + (i % 3), [['average2d', 1], ['stackup', 2], ['x', 1]], i === 4)))
    for (const [i, p] of all.entries()) {
      expect(inside(p, { x: 0, y: 0, w: 1, h: 1 })).toBe(true)
      for (const w of p.widgets) expect(inside(w, p)).toBe(true)
      for (const other of all.slice(i + 1)) expect(apart(p, other)).toBe(true)
      for (const [j, w] of p.widgets.entries()) for (const v of p.widgets.slice(j + 1)) expect(apart(w, v)).toBe(true)
    }
    expect(all[4]).toMatchObject({ collapsed: true, widgets: [] })
  })
})
