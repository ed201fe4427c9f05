import { describe, expect, it } from 'vitest'

import type { Estimate } from '@/api/types'

import { together, words } from './estimate'

const e = (over: Partial<Estimate>): Estimate => ({ runs: 1, underWay: 0, skipped: 0, pictures: 9, measured: 4, unknown: [], seconds: { low: 4, mid: 8, high: 16 }, bytes: { low: 1e6, mid: 2e6, high: 3e6 }, ...over })

describe('an estimate', () => {
  it('says that it is one, its range, and what it rests on', () => {
    const w = words(e({}))
    expect(w.line).toMatch(/^1 run, 9 windows and bins\. Estimate: 8(\.0)? s of computing \(4(\.0)? s to 15 s\), 2/)
    expect(w.basis).toContain('4 earlier runs')
  })
  it('is not made up when nothing was measured', () => {
    expect(words(e({ seconds: undefined, bytes: undefined, measured: 0, unknown: ['pileup'] })).line).toContain('No estimate of the time: no 2D average has been measured')
  })
  it('says when there is nothing to do', () => {
    expect(words(e({ runs: 0 })).line).toContain('all of it is there')
    expect(words(e({ runs: 0, underWay: 2 })).line).toContain('2 runs at work')
  })
  it('adds up, and says what is not in the sum', () => {
    const sum = together([e({}), e({ seconds: undefined, bytes: undefined, measured: 0, unknown: ['stackup'] })])
    expect([sum.runs, sum.pictures, sum.seconds?.mid]).toEqual([2, 18, 8])
    expect(words(sum).basis).toContain('Not in it: Stackup and 1D average')
  })
})
