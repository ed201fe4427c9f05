import { describe, expect, it } from 'vitest'

import { facetLabel, facetsOf, type FacetDoc } from './facets'
import { dealt, donorOf, linkAll, orderOfPanel, unlinkAll } from './links'
import * as ops from './workspaceOps'
import { canonical, parseDoc, type WorkspaceDoc } from './workspaceDoc'

const widget = (id: string, type: string) => ({ id, type, span: 1, featureIds: [1], bin: 0, options: {} })
const start = (): WorkspaceDoc =>
  parseDoc({
    version: 1,
    panels: [
      { id: 'p', regionSetId: 1, widgets: [widget('a', 'average2d'), widget('b', 'average2d'), widget('s', 'stackup'), widget('t', 'stackup'), widget('e', 'association')] },
      { id: 'q', regionSetId: 2, widgets: [widget('c', 'average2d'), widget('u', 'stackup')] },
    ],
  })

describe('links of all widgets at once (5.5)', () => {
  it('in each panel the first of a type gives', () => {
    const d = linkAll(start(), 'scale', 'panel')
    expect(d.links).toEqual([{ kind: 'scale', donor: 'a', followers: ['b'] }, { kind: 'scale', donor: 's', followers: ['t'] }])
    expect(linkAll(d, 'scale', 'panel')).toBe(d)
  })
  it('on the page, of every type; row orders stay within panels; pointers are shared by all types', () => {
    expect(linkAll(start(), 'colours', 'page').links).toEqual([{ kind: 'colours', donor: 'a', followers: ['b', 'c'] }, { kind: 'colours', donor: 's', followers: ['t', 'u'] }])
    expect(linkAll(start(), 'sort', 'page').links).toEqual([{ kind: 'sort', donor: 's', followers: ['t'] }])
    expect(linkAll(start(), 'hover', 'page').links).toEqual([{ kind: 'hover', donor: 'a', followers: ['b', 's', 't', 'c', 'u'] }])
  })
  it('ended again, other kinds stay', () => {
    const d = linkAll(linkAll(start(), 'scale', 'page'), 'sort', 'panel')
    expect(unlinkAll(d, 'scale').links).toEqual([{ kind: 'sort', donor: 's', followers: ['t'] }])
    expect(canonical(unlinkAll(unlinkAll(d, 'scale'), 'sort'))).toBe(canonical(start()))
  })
})

describe('one row order of a panel (5.3)', () => {
  it('is that of its first stackup, which changes when another is changed', () => {
    const d = ops.setSameOrder(start(), 'p', true)
    expect([orderOfPanel(d, 't'), orderOfPanel(d, 's'), orderOfPanel(d, 'u'), orderOfPanel(d, 'a')]).toEqual(['s', null, null, null])
    expect(donorOf(d, 'sort', 't')).toBe('s')
    expect(dealt(d, d.panels[0].widgets[3], { clusters: 4, profile: false })).toEqual({ own: { profile: false }, given: [{ id: 's', options: { clusters: 4 } }] })
    expect(parseDoc(JSON.parse(canonical(d))).panels[0].sameOrder).toBe(true)
    expect(canonical(ops.setSameOrder(d, 'p', false))).toBe(canonical(start()))
  })
})

describe('facets of a panel (5.6)', () => {
  const facet: FacetDoc = { column: 'distance', bins: 4 }
  it('are kept in the document, and gone without a trace', () => {
    const d = ops.setFacet(start(), 'p', facet)
    expect(parseDoc(JSON.parse(canonical(d))).panels[0].facet).toEqual(facet)
    expect(parseDoc({ panels: [{ facet: { column: '', bins: 4 } }, { facet: { column: 'x', bins: 99 } }] }).panels.map((p) => p.facet)).toEqual([undefined, { column: 'x', bins: 0 }])
    expect(canonical(ops.setFacet(d, 'p', null))).toBe(canonical(start()))
  })
  it('are named by value or range, positions in kb', () => {
    expect(facetLabel('distance', { value: '', low: 40_000, high: 120_000 })).toBe('distance 40 kb – 120 kb')
    expect(facetLabel('score', { value: '', low: 2, high: 2 })).toBe('score 2')
    expect(facetLabel('strand', { value: '+' })).toBe('strand +')
    expect(facetLabel('strand', { value: '' })).toBe('no strand')
  })
  it('of many, those with most regions stay, in their order', () => {
    const groups = Array.from({ length: 30 }, (_, i) => ({ value: `v${i}`, n: i === 0 ? 99 : i, bitmap: 'AQ==' }))
    const got = facetsOf(facet, groups)
    expect(got.map((f) => f.index)).toEqual([0, ...Array.from({ length: 23 }, (_, i) => i + 7)])
  })
})
