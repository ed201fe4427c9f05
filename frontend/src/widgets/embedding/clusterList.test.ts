import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, it } from 'vitest'

import { LIGHT } from '@/lib/figureTheme'

import ClusterList from './ClusterList.vue'
import { parseEmbedding } from './options'
import { paintThumb, thumbsOf } from './thumbs'

const CLUSTERS = [{ id: 0, n: 30, means: [1.5, -0.5], at: [0, 0] as [number, number] }, { id: 1, n: 10, means: [-3, 0.25], at: [1, 1] as [number, number] }]

function list(more: object = {}) {
  return mount(ClusterList, {
    props: { clusters: CLUSTERS, total: 40, chosen: -1, tracks: ['CTCF', 'H3K27ac'], thumbs: [], selected: null, summary: null, snippet: '', ...more },
    global: { plugins: [createPinia()], stubs: { 'v-icon': true } },
  })
}

describe('P26 clusters of a 1D embedding', () => {
  it('have bars of their standardised means: red above, blue below, on one scale, with names and numbers', () => {
    const cards = list().findAll('[data-testid="cluster"]')
    expect(cards).toHaveLength(2)
    const bars = (k: number) => cards[k].findAll('.track i').map((b) => [b.classes()[0], (b.element as HTMLElement).style.width])
    // The longest mean, 3 of the second cluster, reaches to the end on its side.
    expect(bars(0)).toEqual([['more', '25%'], ['less', `${(0.5 / 3) * 50}%`]])
    expect(bars(1)[0]).toEqual(['less', '50%'])
    expect(cards[0].text()).toContain('n = 30')
    expect(cards[0].attributes('aria-label')).toBe('Cluster 1: 30 regions; standardised means: CTCF 1.5, H3K27ac \u22120.5')
  })
  it('are selected together: Ctrl adds, Alt takes away; the mean of all selected regions stands beside them', async () => {
    const w = list({ selected: [30, 10], summary: { n: 40, means: [0.375, -0.3125], thumb: undefined } })
    const select = w.findAll('[data-testid="select-cluster"]')
    await select[0].trigger('click')
    await select[1].trigger('click', { ctrlKey: true })
    await select[1].trigger('click', { altKey: true })
    expect(w.emitted('select')).toEqual([[0, 'new'], [1, 'add'], [1, 'remove']])
    const summary = w.get('[data-testid="selection-summary"]')
    expect(summary.text()).toContain('n = 40')
    expect(summary.findAll('.track i').map((b) => b.classes()[0])).toEqual(['more', 'less'])
    expect(list().find('[data-testid="selection-summary"]').exists()).toBe(false)
  })
})

describe('P27 thumbnails of a 2D embedding', () => {
  /** Two clusters of 2 × 2 cells: one from 1 to 2, one from 1 to 16. */
  const SNIPPETS = Float64Array.from([1, 2, 2, 1, 1, 16, 16, NaN])
  const thumbs = (raw: Record<string, unknown>) => thumbsOf(SNIPPETS, 2, parseEmbedding(raw))

  it('have one range of colours, or each its own', () => {
    const [a, b] = thumbs({ value: 'iccf', common: true })
    expect(a.range).toEqual(b.range)
    const [c, d] = thumbs({ value: 'iccf', common: false })
    expect(c.range.max).toBeLessThan(d.range.max)
    expect(d.range).not.toEqual(c.range)
  })
  it('are logarithmic or linear', () => {
    expect(thumbs({ value: 'iccf', thumbs: 'log' })[0].range.kind).toBe('log')
    expect(thumbs({ value: 'iccf', thumbs: 'linear' })[0].range.kind).toBe('linear')
  })
  it('of O/E are symmetric around 1 in diverging colours; missing cells are hatched', () => {
    const [, oe] = thumbs({ value: 'oe' })
    expect(oe.range.min * oe.range.max).toBeCloseTo(1, 9)
    const pixel = (p: { rgba: Uint8ClampedArray; width: number }, x: number, y: number) => [...p.rgba.subarray(4 * (y * p.width + x), 4 * (y * p.width + x) + 3)]
    const painted = paintThumb(oe, 20, LIGHT)
    const hatch = LIGHT.hatch.map((h) => [1, 3, 5].map((k) => parseInt(h.slice(k, k + 2), 16)))
    expect(hatch).toContainEqual(pixel(painted, 15, 15))
    expect(pixel(painted, 5, 5)).not.toEqual(pixel(painted, 15, 5))
    const [, iccf] = thumbs({ value: 'iccf' })
    expect(pixel(paintThumb(iccf, 20, LIGHT), 15, 5)).not.toEqual(pixel(painted, 15, 5))
  })
})
