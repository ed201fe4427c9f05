import { expect, it } from 'vitest'

import { follow, release, LINK_NAMES } from './links'
import { History } from './undo'
import { bitsOf, encode } from './selection'
import { canonical, emptyDoc, parseDoc, type LinkKind, type WorkspaceDoc } from './workspaceDoc'
import * as ops from './workspaceOps'

/** mulberry32 (public domain, T. Ettinger): the same numbers for the same seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const TYPES = ['average2d', 'average1d', 'stackup', 'embedding1d', 'embedding2d', 'association']

function edit(doc: WorkspaceDoc, rnd: () => number): WorkspaceDoc {
  const pick = <T>(list: T[]): T => list[Math.floor(rnd() * list.length)]
  const panel = pick(doc.panels)?.id ?? ''
  const widgets = doc.panels.flatMap((p) => p.widgets.map((w) => w.id))
  const [one, other] = [pick(widgets) ?? '', pick(widgets) ?? '']
  const kind = pick(Object.keys(LINK_NAMES) as LinkKind[])
  return pick([
    () => ops.addPanel(doc, { regionSetId: 1 + Math.floor(rnd() * 3) }),
    () => ops.addWidget(doc, panel, { type: pick(TYPES), span: 1, featureIds: [7], bin: 0, options: {} }),
    () => ops.addWidget(doc, panel, { type: pick(TYPES), span: 2, featureIds: [8, 9], bin: 5000, options: { side: 'right' } }),
    () => ops.updatePanel(doc, panel, { window: Math.floor(rnd() * 1e6), title: `panel ${Math.floor(rnd() * 9)}` }),
    () => ops.updatePanel(doc, panel, { collapsed: rnd() < 0.5, span: ops.clampSpan(Math.floor(rnd() * 9)) }),
    () => ops.updateWidget(doc, one, { span: ops.clampSpan(Math.floor(rnd() * 9)), options: { sort: 'mean', n: rnd() } }),
    () => ops.moveWidget(doc, one, panel, Math.floor(rnd() * 5) - 1),
    () => ops.movePanel(doc, panel, Math.floor(rnd() * 5)),
    () => ops.duplicatePanel(doc, panel),
    () => ops.duplicateWidget(doc, one),
    () => (rnd() < 0.4 ? ops.removeWidget(doc, one) : doc),
    () => (rnd() < 0.2 ? ops.removePanel(doc, panel) : doc),
    () => ops.select(doc, 1 + Math.floor(rnd() * 3), rnd() < 0.3 ? null : { bitmap: encode(bitsOf([Math.floor(rnd() * 40)], 40)), label: 'some' }),
    () => follow(doc, kind, [one], other),
    () => release(doc, kind, one),
  ])()
}

it.each(Array.from({ length: 40 }, (_, i) => 1000 + i))('50 random edits, undone to the start, redone to the end: every state again, and each as it is stored (seed %i)', (seed) => {
  const rnd = random(seed)
  const history = new History(emptyDoc())
  const states = [canonical(history.current)]
  for (let tries = 0; states.length <= 50; tries++) {
    expect(tries).toBeLessThan(2000)
    const next = edit(history.current, rnd)
    if (next === history.current) continue
    history.push('edit', next)
    states.push(canonical(next))
    // What is stored is read as it was.
    expect(canonical(parseDoc(JSON.parse(JSON.stringify(next))))).toBe(states.at(-1))
  }
  for (let i = 49; i >= 0; i--) {
    expect(history.undo()).toBe(true)
    expect(canonical(history.current)).toBe(states[i])
  }
  expect(history.undo()).toBe(false)
  for (let i = 1; i <= 50; i++) {
    expect(history.redo()).toBe(true)
    expect(canonical(history.current)).toBe(states[i])
  }
  expect(history.redo()).toBe(false)
})
