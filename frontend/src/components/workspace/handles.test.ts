import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'

import type { CellGrid, Point } from '@/lib/cellGrid'
import type { ValueScale } from '@/lib/valueScale'

import ColourBarHandles from './ColourBarHandles.vue'
import FigureCanvas from './FigureCanvas.vue'

const BAR = { x: 300, y: 10, w: 12, h: 200 }

/** The handles with a parent that follows `live`, as the widgets do. */
function handles(range: ValueScale, domain: ValueScale, centre: number | null) {
  const commits: ValueScale[] = []
  const lives: ValueScale[] = []
  const wrapper = mount(defineComponent({
    setup() {
      const shown = ref(range)
      return () => h(ColourBarHandles, {
        bar: BAR, domain, range: shown.value, centre,
        onLive: (r: ValueScale) => (lives.push(r), (shown.value = r)),
        onCommit: (r: ValueScale) => (commits.push(r), (shown.value = r)),
      })
    },
  }), { attachTo: document.body })
  const track = wrapper.find('.track').element
  track.getBoundingClientRect = () => ({ top: 0, height: BAR.h, left: 0, width: BAR.w, bottom: BAR.h, right: BAR.w, x: 0, y: 0, toJSON: () => '' })
  for (const b of wrapper.findAll('button')) (b.element as HTMLElement).setPointerCapture = vi.fn()
  return { max: wrapper.get('[data-testid=handle-max]'), min: wrapper.get('[data-testid=handle-min]'), commits, lives }
}

const linear = { kind: 'linear', min: 0, max: 10 } as const
const ratio = { kind: 'log', min: 0.25, max: 4 } as const

describe('handles of a colour bar', () => {
  it('follow the pointer live and commit once', async () => {
    const { max, commits, lives } = handles(linear, linear, null)
    await max.trigger('pointerdown', { clientY: 0, pointerId: 1 })
    for (const y of [20, 60, 100]) await max.trigger('pointermove', { clientY: y })
    await max.trigger('pointerup')
    await max.trigger('lostpointercapture')
    expect(lives.map((r) => r.max)).toEqual([9, 7, 5])
    expect(commits).toEqual([{ kind: 'linear', min: 0, max: 5 }])
  })

  it('take a click for no edit', async () => {
    const { max, commits, lives } = handles(linear, linear, null)
    await max.trigger('pointerdown', { clientY: 50, pointerId: 1 })
    await max.trigger('pointermove', { clientY: 51 })
    await max.trigger('pointerup')
    expect([commits, lives]).toEqual([[], []])
  })

  it('never cross', async () => {
    const { min, commits } = handles({ kind: 'linear', min: 2, max: 4 }, linear, null)
    await min.trigger('pointerdown', { clientY: 160, pointerId: 1 })
    await min.trigger('pointermove', { clientY: 0 })
    await min.trigger('pointerup')
    expect(commits[0].min).toBeLessThan(4)
    expect(commits[0].min).toBeCloseTo(3.9)
  })

  it('move together around a centre, by pointer and by key', async () => {
    const { max, min, commits } = handles(ratio, ratio, 1)
    await max.trigger('pointerdown', { clientY: 0, pointerId: 1 })
    await max.trigger('pointermove', { clientY: 50 })
    await max.trigger('pointerup')
    expect(commits[0].max).toBeCloseTo(2)
    expect(commits[0].min).toBeCloseTo(0.5)
    await min.trigger('keydown', { key: 'PageDown' })
    expect(commits[1].min * commits[1].max).toBeCloseTo(1)
    expect(commits[1].max).toBeGreaterThan(2)
  })

  it('are sliders with a name and a value', () => {
    const { max } = handles(linear, linear, null)
    expect(max.attributes()).toMatchObject({ role: 'slider', 'aria-label': 'Upper end of the colour range', 'aria-valuenow': '10', 'aria-valuetext': '10', 'aria-valuemax': '10' })
  })
})

describe('reading a figure by keyboard', () => {
  const grid: CellGrid = { plot: { x: 0, y: 0, w: 100, h: 100 }, rows: 10, cols: 10 }
  function figure() {
    const w = mount(FigureCanvas, { global: { plugins: [createPinia()] }, props: { draw: () => {}, height: () => 100, label: 'A picture', grid, readout: ['x 1', 'value 2'] } })
    return { w, canvas: w.get('canvas'), moves: () => (w.emitted('move') ?? []).map(([p]) => p as Point | null).map((p) => p && { x: Math.round(p.x), y: Math.round(p.y) }) }
  }

  it('begins in the middle, goes cell by cell, speaks, and ends with Escape', async () => {
    const { w, canvas, moves } = figure()
    expect(canvas.attributes('aria-label')).toContain('A picture')
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp']) await canvas.trigger('keydown', { key })
    expect(moves()).toEqual([{ x: 55, y: 55 }, { x: 65, y: 55 }, { x: 65, y: 45 }])
    expect(w.get('[aria-live]').text()).toBe('x 1; value 2')
    await canvas.trigger('keydown', { key: 'Escape' })
    expect(moves().at(-1)).toBeNull()
    expect(w.get('[aria-live]').text()).toBe('')
  })

  it('is silent under the pointer and leaves other keys alone', async () => {
    const { w, canvas, moves } = figure()
    await w.trigger('pointermove', { clientX: 5, clientY: 5 })
    expect(w.get('[aria-live]').text()).toBe('')
    await canvas.trigger('keydown', { key: 'z', ctrlKey: true })
    await canvas.trigger('keydown', { key: 'ArrowLeft', ctrlKey: true })
    expect(moves()).toHaveLength(1)
  })
})
