import { describe, expect, it } from 'vitest'

import { dealt, donorOf, effective, follow, linkOf, release } from './links'
import * as ops from './workspaceOps'
import { parseDoc, type WorkspaceDoc } from './workspaceDoc'

const widget = (id: string, type: string, options = {}) => ({ id, type, span: 1, featureIds: [1], bin: 0, options })
const start = (): WorkspaceDoc =>
  parseDoc({
    version: 1,
    panels: [
      { id: 'p', regionSetId: 1, widgets: [widget('a', 'average2d', { value: 'iccf', iccf: { colormap: 'magma', range: { mode: 'fixed', min: 1, max: 2 } } }), widget('b', 'average2d', { value: 'oe' }), widget('s', 'stackup', { sort: 'mean' }), widget('t', 'stackup')] },
      { id: 'q', regionSetId: 2, widgets: [widget('c', 'average2d'), widget('u', 'stackup')] },
    ],
  })
const widgetOf = (d: WorkspaceDoc, id: string) => d.panels.flatMap((p) => p.widgets).find((w) => w.id === id)!

describe('links between widgets (P19, P20)', () => {
  it('followers have the scale, kind of value and colours of their donor', () => {
    const d = follow(start(), 'scale', ['b', 'c'], 'a')
    expect(linkOf(d, 'scale', 'c')).toEqual({ kind: 'scale', donor: 'a', followers: ['b', 'c'] })
    for (const id of ['b', 'c']) expect(effective(d, widgetOf(d, id))).toMatchObject({ value: 'iccf', iccf: { colormap: 'magma', range: { mode: 'fixed', min: 1, max: 2 } } })
    expect(widgetOf(d, 'b').options).toEqual({ value: 'oe' })
    expect(effective(release(d, 'scale', 'b'), widgetOf(d, 'b'))).toEqual({ value: 'oe' })
  })
  it('what is changed in a follower is changed in the donor', () => {
    const d = follow(start(), 'scale', ['b'], 'a')
    expect(dealt(d, widgetOf(d, 'b'), { value: 'raw', score: false })).toEqual({ own: { score: false }, given: [{ id: 'a', options: { value: 'raw' } }] })
    expect(dealt(d, widgetOf(d, 'a'), { value: 'raw' })).toEqual({ own: { value: 'raw' }, given: [] })
  })
  it('a link of colours leaves the ranges alone', () => {
    const d = follow(start(), 'colours', ['b'], 'a')
    expect(effective(d, widgetOf(d, 'b'))).toMatchObject({ value: 'oe', iccf: { colormap: 'magma' } })
    expect(effective(d, widgetOf(d, 'b')).iccf).not.toHaveProperty('range')
  })
  it('there are no chains: who follows a follower follows its donor, and followers come along', () => {
    const chain = follow(follow(start(), 'scale', ['b'], 'a'), 'scale', ['c'], 'b')
    expect(linkOf(chain, 'scale', 'c')).toEqual({ kind: 'scale', donor: 'a', followers: ['b', 'c'] })
    const joined = follow(follow(start(), 'scale', ['b'], 'a'), 'scale', ['a'], 'c')
    expect(joined.links).toEqual([{ kind: 'scale', donor: 'c', followers: ['a', 'b'] }])
    const turned = follow(follow(start(), 'scale', ['b'], 'a'), 'scale', ['a'], 'b')
    expect(turned).toEqual(follow(start(), 'scale', ['b'], 'a'))
  })
  it('several links of one kind, and of several kinds, beside each other', () => {
    const d = follow(follow(follow(start(), 'scale', ['b'], 'a'), 'sort', ['t'], 's'), 'scale', ['u'], 't')
    expect(d.links).toHaveLength(3)
    expect(effective(d, widgetOf(d, 't'))).toMatchObject({ sort: 'mean' })
  })
  it('rows are ordered alike within a panel only, and only equal types share', () => {
    expect(follow(start(), 'sort', ['u'], 's')).toEqual(start())
    expect(follow(start(), 'scale', ['s'], 'a')).toEqual(start())
    const moved = ops.moveWidget(follow(follow(start(), 'sort', ['t'], 's'), 'scale', ['t'], 's'), 't', 'q', 0)
    expect([donorOf(moved, 'sort', 't'), donorOf(moved, 'scale', 't')]).toEqual([null, 's'])
  })
  it('deletion of a donor or of its panel frees the followers, that of a follower only itself; copies are free', () => {
    const d = follow(start(), 'scale', ['b', 'c'], 'a')
    expect(ops.removeWidget(d, 'a').links).toBeUndefined()
    expect(ops.removePanel(d, 'p').links).toBeUndefined()
    expect(ops.removeWidget(d, 'b').links).toEqual([{ kind: 'scale', donor: 'a', followers: ['c'] }])
    expect(ops.duplicateWidget(d, 'b').links).toEqual(d.links)
  })
  it('survives being stored, and what was written by hand is put right', () => {
    const d = follow(start(), 'scale', ['b'], 'a')
    expect(parseDoc(JSON.parse(JSON.stringify(d)))).toEqual(d)
    const odd = { ...start(), links: [{ kind: 'scale', donor: 'a', followers: ['b', 'b', 'a', 's', 'gone'] }, { kind: 'scale', donor: 'c', followers: ['b'] }, { kind: 'other', donor: 'a', followers: ['b'] }, 7] }
    expect(parseDoc(JSON.parse(JSON.stringify(odd))).links).toEqual([{ kind: 'scale', donor: 'a', followers: ['b'] }])
  })
})
