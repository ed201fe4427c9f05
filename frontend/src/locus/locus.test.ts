import { describe, expect, it } from 'vitest'

import type { Gene } from '@/api/genes'
import { COLORMAPS, packed } from '@/lib/colormaps'
import { LIGHT } from '@/lib/figureTheme'
import { RecordingSurface } from '@/lib/recordingSurface'

import { drawLocus } from './draw'
import { placeGenes } from './genes'
import { layoutLocus } from './layout'
import { readLocus } from './readout'
import { panned, viewOf, within, zoomed } from './region'
import { autoBin, binFits, mapFacts, mapStretch, type LocusMap, type LocusScene } from './scene'
import { DEFAULT_OPTIONS } from './values'

const BIN = 10_000
const N = 100
/** Contacts fall off with the distance; one pair of bins stands out, one bin is masked, one pair has no contact. */
function planted(): LocusMap {
  const values = new Float32Array(N * N)
  for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) values[i * N + j] = 1 / (1 + Math.abs(i - j))
  const both = (i: number, j: number, v: number): void => {
    values[i * N + j] = values[j * N + i] = v
  }
  both(40, 50, 5)
  both(60, 64, 0)
  for (let j = 0; j < N; j++) both(80, j, NaN)
  return { id: 1, name: 'map', start: 0, end: N * BIN, bin: BIN, n: N, values, value: 'iccf', weight: 'weight' }
}

function scene(more: Partial<LocusScene> = {}): LocusScene {
  const map = planted()
  return {
    chrom: 'chr1', start: 200_000, end: 900_000, length: 1_000_000, mark: null, maps: [{ name: 'map', data: map, note: '' }], tracks: [], genes: [], genesNote: 'No gene here.', other: null,
    options: DEFAULT_OPTIONS, facts: mapFacts([map], { start: 200_000, end: 900_000 }, 'log'), ...more,
  }
}
const WIDTH = 848 // 700 px of plot, 1 kb each
/** Where the middle of a pair of bins is painted. */
function spot(s: LocusScene, i: number, j: number): { x: number; y: number } {
  const r = layoutLocus(WIDTH, s).maps[0]
  const px = r.w / (s.end - s.start)
  return { x: r.x + (((i + j + 1) / 2) * BIN - s.start) * px, y: r.y + r.h - ((j - i) / 2) * BIN * px }
}

describe('5.7 the triangle of the locus view', () => {
  const s = scene()
  const surface = new RecordingSurface()
  drawLocus(surface, WIDTH, layoutLocus(WIDTH, s).height, s, LIGHT)
  const at = (i: number, j: number) => {
    const p = spot(s, i, j)
    return surface.pixel(p.x, p.y)
  }
  const rgb = (v: number): number[] => [v & 255, (v >> 8) & 255, (v >> 16) & 255]
  const table = packed(COLORMAPS.fall)

  it('has the planted contact at its place, darker than its neighbours', () => {
    expect(at(40, 50)).toEqual(rgb(table[255]))
    for (const [i, j] of [[39, 50], [41, 50], [40, 49], [40, 51]]) expect(at(i, j)).not.toEqual(rgb(table[255]))
  })
  it('tells no contact from a masked bin', () => {
    expect(at(60, 64)).toEqual(rgb(table[0]))
    const hatch = LIGHT.hatch.map((h) => [1, 3, 5].map((k) => parseInt(h.slice(k, k + 2), 16)))
    expect(hatch).toContainEqual(at(75, 80))
    expect(hatch).not.toContainEqual(at(60, 64))
  })
  it('reads what is painted, and where', () => {
    expect(readLocus(WIDTH, s, spot(s, 40, 50), (t) => t.length * 5)).toEqual(['ICCF 5', 'chr1:400,001–410,000', 'chr1:500,001–510,000', '100 kb apart'])
    expect(readLocus(WIDTH, s, spot(s, 75, 80), (t) => t.length * 5)[0]).toBe('ICCF no data')
    expect(readLocus(WIDTH, s, { x: 5, y: 5 }, (t) => t.length * 5)).toEqual([])
  })
  it('has axes of position and distance with units', () => {
    const texts = surface.texts.map((t) => t.text)
    expect(texts).toContain('Position on chr1 (kb)')
    expect(texts).toContain('Distance')
    for (const label of ['300', '400', '500', '200 kb', '400 kb', 'No gene here.']) expect(texts).toContain(label)
    const tick = surface.texts.find((t) => t.text === '500')
    const plot = layoutLocus(WIDTH, s).plot
    expect(tick && tick.x + surface.textWidth('500') / 2).toBeCloseTo(plot.x + plot.w * (300 / 700), 0)
  })
})

describe('5.7 tracks and genes', () => {
  it('a bin without values is hatched, one with zero is not', () => {
    const mean = Float32Array.from({ length: 70 }, (_, k) => (k === 30 ? NaN : k === 40 ? 0 : 1))
    const s = scene({ maps: [], tracks: [{ name: 'track', note: '', data: { id: 2, name: 'track', start: 200_000, end: 900_000, mean, min: mean, max: mean } }] })
    const surface = new RecordingSurface()
    drawLocus(surface, WIDTH, layoutLocus(WIDTH, s).height, s, LIGHT)
    const r = layoutLocus(WIDTH, s).tracks[0]
    const x = (k: number): number => r.x + ((k + 0.5) / 70) * r.w
    expect(surface.pixel(x(30), r.y + r.h / 2)).not.toBeNull()
    expect(surface.pixel(x(40), r.y + r.h / 2)).toBeNull()
    expect(readLocus(WIDTH, s, { x: x(40), y: r.y + 5 }, () => 0)[1]).toBe('track: 0')
    expect(readLocus(WIDTH, s, { x: x(30), y: r.y + 5 }, () => 0)[1]).toBe('track: no data')
  })
  it('genes have lanes without overlap; those that find none are counted', () => {
    const gene = (start: number, end: number): Gene => ({ name: `g${start}`, geneId: '', annotation: '', annotationId: 1, chrom: 'chr1', start, end, strand: '+', exons: [] })
    const genes = Array.from({ length: 6 }, () => gene(100, 200))
    const { placed, hidden } = placeGenes([...genes, gene(300, 400)], 4, (bp) => bp, 1000, (t) => t.length * 5)
    expect(hidden).toBe(2)
    expect(placed.map((p) => p.lane)).toEqual([0, 1, 2, 3, 0])
    expect(placed.every((p) => p.label === '')).toBe(true)
    expect(placeGenes([gene(100, 200), gene(300, 400)], 4, (bp) => bp, 1000, (t) => t.length * 5).placed.map((p) => p.label)).toEqual(['g100', 'g300'])
  })
})

describe('5.7 the view', () => {
  const point = { index: 0, chrom: 'chr1', start: 500_000, end: 500_200 }
  it('is the window of the panel around a point, and both anchors of a pair', () => {
    expect(viewOf(point, 'left', 50_000, 1, 1_000_000)).toEqual({ chrom: 'chr1', start: 450_100, end: 550_100 })
    const pair = { ...point, chrom2: 'chr1', start2: 800_000, end2: 800_200 }
    const v = viewOf(pair, 'both', 0, 1, 2_000_000)
    expect(v.start).toBeLessThan(500_000)
    expect(v.end).toBeGreaterThan(800_200)
    expect(viewOf(pair, 'right', 50_000, 1, 2_000_000)).toEqual({ chrom: 'chr1', start: 750_100, end: 850_100 })
  })
  it('stays on the chromosome', () => {
    expect(within({ chrom: 'chr1', start: -500, end: 1500 }, 1_000_000)).toEqual({ chrom: 'chr1', start: 0, end: 2000 })
    expect(panned({ chrom: 'chr1', start: 900_000, end: 1_000_000 }, 0.5, 1_000_000)).toEqual({ chrom: 'chr1', start: 900_000, end: 1_000_000 })
    expect(zoomed({ chrom: 'chr1', start: 0, end: 600_000 }, 4, 1_000_000)).toEqual({ chrom: 'chr1', start: 0, end: 1_000_000 })
    expect(zoomed({ chrom: 'chr1', start: 100_000, end: 200_000 }, 0.5, 1_000_000)).toEqual({ chrom: 'chr1', start: 125_000, end: 175_000 })
  })
  it('chooses a resolution that fits, and knows which would be too much', () => {
    const view = { start: 1_000_000, end: 3_000_000 }
    expect(autoBin([1000, 5000, 10_000], view)).toBe(5000)
    expect(autoBin([1000], view)).toBe(1000)
    expect(mapStretch(view, 10_000_000)).toEqual({ start: 333_333, end: 3_666_667 })
    expect(binFits(1000, view, 10_000_000)).toBe(false)
    expect(binFits(5000, view, 10_000_000)).toBe(true)
  })
})
