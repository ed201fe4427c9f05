import { describe, expect, it } from 'vitest'

import type { Grid } from '@/api/types'

import { byWindow, parseBp, readCustom, readPercent, readRow, typed } from './grids'

describe('windows and bins of one’s own', () => {
  it.each([
    ['50 kb', 50_000], ['50k', 50_000], ['0.5 Mb', 500_000], ['50,000', 50_000], ['100 bp', 100], ['1.5kb', 1500],
    ['0', undefined], ['', undefined], ['wide', undefined], ['0.5 bp', undefined], ['-5 kb', undefined],
  ])('%s is %s bp', (text, want) => expect(parseBp(text)).toBe(want))

  it('are read by row', () => {
    expect(readRow('pileup', { window: '100 kb', bins: '5 kb; 10 kb' })).toEqual({ pairs: [{ window: 100_000, bin: 5000 }, { window: 100_000, bin: 10_000 }] })
    expect(readRow('pileup', { window: '', bins: ' ' })).toEqual({ pairs: [] })
  })
  it('say what is wrong, beside the field', () => {
    expect(readRow('pileup', { window: 'wide', bins: '1 kb' }).bad).toHaveProperty('window')
    expect(readRow('pileup', { window: '100 kb', bins: '' }).bad).toHaveProperty('bins')
    expect(readRow('pileup', { window: '100 kb', bins: '30 kb' }).bad?.bins).toContain('not a multiple')
    // core/runs_submit.go: a 2D average has at most 2001 bins per side.
    expect(readRow('pileup', { window: '2 Mb', bins: '1 kb' }).bad?.bins).toContain('too fine')
    expect(readRow('stackup', { window: '2 Mb', bins: '1 kb' }).bad).toBeUndefined()
    expect(readPercent('2, 60').bad).toContain('60')
    expect(readPercent('1, 2 5 %'.replace(' %', '')).pairs.map((p) => p.bin)).toEqual([1, 2, 5])
  })
  it('begin as the regular ones and come back as them', () => {
    const grid: Grid = { pileup: [{ window: 0, bin: 2 }, { window: 50_000, bin: 1000 }, { window: 50_000, bin: 5000 }], stackup: [{ window: 1000, bin: 100 }], enrichment: [], embedding1d: [], embedding2d: [] }
    expect(byWindow(grid.pileup)[1]).toEqual({ window: 50_000, bins: [1000, 5000] })
    const back = readCustom(typed(grid), ['pileup', 'stackup'])
    expect(back?.stackup).toEqual(grid.stackup)
    expect(new Set(back?.pileup?.map((p) => `${p.window}:${p.bin}`))).toEqual(new Set(grid.pileup.map((p) => `${p.window}:${p.bin}`)))
    const wrong = typed(grid)
    wrong.stackup.rows[0].bins = 'x'
    expect(readCustom(wrong, ['pileup', 'stackup'])).toBeUndefined()
    expect(readCustom(wrong, ['pileup'])).toBeDefined()
  })
})
