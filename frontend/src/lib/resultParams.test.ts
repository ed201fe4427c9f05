import { describe, expect, it } from 'vitest'

import type { Dataset, Result, ResultParams, Run } from '@/api/types'

import { defaultOrient, defaultWeight, hasStrands, isMadeWith, lean, madeWords, onlyRaw, runMakes, strandMark, weightColumns } from './resultParams'

const set = (plus: number, minus: number, over = {}) => ({ facts: { regions: { count: 10, plus, minus, ...over } } }) as unknown as Dataset
const map = (...levels: string[][]) => ({ facts: { contacts: { resolutions: levels.map((names) => ({ weights: names.map((name) => ({ name })) })) } } }) as unknown as Dataset
const unread = { facts: {} } as unknown as Dataset
const both = set(5, 5)
const result = (value: string, params: ResultParams = {}, pipeline = 'pileup') => ({ pipeline, value, params }) as Result

describe('what is the default', () => {
  it('of the orientation follows from the strands', () => {
    expect([both, set(5, 0), set(0, 5), set(0, 0), set(5, 0, { bothStrands: true }), unread].map(defaultOrient)).toEqual(['strand', 'none', 'none', 'none', 'strand', undefined])
    expect([both, set(5, 0), set(0, 5), set(0, 0), unread, undefined].map(hasStrands)).toEqual([true, false, true, false, false, false])
  })
  it('is said of the strands in a mark', () => {
    expect([both, set(5, 0), set(0, 5), set(0, 0), set(5, 0, { bothStrands: true }), unread].map(strandMark)).toEqual(['± strand', '+ strand', '− strand', '', '± strand', ''])
  })
  it('of the weights is cooler’s column, then those of other tools', () => {
    expect(weightColumns(map(['KR', 'weight'], ['KR']))).toEqual(['KR', 'weight'])
    expect([map(['KR', 'weight']), map(['VC', 'KR']), map(['own', 'mine']), map([]), unread].map(defaultWeight)).toEqual(['weight', 'KR', 'mine', 'weight', 'weight'])
    expect([map(['KR']), map([]), unread, undefined].map(onlyRaw)).toEqual([false, true, false, false])
  })
})

describe('a result', () => {
  const m = map(['weight', 'KR'])
  it.each([
    [result('oe'), { value: 'oe' }, true], // from before there were parameters
    [result('oe', { weight: 'weight', edge: 'drop', orient: 'strand' }), { value: 'oe' }, true],
    [result('oe', { weight: 'weight', edge: 'drop', orient: 'strand' }), { value: 'oe', orient: 'strand', weight: 'weight', edge: 'drop' }, true],
    [result('oe', { weight: 'KR', edge: 'drop', orient: 'strand' }), { value: 'oe' }, false],
    [result('oe', { weight: 'KR' }), { value: 'oe', weight: 'KR' }, true],
    [result('oe', { orient: 'none' }), { value: 'oe' }, false],
    [result('oe', { edge: 'pad' }), { value: 'oe' }, false],
    [result('raw', { weight: 'none' }), { value: 'raw', weight: 'KR' }, true], // raw counts know no weights
    [result('raw', { weight: 'none' }), { value: 'iccf' }, false],
    [result('raw', { weight: 'none' }), {}, false],
  ] as const)('%o answers %o: %s', (r, want, yes) => expect(isMadeWith(r, 'pileup', want, both, m)).toBe(yes))

  it('of a stackup differs by summary and by what is missing', () => {
    const r = result('max', { summary: 'max', missing: 'nan', orient: 'none' }, 'stackup')
    expect(isMadeWith(r, 'stackup', { summary: 'max' }, set(0, 0), unread)).toBe(true)
    expect(isMadeWith(r, 'stackup', {}, set(0, 0), unread)).toBe(false)
    expect(isMadeWith(r, 'stackup', { summary: 'max', missing: 'zero' }, set(0, 0), unread)).toBe(false)
    expect(isMadeWith(r, 'pileup', { value: 'oe' }, set(0, 0), unread)).toBe(false)
  })
  it('says how it was made', () => {
    expect(madeWords(result('oe', { weight: 'KR', edge: 'pad', orient: 'strand' }), 'divisive')).toEqual([
      ['Value', 'O/E, weights “KR”, divisive'], ['Edges', 'windows that leave their arm are kept, their outside is missing'], ['Orientation', 'regions on the − strand are turned'],
    ])
    expect(madeWords(result('raw', { weight: 'none', orient: 'none' }))[0]).toEqual(['Value', 'raw counts, nothing masked'])
    expect(madeWords(result('max', { summary: 'max', missing: 'zero' }, 'stackup'))[0]).toEqual(['Bins', 'highest signal per bin; without data: 0'])
  })
})

describe('a run', () => {
  const run = (params: object, pipeline = 'pileup') => ({ pipeline, params }) as unknown as Run
  const m = map(['weight', 'KR'])
  it.each([
    [{ pairs: [] }, { value: 'oe' }, true],
    [{ pairs: [] }, { value: 'raw' }, false],
    [{ values: ['raw'] }, { value: 'raw', weight: 'KR' }, true],
    [{ values: ['raw'] }, { value: 'oe' }, false],
    [{ values: ['iccf', 'oe', 'raw'], weight: 'KR' }, { value: 'oe', weight: 'KR' }, true],
    [{ weight: 'KR' }, { value: 'oe' }, false],
    [{ orient: 'none' }, { value: 'oe' }, false],
    [{ orient: 'none' }, { value: 'oe', orient: 'none' }, true],
  ] as const)('%o makes %o: %s', (params, want, yes) => expect(runMakes(run(params), 'pileup', want, both, m)).toBe(yes))
})

it('leaves out what was not chosen', () => expect(lean({ value: 'raw', weight: '', orient: undefined })).toEqual({ value: 'raw' }))
