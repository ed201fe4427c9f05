import { describe, expect, it } from 'vitest'

import { parseSplit } from './splits'
import { parseDoc, type WorkspaceDoc } from './workspaceDoc'
import * as ops from './workspaceOps'

const widget = (id: string, type: string, more = {}) => ({ id, type, span: 1, featureIds: [5], bin: 0, options: {}, ...more })
const panel = (id: string, widgets: object[]) => ({ id, title: '', regionSetId: 1, window: 50_000, collapsed: false, span: 2, widgets })
const doc = (): WorkspaceDoc => parseDoc({ version: 1, panels: [
  panel('p', [widget('e', 'embedding1d'), widget('l', 'average1d', { split: { by: 'widget', widget: 'e' }, regionSetIds: [7, 7, 'x', 8] })]),
  panel('q', []),
] })
const split = (d: WorkspaceDoc, id: string) => d.panels.flatMap((p) => p.widgets).find((w) => w.id === id)?.split

describe('lines of groups and of further region sets', () => {
  it('are read, kept and written again; documents without them stay as they are', () => {
    const d = doc()
    expect(d.panels[0].widgets[1]).toMatchObject({ split: { by: 'widget', widget: 'e' }, regionSetIds: [7, 8] })
    expect(parseDoc(JSON.parse(JSON.stringify(d)))).toEqual(d)
    expect(Object.keys(d.panels[0].widgets[0])).toEqual(['id', 'type', 'span', 'featureIds', 'bin', 'options'])
  })
  it.each([[null], ['x'], [{ by: 'widget' }], [{ by: 'column', column: '' }], [{ by: 'magic', column: 'a' }]])('no parting: %j', (raw) => expect(parseSplit(raw)).toEqual({}))
  it('ranges have a sensible number', () => {
    expect(parseSplit({ by: 'column', column: 'score', bins: 4 })).toEqual({ split: { by: 'column', column: 'score', bins: 4 } })
    for (const bins of [1, 21, 2.5, '4', undefined]) expect(parseSplit({ by: 'column', column: 'score', bins })).toEqual({ split: { by: 'column', column: 'score', bins: 0 } })
  })
  it('end with the widget that has the groups, and when one of both goes to another panel', () => {
    const d = doc()
    expect(split(ops.removeWidget(d, 'e'), 'l')).toBeUndefined()
    expect(split(ops.moveWidget(d, 'e', 'q', 0), 'l')).toBeUndefined()
    expect(split(ops.moveWidget(d, 'l', 'q', 0), 'l')).toBeUndefined()
    expect(split(ops.moveWidget(d, 'l', 'p', 0), 'l')).toEqual({ by: 'widget', widget: 'e' })
    expect(parseDoc({ version: 1, panels: [panel('p', [widget('a', 'average1d'), widget('l', 'average1d', { split: { by: 'widget', widget: 'a' } })])] }).panels[0].widgets[1].split).toBeUndefined()
  })
  it('in a copy of a panel they come from the copy', () => {
    const d = ops.duplicatePanel(doc(), 'p')
    const [e, l] = d.panels[1].widgets
    expect(l.split).toEqual({ by: 'widget', widget: e.id })
    expect(e.id).not.toBe('e')
    expect(d.panels[0].widgets[1].split).toEqual({ by: 'widget', widget: 'e' })
  })
  it('a copied widget keeps them within the panel only', () => {
    expect(ops.duplicateWidget(doc(), 'l').panels[0].widgets[2].split).toEqual({ by: 'widget', widget: 'e' })
    expect(ops.copyWidget(doc(), 'l', 'q', 0).panels[1].widgets[0].split).toBeUndefined()
  })
  it('are set and taken away again, leaving no trace', () => {
    const plain = ops.setLines(doc(), 'l', { split: null, regionSetIds: [] })
    expect(Object.keys(plain.panels[0].widgets[1])).toEqual(['id', 'type', 'span', 'featureIds', 'bin', 'options'])
    expect(ops.setLines(plain, 'l', { split: { by: 'column', column: 'strand', bins: 0 } }).panels[0].widgets[1].split).toEqual({ by: 'column', column: 'strand', bins: 0 })
    expect(ops.setLines(doc(), 'l', { regionSetIds: [] }).panels[0].widgets[1]).toMatchObject({ split: { by: 'widget', widget: 'e' } })
  })
})
