import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import type { Dataset } from '@/api/types'

import { parseAverage2d } from './options'
import Settings from './Settings.vue'

const map = (...names: string[]) => ({ facts: { contacts: { resolutions: [{ weights: names.map((name) => ({ name, divisive: name === 'KR' })) }] } } }) as unknown as Dataset
const set = (minus: number) => ({ facts: { regions: { plus: 5, minus } } }) as unknown as Dataset

function settings(raw: Record<string, unknown>, m: Dataset, s: Dataset) {
  return mount(Settings, { props: { options: parseAverage2d(raw), map: m, regionSet: s, others: [{ id: 7, name: 'mutant' }] as Dataset[], second: 0 }, global: { stubs: { VCheckbox: true } } })
}

describe('settings of a 2D average', () => {
  it('offer the other maps to compare with, and none', async () => {
    const s = settings({}, map('weight'), set(0))
    const select = s.get<HTMLSelectElement>('[data-testid=compare-with]')
    expect(select.findAll('option').map((o) => o.text())).toEqual(['none', 'mutant'])
    await select.setValue('7')
    await select.setValue('0')
    expect(s.emitted('against')).toEqual([[7], [0]])
  })

  it('offer a choice of weights only where there is one, with what they do', async () => {
    expect(settings({}, map('weight'), set(0)).find('[data-testid=weight]').exists()).toBe(false)
    expect(settings({ value: 'raw' }, map('weight', 'KR'), set(0)).find('[data-testid=weight]').exists()).toBe(false)
    const s = settings({}, map('weight', 'KR'), set(0))
    const select = s.get<HTMLSelectElement>('[data-testid=weight]')
    expect(select.element.value).toBe('weight')
    expect(select.findAll('option').map((o) => o.text())).toEqual(['KR (divisive)', 'weight (multiplicative)'])
    await select.setValue('KR')
    await select.setValue('weight')
    // The map's own column is no choice: it is not written down.
    expect(s.emitted('choose')).toEqual([['weights', { weight: 'KR' }], ['weights', { weight: '' }]])
  })

  it('offer to turn regions only where some are on the minus strand', async () => {
    expect(settings({}, map('weight'), set(0)).find('[data-testid=orient]').exists()).toBe(false)
    const s = settings({}, map('weight'), set(5))
    const [by, as] = s.get('[data-testid=orient]').findAll('button')
    expect(by.attributes('aria-pressed')).toBe('true')
    await as.trigger('click')
    await by.trigger('click')
    expect(s.emitted('choose')).toEqual([['orientation', { orient: 'none' }], ['orientation', { orient: '' }]])
  })
})
