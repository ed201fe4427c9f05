import { describe, expect, it } from 'vitest'

import { LIGHT } from '@/lib/figureTheme'
import { cellMiddle } from '@/lib/cellGrid'
import type { Matrix } from '@/lib/matrix'
import { RecordingSurface } from '@/lib/recordingSurface'
import { windowAxis } from '@/lib/windowAxis'

import { combine, comparisonsFor } from './compare'
import { barTitle, centre, describeAverage2d, drawAverage2d, layoutAverage2d, sceneFacts, sceneRange, type Average2dScene } from './draw'
import { parseAverage2d, viewKey, type Comparison } from './options'
import { readoutAverage2d } from './readout'

const N = 21
const matrix = (fill: (row: number, col: number) => number): Matrix => ({ rows: N, cols: N, data: Float64Array.from({ length: N * N }, (_, i) => fill(Math.floor(i / N), i % N)) })
const first = matrix((r, c) => (r === 10 && c === 10 ? 8 : r === 0 && c === 0 ? NaN : 2))
const second = matrix((r, c) => (r === 10 && c === 10 ? 2 : r === 0 && c === 1 ? 0 : 2))

function scene(mode: Comparison, raw: Record<string, unknown> = {}): Average2dScene {
  const mean = combine(mode, first, second)!
  const options = { ...parseAverage2d({ value: 'oe', compare: mode, ...raw }), against: mode }
  return {
    mean, facts: sceneFacts(mean, options), axis: windowAxis(N, 100_000, 10_000), setName: 'loops', pairs: false, options,
    pair: { mode, first, second, names: ['control', 'mutant'], scores: [null, null] },
  }
}

describe('two maps in one picture', () => {
  it('ratio and difference are those of the cells; missing is where either is, or where there is nothing to divide by', () => {
    const at = (m: Matrix, r: number, c: number) => m.data[r * N + c]
    const ratio = combine('ratio', first, second)!
    const difference = combine('difference', first, second)!
    expect([at(ratio, 10, 10), at(ratio, 5, 5), at(ratio, 0, 0), at(ratio, 0, 1)]).toEqual([4, 1, NaN, NaN])
    expect([at(difference, 10, 10), at(difference, 5, 5), at(difference, 0, 0), at(difference, 0, 1)]).toEqual([6, 0, NaN, 2])
    expect(combine('ratio', first, { rows: 2, cols: 2, data: new Float64Array(4) })).toBeNull()
  })

  it('a map divided by itself is 1 and a map less itself is 0, swapped is inverse and negative', () => {
    expect(new Set(combine('ratio', second, second)!.data.filter((v) => !Number.isNaN(v)))).toEqual(new Set([1]))
    expect(new Set(combine('difference', second, second)!.data)).toEqual(new Set([0]))
    const [there, back] = [combine('ratio', first, second)!, combine('ratio', second, first)!]
    expect(there.data[10 * N + 10] * back.data[10 * N + 10]).toBe(1)
  })

  it('split: the first map is the half above the diagonal, upper right on screen, the second the lower left half', () => {
    const a = matrix(() => 4)
    const b = matrix(() => 0.25)
    const options = { ...parseAverage2d({ value: 'oe', oe: { scale: 'log', range: { mode: 'fixed', min: 0.25, max: 4 } } }), against: 'split' as const }
    const mean = combine('split', a, b)!
    const s: Average2dScene = { ...scene('split'), mean, options, facts: sceneFacts(mean, options) }
    const surface = new RecordingSurface(1)
    drawAverage2d(surface, 350, 260, s, LIGHT)
    const { plot } = layoutAverage2d(350, 260, false, 1)
    const colour = (row: number, col: number) => {
      const p = cellMiddle({ plot, rows: N, cols: N }, { row, col })
      return surface.pixel(p.x, p.y)
    }
    // ColorBrewer's RdBu: gain red, loss blue (see lib/colour.test.ts).
    expect(colour(6, 14)).toEqual([103, 0, 31])
    expect(colour(14, 6)).toEqual([5, 48, 97])
  })

  it('colours are symmetric around no change, and the bar says of what', () => {
    const [ratio, difference] = [scene('ratio'), scene('difference')]
    expect([viewKey(ratio.options), centre(ratio.options), sceneRange(ratio).kind]).toEqual(['ratio', 1, 'log'])
    expect(sceneRange(ratio).min * sceneRange(ratio).max).toBeCloseTo(1)
    expect([centre(difference.options), sceneRange(difference).kind]).toEqual([0, 'linear'])
    expect(sceneRange(difference).min).toBe(-sceneRange(difference).max)
    expect(barTitle(ratio.options)).toBe('first / second map, O/E')
    expect(barTitle({ ...ratio.options, notation: 'log2' })).toBe('log2(first / second map, O/E)')
    expect(barTitle(difference.options)).toBe('first − second map, O/E')
    expect(barTitle(scene('split').options)).toBe('observed / expected')
    const nothing = { ...difference, facts: sceneFacts(matrix(() => NaN), difference.options) }
    expect(sceneRange(nothing)).toEqual({ kind: 'linear', min: -1, max: 1 })
  })

  it('a cell says what both maps have, and of which map it is', () => {
    expect(readoutAverage2d(scene('ratio'), { row: 10, col: 10 }, [30, 28]).slice(1)).toEqual(['ratio 4 (log2 2)', 'control: O/E 8', 'mutant: O/E 2', 'n 30 and 28'])
    expect(readoutAverage2d(scene('difference'), { row: 10, col: 10 }, undefined).slice(1)).toEqual(['difference 6', 'control: O/E 8', 'mutant: O/E 2', 'n …'])
    expect(readoutAverage2d(scene('split'), { row: 3, col: 17 }, [30, 28]).slice(1)).toEqual(['O/E 2 (log2 1)', 'control', 'n 30'])
    expect(readoutAverage2d(scene('split'), { row: 17, col: 3 }, [30, 28]).slice(2)).toEqual(['mutant', 'n 28'])
  })

  it('the text alternative names both and what was done with them', () => {
    expect(describeAverage2d(scene('ratio'), 'control and mutant', 30, 31)).toContain('control divided by mutant')
    expect(describeAverage2d(scene('split'), 'control and mutant', 30, 31)).toContain('control above the diagonal, mutant below')
    expect(describeAverage2d(scene('difference'), 'control and mutant', 30, 31)).not.toContain('corner score')
  })

  it('halves are not mixed for pairs of regions, whose maps are not symmetric', () => {
    expect(comparisonsFor(true)).toEqual(['ratio', 'difference'])
    expect(comparisonsFor(false)).toEqual(['split', 'ratio', 'difference'])
  })

  it('what was written by hand is read as far as it makes sense', () => {
    const o = parseAverage2d({ compare: 'both', ratio: { scale: 'linear', colormap: 'fall' }, difference: { scale: 'log' } })
    expect([o.compare, o.ratio.scale, o.ratio.colormap, o.difference.scale]).toEqual(['split', 'log', 'RdBu', 'linear'])
  })
})
