import { describe, expect, it } from 'vitest'

import type { Run } from '@/api/types'

import { matches } from './filter'

const run = { id: 7, regionSetName: 'CTCF peaks', featureName: 'Hi-C control', pipeline: 'pileup', queue: 'long', error: { code: 'internal', message: 'it took too long' } } as unknown as Run

describe('the filter of runs', () => {
  it.each([['', true], ['ctcf', true], ['control peaks', true], ['2D average', true], ['too long', true], ['#7', true], ['ctcf treated', false]])('%s: %s', (text, want) => expect(matches(run, text)).toBe(want))
})
