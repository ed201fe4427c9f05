import { expect, it } from 'vitest'

import { asNumbers, previewRange, signalPath, signalRange } from './previewScale'

it('ranges over what is positive, without the extremes', () => {
  const many = Array.from({ length: 1000 }, (_, i) => i + 1)
  const r = previewRange([...many, null, 0, -5, 1e9])
  expect(r.min).toBeGreaterThan(1)
  expect(r.min).toBeLessThan(50)
  expect(r.max).toBeLessThan(1001)
  expect(previewRange([null, 0])).toEqual({ min: 1, max: 10 })
  const flat = previewRange([3, 3, 3])
  expect(flat.max).toBeGreaterThan(flat.min)
})

it('draws a stretch per run of values, and nothing where there are none', () => {
  expect(signalPath([1, 2, null, 4], 4, 4, 0, 4)).toBe('M0 4V3H1V2H2V4ZM3 4V0H4V4Z')
  expect(signalPath([null], 4, 4, 0, 1)).toBe('')
  expect(signalPath([-1, 1], 2, 2, -1, 1)).toBe('M0 1V2H1V0H2V1Z')
})

it('keeps zero in the range of a signal', () => {
  expect(signalRange([5, 6, 7])[0]).toBe(0)
  expect(signalRange([-3, -2])[1]).toBe(0)
  expect(signalRange([null])).toEqual([0, 1])
  expect(signalRange([0, 0])).toEqual([0, 1])
})

it('keeps missing apart from zero', () => {
  const out = asNumbers([0, null])
  expect([out[0], Number.isNaN(out[1])]).toEqual([0, true])
})
