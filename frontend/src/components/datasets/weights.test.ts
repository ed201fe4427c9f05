import { describe, expect, it } from 'vitest'

import type { ContactFacts, WeightFact } from '@/api/types'

import { percent, weightStories } from './weights'

const facts = (...levels: [number, Partial<WeightFact>[]][]) =>
  ({ chroms: 1, chromsShared: 1, resolutions: levels.map(([binSize, weights]) => ({ binSize, bins: 1, pixels: 1, weights })) }) as unknown as ContactFacts

it('digits that do not matter are not printed', () => expect([1.5e-6, 0.0123, 0.72].map(percent)).toEqual(['less than 0.1 %', '1.2 %', '72 %']))

describe('the story of a weight column', () => {
  it('says what its numbers do, how that is known, and how even the map is', () => {
    const [s] = weightStories(facts(
      [10_000, [{ name: 'weight', divisive: false, source: 'attribute of the file', masked: 3, flatness: 0.021, other: 0.9 }]],
      [50_000, [{ name: 'weight', divisive: false, source: 'attribute of the file', masked: 1, flatness: 0.0123, other: 0.95 }]],
      [1000, [{ name: 'weight', divisive: false, source: 'attribute of the file', masked: 9 }]],
    ))
    expect([s.name, s.kind, s.levels, s.warning]).toEqual(['weight', 'multiplicative', 3, ''])
    expect(s.sentences.join(' ')).toBe(
      'A balanced contact is the count times the weights of its two bins, as cooler writes them. Known by: attribute of the file. ' +
      'Flatness: at 50 kb the balanced sums of bins vary by 1.2 % (standard deviation ÷ mean; 0 % is perfectly even); taken the other way round they would vary by 95 %.',
    )
  })
  it('warns of a column that would be flatter the other way', () => {
    const [s] = weightStories(facts([5000, [{ name: 'KR', divisive: false, flatness: 0.8, other: 0.01, doubt: true }]]))
    expect(s.warning).toContain('at 5 kb the map would be much flatter if the column were taken as divisive')
  })
  it('says when nothing was measured, and keeps columns apart', () => {
    const all = weightStories(facts([5000, [{ name: 'VC', divisive: true }, { name: 'KR', divisive: true }]]))
    expect(all.map((s) => [s.name, s.kind])).toEqual([['KR', 'divisive'], ['VC', 'divisive']])
    expect(all[0].sentences.at(-1)).toContain('not measured')
    expect(weightStories(facts([5000, []]))).toEqual([])
  })
})
