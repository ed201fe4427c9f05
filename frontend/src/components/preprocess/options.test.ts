import { describe, expect, it } from 'vitest'

import type { Dataset, Result, Run } from '@/api/types'

import { answers, columnChoices, DEFAULT_OPTIONS, optionWords, requestOf, runAnswers } from './options'

const map = (...names: string[]) => ({ kind: 'contacts', facts: { contacts: { resolutions: [{ weights: names.map((name) => ({ name })) }] } } }) as unknown as Dataset
const track = { kind: 'signal', facts: {} } as unknown as Dataset
const set = { facts: { regions: { plus: 3, minus: 3 } } } as unknown as Dataset
const result = (value: string, params = {}, pipeline = 'pileup') => ({ pipeline, value, params }) as unknown as Result
const o = (change = {}) => ({ ...DEFAULT_OPTIONS, ...change })

describe('options of preprocessing', () => {
  it('ask for nothing special by default', () => expect(requestOf(o())).toEqual({}))
  it('ask for what was chosen, raw counts beside the others', () => {
    expect(requestOf(o({ raw: true, weight: 'KR', edge: 'pad', orient: 'none', summary: 'max', missing: 'zero' }))).toEqual({
      values: ['iccf', 'oe', 'raw'], params: { weight: 'KR', edge: 'pad', orient: 'none', summary: 'max', missing: 'zero' },
    })
  })
  it('tell which results answer them', () => {
    const m = map('weight', 'KR')
    const usual = result('oe', { weight: 'weight', edge: 'drop', orient: 'strand' })
    const raw = result('raw', { weight: 'none', edge: 'drop', orient: 'strand' })
    expect([usual, raw].map((r) => answers(o(), r, set, m))).toEqual([true, false])
    expect([usual, raw].map((r) => answers(o({ raw: true }), r, set, m))).toEqual([true, true])
    expect([usual, raw].map((r) => answers(o({ weight: 'KR', raw: true }), r, set, m))).toEqual([false, true])
    expect(answers(o({ edge: 'pad' }), usual, set, m)).toBe(false)
    expect(answers(o({ raw: true, weight: 'KR' }), result('mean', { summary: 'mean' }, 'stackup'), set, track)).toBe(true)
    expect(answers(o({ summary: 'max' }), result('mean', { summary: 'mean' }, 'stackup'), set, track)).toBe(false)
  })
  it('tell which runs answer them', () => {
    const run = (params: object) => ({ pipeline: 'pileup', params }) as unknown as Run
    expect(runAnswers(o(), run({}), set, map())).toBe(true)
    expect(runAnswers(o({ raw: true }), run({}), set, map())).toBe(false)
    expect(runAnswers(o({ raw: true }), run({ values: ['iccf', 'oe', 'raw'] }), set, map())).toBe(true)
    expect(runAnswers(o(), run({ edge: 'pad' }), set, map())).toBe(false)
  })
  it('offer columns only where there is a choice', () => {
    expect(columnChoices([map('weight'), map('weight')])).toEqual([])
    expect(columnChoices([map('weight'), map('KR', 'weight')])).toEqual(['KR', 'weight'])
  })
  it('are said in a few words', () => {
    expect(optionWords(o())).toBe('')
    expect(optionWords(o({ raw: true, orient: 'none', summary: 'max' }))).toBe('raw counts too, not turned by strand, max per bin')
  })
})
