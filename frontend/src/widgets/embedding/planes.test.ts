import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import type { Result } from '@/api/types'
import SegmentedChoice from '@/components/workspace/SegmentedChoice.vue'

import type { EmbeddingScene } from './draw'
import { exportEmbedding } from './exports'
import { embeddingFacts } from './facts'
import { parseEmbedding } from './options'
import { layoutChoice, planeArray, planeChange } from './planes'

const NOW = ['layout', 'pca', 'labels', 'features'].map((name) => ({ name }))
const BEFORE = NOW.filter((a) => a.name !== 'pca')
const facts = (layout: string, more: object = {}) => embeddingFacts({ layout, clusterings: [], ...more })!

describe('P26 P27 the plane of an embedding', () => {
  it('is UMAP unless somebody wishes PCA, which is read only then', () => {
    expect(parseEmbedding({}).method).toBe('umap')
    expect([planeArray(NOW, 'umap'), planeArray(NOW, 'pca')]).toEqual(['layout', 'pca'])
    for (const wish of ['umap', 'pca'] as const) {
      const c = layoutChoice(facts('umap'), NOW, wish)
      expect([c.shown, c.missing, c.options.map((o) => `${o.label} ${o.disabled}`)]).toEqual([wish, '', ['UMAP false', 'PCA false']])
    }
  })
  it('of a result from before principal components were kept is UMAP, whatever the wish, and it says how to get the other', () => {
    expect(planeArray(BEFORE, 'pca')).toBe('layout')
    const c = layoutChoice(facts('umap'), BEFORE, 'pca')
    expect(c.shown).toBe('umap')
    expect(c.options.map((o) => o.disabled)).toEqual([false, true])
    expect(c.options[1].title).toMatch(/^Computed before principal components were kept.*upload a copy of the region set/)
    expect(c.missing).toBe(c.options[1].title)
  })
  it('of too few regions is PCA, with or without an array of its own, and it says why', () => {
    for (const arrays of [NOW, BEFORE]) {
      const c = layoutChoice(facts('pca'), arrays, 'umap')
      expect([c.shown, c.options.map((o) => o.disabled)]).toEqual(['pca', [true, false]])
      expect(c.options[0].title).toBe('There is no UMAP: it takes 4 regions with different features at least.')
    }
  })
  it('that is changed shows all regions, and keeps clusters and colours that are of the regions', () => {
    const fixed = { mode: 'fixed', min: 2, max: 9 }
    const was = (colour: string) => parseEmbedding({ k: 5, cluster: 2, part: [1, 2, 3], range: fixed, colour })
    const now = (colour: string) => parseEmbedding(JSON.parse(JSON.stringify({ ...was(colour), ...planeChange(was(colour), 'pca') })) as Record<string, unknown>)
    expect(now('track:0')).toEqual({ ...was('track:0'), method: 'pca', part: null })
    // How crowded a place is, is another number in another plane.
    expect(now('density')).toEqual({ ...was('density'), method: 'pca', part: null, range: parseEmbedding({}).range })
  })
  it('knows the shares of the variance, or that they are not told', () => {
    expect(facts('umap', { varianceKept: [0.5, 0.25] }).varianceKept).toEqual([0.5, 0.25])
    expect(facts('umap', { varianceKept: [0.5, 'x'] }).varianceKept).toEqual([0.5, NaN])
    expect(facts('umap').varianceKept).toEqual([NaN, NaN])
  })
})

describe('a choice that cannot be had', () => {
  it('is reached by keyboard, says why, and does nothing', async () => {
    const c = layoutChoice(facts('umap'), BEFORE, 'umap')
    const w = mount(SegmentedChoice, { props: { label: 'Layout', modelValue: c.shown, options: c.options } })
    const [umap, pca] = w.findAll('button')
    expect([pca.attributes('aria-disabled'), pca.attributes('disabled'), pca.attributes('title')]).toEqual(['true', undefined, c.missing])
    expect([umap.attributes('aria-disabled'), umap.attributes('aria-pressed')]).toEqual([undefined, 'true'])
    await pca.trigger('click')
    expect(w.emitted('update:modelValue')).toBeUndefined()
    await umap.trigger('click')
    expect(w.emitted('update:modelValue')).toEqual([['umap']])
  })
})

describe('P26 P27 files of an embedding', () => {
  const result = { resultId: 9, manifestHash: 'ff', window: 10_000, bin: 500, value: 'features', n: 2, total: 2, regionSetId: 1 } as Result
  const scene: EmbeddingScene = {
    layout: [1, 2, -1, -2], method: 'pca', variance: [0.75, 0.25], labels: [0, 0], clusters: [{ id: 0, n: 2, means: [0], at: [1, 2] }],
    colouring: { kind: 'groups', title: 'cluster', groups: Int32Array.of(0, 0), names: ['cluster 1'] }, setName: 'peaks', n: 2, total: 2, options: parseEmbedding({ method: 'pca' }),
  }
  const files = (s: EmbeddingScene) => exportEmbedding(s, { result, source: 'Marks', setName: 'peaks', plane: 'pca' }, { data: Float32Array.of(3, 5), shape: [2, 1] }, ['CTCF'])

  it('are of the plane on show: name, coordinates, method, shares of the variance', async () => {
    const e = files(scene)
    expect(e.name).toContain('pca')
    expect(e.layout).toBe('pca')
    expect(await e.numbers.tsv().text()).toBe('region\tx\ty\tcluster\tCTCF\n0\t1\t2\t1\t3\n1\t-1\t-2\t1\t5\n')
    expect(JSON.parse(await e.numbers.json().text())).toMatchObject({ method: 'pca', varianceKept: [0.75, 0.25], labels: [1, 1] })
    const umap = files({ ...scene, method: 'umap' })
    expect(umap.name).toContain('umap')
    expect(JSON.parse(await umap.numbers.json().text())).not.toHaveProperty('varianceKept')
  })
})
