import { describe, expect, it } from 'vitest'

import { embeddingFacts } from './facts'
import { corners, rowsBetween, rowsLabelled, rowsWithin } from './pick'
import type { Frame } from './points'

// Five dots: the corners of a unit square and its middle, then one without a place. 100 px per unit, y upwards.
const xy = [0, 0, 1, 0, 1, 1, 0, 1, 0.5, 0.5, NaN, NaN]
const frame: Frame = { x0: 10, y0: 210, sx: 100, sy: -100 }

describe('regions within an outline', () => {
  it('a rectangle, dragged in any direction', () => {
    // px of the middle: 60, 160; of the corner (1, 1): 110, 110.
    const [a, b] = [{ x: 50, y: 100 }, { x: 120, y: 170 }]
    expect(rowsWithin(xy, frame, corners(a, b))).toEqual([2, 4])
    expect(rowsWithin(xy, frame, corners(b, a))).toEqual([2, 4])
  })
  it('a lasso that is not convex leaves out what lies in its bay', () => {
    // A U around the two upper corners and the lower ones, open at the right of the middle.
    const u = [{ x: 0, y: 100 }, { x: 120, y: 100 }, { x: 120, y: 120 }, { x: 40, y: 150 }, { x: 40, y: 180 }, { x: 120, y: 200 }, { x: 120, y: 220 }, { x: 0, y: 220 }]
    expect(rowsWithin(xy, frame, u)).toEqual([0, 1, 2, 3])
  })
  it('regions without a place are in no outline, and a line holds nothing', () => {
    expect(rowsWithin(xy, frame, corners({ x: -1e6, y: -1e6 }, { x: 1e6, y: 1e6 }))).toEqual([0, 1, 2, 3, 4])
    expect(rowsWithin(xy, frame, [{ x: 0, y: 0 }, { x: 120, y: 220 }])).toEqual([])
  })
})

it('values between two ends, both included, missing ones never', () => {
  expect(rowsBetween([1, 2, 3, NaN, 2.5], 2, 3)).toEqual([1, 2, 4])
  expect(rowsBetween([1, NaN], -Infinity, Infinity)).toEqual([0])
})

it('regions of a cluster', () => {
  expect(rowsLabelled([0, 1, -1, 1], 1)).toEqual([1, 3])
})

describe('facts of an embedding', () => {
  it('messages have their numbers as everywhere on the page', () => {
    expect(embeddingFacts({ messages: ['53 of 10000 regions have no feature and are left out.'] })?.messages).toEqual(['53 of 10,000 regions have no feature and are left out.'])
  })
})
