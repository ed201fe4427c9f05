import { describe, expect, it } from 'vitest'

import { Lru } from './lru'
import { bitsOf, encode } from './selection'
import { History } from './undo'
import { canonical, DocError, emptyDoc, parseDoc, type WorkspaceDoc } from './workspaceDoc'
import * as ops from './workspaceOps'

const widget = { type: 'average2d', span: 1, featureIds: [5], bin: 0, options: {} }

function sample(): WorkspaceDoc {
  let doc = ops.addPanel(emptyDoc(), { regionSetId: 1 })
  doc = ops.addPanel(doc, { regionSetId: 2 })
  for (const p of doc.panels) for (let i = 0; i < 3; i++) doc = ops.addWidget(doc, p.id, { ...widget, bin: i })
  return doc
}

describe('document', () => {
  it('survives a round trip through JSON', () => {
    const doc = sample()
    expect(parseDoc(JSON.parse(JSON.stringify(doc)))).toEqual(doc)
  })

  it('is the same document when it comes back with its members in another order', () => {
    const panel = ops.addPanel(emptyDoc(), { regionSetId: 7 })
    const doc = ops.addWidget(panel, panel.panels[0].id, { type: 'stackup', span: 1, featureIds: [2, 1], bin: 0, options: { sort: 'mean', range: { lo: 1, hi: 99 } } })
    const back = parseDoc(JSON.parse(JSON.stringify(doc)))
    expect(JSON.stringify(back)).not.toBe(JSON.stringify(doc))
    expect(canonical(back)).toBe(canonical(doc))
    expect(canonical(ops.updatePanel(doc, doc.panels[0].id, { title: 'x' }))).not.toBe(canonical(doc))
  })
  it('fills in what is missing', () => {
    const doc = parseDoc({ version: 1, panels: [{ regionSetId: 3, widgets: [{ type: 'stackup', featureIds: [7, 7, 'x'] }] }] })
    expect(doc.panels[0]).toMatchObject({ regionSetId: 3, window: -1, title: '', collapsed: false, span: 2 })
    expect(doc.panels[0].widgets[0]).toMatchObject({ type: 'stackup', featureIds: [7], bin: 0, span: 1, options: {} })
    expect(doc.panels[0].id).not.toBe('')
  })

  it('keeps widgets of types it does not know', () => {
    expect(parseDoc({ version: 1, panels: [{ widgets: [{ type: 'new thing', options: { a: 1 } }] }] }).panels[0].widgets[0]).toMatchObject({ type: 'new thing', options: { a: 1 } })
  })

  it('makes ids unique', () => {
    const doc = parseDoc({ version: 1, panels: [{ id: 'a', widgets: [{ id: 'a' }] }, { id: 'a' }] })
    expect(new Set([doc.panels[0].id, doc.panels[1].id, doc.panels[0].widgets[0].id]).size).toBe(3)
  })

  it.each([[null], [[]], ['x'], [{ version: 2, panels: [] }], [{ version: 1, panels: {} }]])('refuses %j', (raw) => {
    expect(() => parseDoc(raw)).toThrow(DocError)
  })
})

describe('edits', () => {
  it('move widgets within and between panels and lose none', () => {
    const doc = sample()
    const [a, b] = doc.panels
    const id = a.widgets[0].id
    const within = ops.moveWidget(doc, id, a.id, 1)
    expect(within.panels[0].widgets.map((w) => w.bin)).toEqual([1, 0, 2])
    const across = ops.moveWidget(doc, id, b.id, 1)
    expect(across.panels[0].widgets.map((w) => w.bin)).toEqual([1, 2])
    expect(across.panels[1].widgets.map((w) => w.bin)).toEqual([0, 0, 1, 2])
    expect(across.panels[1].widgets[1].id).toBe(id)
    expect(ops.moveWidget(doc, id, 'nowhere', 0)).toBe(doc)
  })

  it('duplicate under new ids', () => {
    const doc = sample()
    const twice = ops.duplicatePanel(doc, doc.panels[0].id)
    const ids = twice.panels.flatMap((p) => [p.id, ...p.widgets.map((w) => w.id)])
    expect(new Set(ids).size).toBe(ids.length)
    expect(twice.panels.map((p) => p.regionSetId)).toEqual([1, 1, 2])
  })

  it('change nothing and share what they do not touch', () => {
    const doc = sample()
    const before = JSON.stringify(doc)
    const next = ops.updateWidget(doc, doc.panels[0].widgets[1].id, { bin: 99 })
    expect(JSON.stringify(doc)).toBe(before)
    expect(next.panels[1]).toBe(doc.panels[1])
    expect(next.panels[0].widgets[0]).toBe(doc.panels[0].widgets[0])
  })

  it('that change nothing return the same document', () => {
    const doc = sample()
    expect(ops.updatePanel(doc, doc.panels[0].id, { title: '' })).toBe(doc)
    expect(ops.movePanel(doc, doc.panels[0].id, -3)).toBe(doc)
    expect(ops.removeWidget(doc, 'nobody')).toBe(doc)
  })

  it('random edits undo to the start and redo to the end', () => {
    let seed = 7
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    const start = sample()
    const h = new History(start)
    for (let i = 0; i < 200; i++) {
      const d = h.current
      const p = d.panels[random(Math.max(1, d.panels.length))]
      const w = p?.widgets[random(Math.max(1, p.widgets.length))]
      const q = d.panels[random(Math.max(1, d.panels.length))]
      const edits = [
        () => ops.addPanel(d, { regionSetId: i }),
        () => (p ? ops.addWidget(d, p.id, { ...widget, bin: i }) : d),
        () => (w ? ops.moveWidget(d, w.id, q.id, random(4)) : d),
        () => (w ? ops.removeWidget(d, w.id) : d),
        () => (p ? ops.duplicatePanel(d, p.id) : d),
        () => (p && d.panels.length > 3 ? ops.removePanel(d, p.id) : d),
        () => (w ? ops.updateWidget(d, w.id, { options: { i } }) : d),
        () => (p ? ops.movePanel(d, p.id, random(5)) : d),
      ]
      h.push('edit', edits[random(edits.length)]())
    }
    const end = JSON.stringify(h.current)
    while (h.undo());
    expect(h.current).toBe(start)
    while (h.redo());
    expect(JSON.stringify(h.current)).toBe(end)
  })
})

describe('history', () => {
  it('merges a drag into one step, but not two drags', () => {
    let now = 0
    const h = new History(0, 10, 100, () => now)
    for (const v of [1, 2, 3]) {
      now += 50
      h.push('drag', v, 'range')
    }
    now += 500
    h.push('drag', 4, 'range')
    h.undo()
    expect(h.current).toBe(3)
    h.undo()
    expect(h.current).toBe(0)
    expect(h.redoLabel).toBe('drag')
  })

  it('forgets the future after an edit and the oldest past beyond the limit', () => {
    const h = new History(0, 2)
    for (const v of [1, 2, 3]) h.push(`to ${v}`, v)
    h.undo()
    h.push('aside', 9)
    expect(h.redo()).toBe(false)
    while (h.undo());
    expect(h.current).toBe(1)
  })
})

describe('Lru', () => {
  it('drops the longest unused beyond its capacity, never the newest', () => {
    const c = new Lru<string>(10)
    c.set('a', 'A', 4)
    c.set('b', 'B', 4)
    c.get('a')
    c.set('c', 'C', 4)
    expect([c.get('a'), c.get('b'), c.get('c')]).toEqual(['A', undefined, 'C'])
    c.set('big', 'D', 50)
    expect(c.get('big')).toBe('D')
  })
})

describe('selections of a document', () => {
  const bitmap = encode(bitsOf([1, 3], 10))

  it('are read one per region set; what is no selection is left out', () => {
    const good = { regionSetId: 4, bitmap, label: 'strong' }
    const raw = { version: 1, panels: [], selections: [good, { ...good, label: 'again' }, { regionSetId: 5, bitmap: '*' }, { regionSetId: 0, bitmap }, { regionSetId: 6, bitmap: encode(bitsOf([], 10)) }, 'x'] }
    expect(parseDoc(raw).selections).toEqual([good])
    expect(parseDoc({ version: 1, panels: [], selections: 'all' })).toEqual(emptyDoc())
  })

  it('are put in place of those before, and leave nothing when they go', () => {
    const one = ops.select(emptyDoc(), 4, { bitmap, label: 'a' })
    const two = ops.select(ops.select(one, 5, { bitmap, label: 'b' }), 4, { bitmap, label: 'c' })
    expect(two.selections?.map((s) => [s.regionSetId, s.label])).toEqual([[5, 'b'], [4, 'c']])
    expect(ops.select(ops.select(two, 4, null), 5, null)).toEqual(emptyDoc())
    expect(ops.select(one, 7, null)).toBe(one)
  })
})

describe('copies and swaps', () => {
  const doc = (): WorkspaceDoc => parseDoc({ version: 1, panels: [{ id: 'p', regionSetId: 1, window: 5000, title: 'mine', widgets: [{ id: 'a', type: 'stackup' }, { id: 'b', type: 'average2d' }] }, { id: 'q', regionSetId: 2, widgets: [{ id: 'c', type: 'stackup' }] }] })
  const ids = (d: WorkspaceDoc) => d.panels.map((p) => p.widgets.map((w) => w.id))

  it('two widgets take each other’s places, in one panel or in two; with itself nothing changes', () => {
    expect(ids(ops.swapWidgets(doc(), 'a', 'b'))).toEqual([['b', 'a'], ['c']])
    expect(ids(ops.swapWidgets(doc(), 'c', 'a'))).toEqual([['c', 'b'], ['a']])
    const d = doc()
    expect(ops.swapWidgets(d, 'a', 'a')).toBe(d)
    expect(ops.swapWidgets(d, 'a', 'gone')).toBe(d)
  })
  it('a widget is copied to another panel, the original stays', () => {
    const d = ops.copyWidget(doc(), 'a', 'q', 0)
    expect(d.panels[0].widgets).toHaveLength(2)
    expect(d.panels[1].widgets.map((w) => w.type)).toEqual(['stackup', 'stackup'])
    expect(d.panels[1].widgets[1].id).toBe('c')
  })
  it('a panel is duplicated with another region set, its widgets being new ones', () => {
    const d = ops.duplicatePanel(doc(), 'p', { regionSetId: 9, title: '' })
    expect(d.panels.map((p) => [p.regionSetId, p.window, p.title])).toEqual([[1, 5000, 'mine'], [9, 5000, ''], [2, -1, '']])
    expect(new Set(d.panels.flatMap((p) => p.widgets.map((w) => w.id))).size).toBe(5)
  })
})
