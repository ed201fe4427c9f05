import { describe, expect, it } from 'vitest'

import type { Dataset, Region } from '@/api/types'
import { contactsPath } from '@/api/locus'
import { COLORMAPS, packed } from '@/lib/colormaps'
import { LIGHT } from '@/lib/figureTheme'
import { RecordingSurface } from '@/lib/recordingSurface'
import { startOptions } from '@/widgets/startOptions'

import { drawLocus } from './draw'
import { locusManifest, locusMethods, locusName, locusNumbers, type LocusSources } from './exports'
import { layoutLocus } from './layout'
import { locusTables } from './numbers'
import { describeLocus, readLocus } from './readout'
import { anchorsOf, pairViews, regionText, usualAnchor } from './region'
import { mapFacts, sceneRange, type LocusMap, type LocusOther, type LocusScene } from './scene'
import { lacking, startingWith, VALUE_WORDS, type LocusOptions } from './values'

const BIN = 10_000
const N = 40
const OPTIONS = startingWith({})
const options = (value: LocusOptions['value'], more: Partial<LocusOptions> = {}): LocusOptions => ({ ...OPTIONS, value, ...more })
const rgb = (v: number): number[] => [v & 255, (v >> 8) & 255, (v >> 16) & 255]
const width = (t: string): number => t.length * 5

/** Everything is expected but for one pair of bins that is seen four times as often, one four times as rarely, one masked bin. */
function ratios(): LocusMap {
  const values = new Float32Array(N * N).fill(1)
  const both = (i: number, j: number, v: number): void => {
    values[i * N + j] = values[j * N + i] = v
  }
  both(12, 16, 4)
  both(20, 26, 0.25)
  for (let j = 0; j < N; j++) both(30, j, NaN)
  return { id: 1, name: 'map', start: 0, end: N * BIN, bin: BIN, n: N, values, value: 'oe', weight: 'weight' }
}
function scene(map: LocusMap, o: LocusOptions, more: Partial<LocusScene> = {}): LocusScene {
  const view = { start: 0, end: N * BIN }
  return {
    chrom: 'chr1', ...view, length: 1_000_000, mark: null, other: null, maps: [{ name: 'map', data: map, note: '' }], tracks: [], genes: [], genesNote: '', options: o,
    facts: mapFacts([map], view, o[o.value].scale, more.other), ...more,
  }
}
function painted(s: LocusScene): RecordingSurface {
  const surface = new RecordingSurface()
  drawLocus(surface, 848, layoutLocus(848, s).height, s, LIGHT)
  return surface
}

describe('5.7 values of the locus view', () => {
  const fixed = { ...OPTIONS.oe, range: { mode: 'fixed' as const, min: 0.25, max: 4 } }
  const s = scene(ratios(), options('oe', { oe: fixed }))
  const surface = painted(s)
  const spot = (i: number, j: number): { x: number; y: number } => {
    const r = layoutLocus(848, s).maps[0]
    const px = r.w / (s.end - s.start)
    return { x: r.x + (((i + j + 1) / 2) * BIN - s.start) * px, y: r.y + r.h - ((j - i) / 2) * BIN * px }
  }
  const at = (i: number, j: number) => surface.pixel(spot(i, j).x, spot(i, j).y)

  it('O/E has diverging colours on a log2 scale around 1, and NaN is hatched', () => {
    const table = packed(COLORMAPS.RdBu)
    expect(at(12, 16)).toEqual(rgb(table[255]))
    expect(at(20, 26)).toEqual(rgb(table[0]))
    expect(at(5, 9)).toEqual(rgb(table[128]))
    const hatch = LIGHT.hatch.map((h) => [1, 3, 5].map((k) => parseInt(h.slice(k, k + 2), 16)))
    expect(hatch).toContainEqual(at(27, 30))
  })
  it('without a fixed range it is symmetric around 1', () => {
    const r = sceneRange(scene(ratios(), options('oe', { oe: { ...OPTIONS.oe, range: { mode: 'percentile', lo: 0, hi: 100 } } })))
    expect(r.kind).toBe('log')
    expect(r.min * r.max).toBeCloseTo(1, 9)
    expect(r.max).toBe(4)
  })
  it('the bar, the read-out, the table and the text say which value it is', () => {
    expect(surface.texts.map((t) => t.text)).toContain('observed / expected')
    expect(readLocus(848, s, spot(12, 16), width)[0]).toBe('O/E 4 (log2 2)')
    expect(readLocus(848, s, spot(27, 30), width)[0]).toBe('O/E no data')
    expect(locusTables(s).contacts.columns.at(-1)?.title).toBe('observed / expected contacts')
    expect(describeLocus(s)).toContain('in bins of 10 kb, observed / expected contacts')
    const raw = scene({ ...ratios(), value: 'raw', weight: '' }, options('raw'))
    expect(painted(raw).texts.map((t) => t.text)).toContain('contacts (raw counts), log')
    expect(readLocus(848, raw, spot(12, 16), width)[0]).toBe('raw count 4')
    const iccf = scene({ ...ratios(), value: 'iccf' }, options('iccf', { iccf: { ...OPTIONS.iccf, scale: 'linear' } }))
    expect(painted(iccf).texts.map((t) => t.text)).toContain('contact frequency (ICCF)')
    expect(VALUE_WORDS.iccf).toContain('ICCF')
  })
  it('begins with the colour maps that somebody prefers', () => {
    const o = startingWith(startOptions('average2d', { sequentialMap: 'viridis', divergingMap: 'PuOr' }))
    expect([o.iccf.colormap, o.raw.colormap, o.oe.colormap]).toEqual(['viridis', 'viridis', 'PuOr'])
    expect([OPTIONS.iccf.colormap, OPTIONS.oe.colormap]).toEqual(['fall', 'RdBu'])
  })
  it('says why a map has no such value, and what to do', () => {
    const weights = [{ name: 'weight' }]
    const map = (a: object[], b: object[]): Dataset => ({ facts: { contacts: { resolutions: [{ binSize: 1000, weights: a }, { binSize: 5000, weights: b }] } } }) as unknown as Dataset
    expect(lacking(map([], []), 1000, 'iccf', 'weight', '1 kb')).toContain('no balancing weights')
    expect(lacking(map([], weights), 1000, 'oe', 'weight', '1 kb')).toBe('Bins of 1 kb have no weights “weight” (the map has weight at others): choose raw, or other bins.')
    expect(lacking(map([], weights), 5000, 'oe', 'weight', '5 kb')).toBe('')
    expect(lacking(map([], []), 1000, 'raw', '', '1 kb')).toBe('')
  })
})

const pair: Region = { index: 3, chrom: 'chr2', start: 200_000, end: 201_000, strand: '-', chrom2: 'chr1', start2: 150_000, end2: 151_000 }

describe('5.7 pairs as rectangles', () => {
  const other: LocusOther = { chrom: 'chr2', start: 100_000, end: 400_000, length: 390_000, spans: [{ start: 200_000, end: 201_000 }], tracks: [] }
  /** Rows are chr2 from 0, columns chr1 from 50 kb: one cell stands out, its row is not its column; one row is masked. */
  const values = new Float32Array(39 * 35).fill(1)
  values[20 * 35 + 10] = 8
  values.fill(NaN, 30 * 35, 31 * 35)
  const map: LocusMap = { id: 1, name: 'map', start: 50_000, end: 400_000, bin: BIN, n: 35, values, value: 'iccf', weight: 'weight', rows: { start: 0, end: 390_000, n: 39 } }
  const s = scene(map, options('iccf'), { start: 50_000, end: 350_000, other, mark: { label: 'pair', spans: [{ start: 150_000, end: 151_000 }] } })
  const r = layoutLocus(848, s).maps[0]
  const at = (row: number, col: number): { x: number; y: number } => ({ x: r.x + (((col + 0.5) * BIN) / 300_000) * r.w, y: r.y + (((row + 0.5) * BIN - 100_000) / 300_000) * r.h })

  it('anchor 1 is the vertical axis from the top, anchor 2 the horizontal one', () => {
    expect(r.w).toBe(r.h)
    const surface = painted(s)
    const pixel = (row: number, col: number) => surface.pixel(at(row, col).x, at(row, col).y)
    expect(pixel(20, 10)).toEqual(rgb(packed(COLORMAPS.fall)[255]))
    expect(pixel(21, 10)).not.toEqual(rgb(packed(COLORMAPS.fall)[255]))
    const ground = [1, 3, 5].map((k) => parseInt(LIGHT.surface.slice(k, k + 2), 16))
    expect(pixel(39, 10)).toEqual(ground)
    expect(pixel(30, 10)).not.toEqual(ground)
    const texts = surface.texts.map((t) => t.text)
    expect(texts).toContain('Anchor 1: position on chr2 (kb)')
    expect(texts).toContain('Anchor 2: position on chr1 (kb)')
    // The title stands beside its axis, also where the square stands in the middle of a wide page.
    expect(surface.texts.find((t) => t.text.startsWith('Anchor 1'))?.x).toBeGreaterThan(r.x - 90)
    expect(surface.texts.find((t) => t.text === '200' && t.x < r.x)?.y).toBeCloseTo(r.y + r.h / 3, 0)
  })
  it('reads both places, and the end of a chromosome', () => {
    expect(readLocus(848, s, at(20, 10), width)).toEqual(['ICCF 8', 'anchor 1 (y) chr2:200,001–210,000', 'anchor 2 (x) chr1:150,001–160,000', 'two chromosomes'])
    expect(readLocus(848, s, at(30, 3), width)[0]).toBe('ICCF no data')
    expect(readLocus(848, s, at(39, 3), width)).toEqual([])
    expect(describeLocus(s)).toContain('Contacts of chr2:100,001–400,000 (vertical axis) with chr1:50,001–350,000 (horizontal axis)')
  })
  it('the table has both chromosomes, and the files the same numbers with where they come from', async () => {
    const rows = locusTables(s).contacts.rows()
    expect(rows).toHaveLength(29 * 30)
    expect(rows).toContainEqual(['map', 'chr2', 200_001, 210_000, 'chr1', 150_001, 160_000, 8])
    const from: LocusSources = { assembly: { name: 'toy' } as LocusSources['assembly'], set: { name: 'loops', sha256: 'aa' } as Dataset, region: pair, datasets: [{ id: 1, name: 'map', sha256: 'ff00' } as Dataset] }
    const manifest = locusManifest(s, from)
    expect(manifest).toMatchObject({ assembly: 'toy', rows: { chrom: 'chr2', start: 100_000, end: 400_000 }, columns: { chrom: 'chr1', start: 50_000 }, region: { set: 'loops', index: 3 }, maps: [{ sha256: 'ff00', resolution: BIN, value: 'iccf', weight: 'weight' }] })
    expect(locusMethods(s, from)).toContain('Balanced contact frequencies of “map” between chr2:100,001–400,000 and chr1:50,001–350,000 (toy) are shown at 10 kb resolution, balanced with the weights “weight”.')
    expect(locusMethods(scene(ratios(), options('oe')), from)).toContain('The expected is the mean')
    const files = locusNumbers(s, manifest)
    const lines = (await files.tsv().text()).trimEnd().split('\n')
    expect(lines).toHaveLength(1 + 29 * 30)
    expect(lines[0]).toContain('balanced contact frequency (ICCF)')
    expect(lines.filter((l) => l.endsWith('\tnan'))).toHaveLength(30)
    const json = JSON.parse(await files.json().text()) as { maps: { shape: number[]; contacts: (number | null)[] }[] }
    expect(json.maps[0].shape).toEqual([29, 30])
    expect(json.maps[0].contacts[10 * 30 + 10]).toBe(8)
    expect(locusName(s)).toEqual(['locus', 'chr2_100001-400000', 'chr1_50001-350000', 'map', 'iccf'])
  })
  it('is what pairs on two chromosomes, or far apart, begin with; views are equally long', () => {
    expect(anchorsOf(pair)).toEqual(['pair', 'left', 'right'])
    expect(usualAnchor(pair)).toBe('pair')
    const cis = { ...pair, chrom2: 'chr2' }
    expect(anchorsOf(cis)).toEqual(['both', 'pair', 'left', 'right'])
    expect(usualAnchor(cis)).toBe('both')
    expect(usualAnchor({ ...cis, start2: 9_000_000, end2: 9_001_000 })).toBe('pair')
    const { rows, cols } = pairViews(pair, 50_000, 1, (c) => (c === 'chr1' ? 80_000 : 1_000_000))
    expect(rows).toEqual({ chrom: 'chr2', start: 160_500, end: 240_500 })
    expect(cols).toEqual({ chrom: 'chr1', start: 0, end: 80_000 })
  })
  it('asks for anchor 1 as rows and anchor 2 as columns', () => {
    const path = contactsPath({ id: 7, sha256: 'x' } as Dataset, [{ chrom: 'chr2', start: 1, end: 2 }, { chrom: 'chr1', start: 3, end: 4 }], BIN, 'oe', 'KR')
    expect(path).toBe('/datasets/7/locus/contacts?chrom=chr2&start=1&end=2&chrom2=chr1&start2=3&end2=4&bin=10000&value=oe&weight=KR&v=x')
  })
})

describe('5.7 the title of a locus', () => {
  it('has a minus sign for the strand, no hyphen', () => {
    expect(regionText(pair)).toBe('chr2:200,001–201,000 (\u2212) – chr1:150,001–151,000')
    expect(regionText({ index: 0, chrom: 'chr1', start: 0, end: 10, strand: '-', name: 'a' })).toBe('a · chr1:1–10 (\u2212)')
  })
})
