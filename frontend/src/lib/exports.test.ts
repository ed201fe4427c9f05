import { describe, expect, it } from 'vitest'

import { stackDown } from './composePicture'
import { methodsText } from './methods'
import { crc32, withText } from './pngText'
import { ShiftedSurface } from './shiftedSurface'
import { RecordingSurface } from './recordingSurface'
import { SvgSurface } from './svgSurface'

const inputs = [
  { role: 'regions', name: 'CTCF peaks', sha256: 'aa' },
  { role: 'feature', name: 'wild type', sha256: 'bb' },
  { role: 'assembly', name: 'hg38', sha256: 'cc' },
]
const pileup = {
  engine: '4', pipeline: 'pileup', inputs, n: 1990, total: 2000,
  parameters: { bin: 10000, window: 200000, value: 'oe', orient: 'strand', dimension: 1, resolution: 10000, weight: 'weight', weightKind: 'divisive', ignoreDiags: 2, edge: 'drop', bootstrap: 1000, seed: 42 },
}

describe('methods text', () => {
  it('says what a pileup was made of', () => {
    const text = methodsText([{ manifest: pileup, hash: 'ff', selected: 0 }])
    for (const part of [
      'observed over expected contacts of “wild type”', 'windows of ±200 kb around the centres of 1,990 of 2,000 regions of “CTCF peaks” at 10 kb resolution',
      'weights “weight” (divisive); 2 diagonals', 'same distance within each chromosome arm', 'left out', '1,000 bootstrap samples', 'minus strand were turned round',
      'engine version 4', '“CTCF peaks” (SHA-256 aa)', 'Manifests: ff',
    ]) expect(text).toContain(part)
    expect(text).not.toContain('hg38')
  })
  it('does not repeat what is equal, and tells of selected regions', () => {
    const one = { manifest: pileup, hash: 'ff', selected: 0 }
    expect(methodsText([one, one])).toBe(methodsText([one]))
    expect(methodsText([one, { ...one, selected: 61 }])).toContain('61 regions selected from these')
  })
  it('knows raw counts, stretched intervals, tests and layouts', () => {
    const raw = { ...pileup, parameters: { ...pileup.parameters, value: 'raw', window: 'variable', bin: 2, bootstrap: 0, edge: 'pad' } }
    const text = methodsText([{ manifest: raw, hash: 'ff', selected: 0 }])
    expect(text).toContain('raw contact counts')
    expect(text).toContain('rescaled to the same length with 20 % of it on both sides, in bins of 2 %')
    expect(text).not.toContain('balanced with')
    expect(text).not.toContain('bootstrap')
    const test = { engine: '4', pipeline: 'enrichment', inputs, n: 5, total: 6, parameters: { bin: 10000, window: 200000, value: 'queries', dimension: 2, side: 'right' } }
    expect(methodsText([{ manifest: test, hash: 'f', selected: 0 }])).toMatch(/union of all query bins.*Fisher.*second anchor/s)
    const stack = { engine: '4', pipeline: 'stackup', inputs, n: 5, total: 6, parameters: { bin: 500, window: 10000, summary: 'max', missing: 'zero', dimension: 1 } }
    expect(methodsText([{ manifest: stack, hash: 'f', selected: 0 }])).toMatch(/maxima in bins of 500 bp.*counted as 0/s)
    const map = { engine: '4', pipeline: 'embedding_2d', inputs, n: 5, total: 6, parameters: { bin: 10000, window: 200000, value: 'oe', seed: 42, dimension: 1 } }
    expect(methodsText([{ manifest: map, hash: 'f', selected: 0 }])).toMatch(/UMAP and clustered by k-means.*seed 42/s)
  })
  it('names the plane of an embedding that is on show, with what it keeps', () => {
    const made = { engine: '4', pipeline: 'embedding_1d', inputs, n: 5, total: 6, parameters: { bin: 500, window: 10000, layout: 'umap', seed: 42, dimension: 1 }, embedding: { layout: 'umap', varianceKept: [0.3412, 0.05] } }
    const text = (layout?: 'umap' | 'pca', manifest: Record<string, unknown> = made) => methodsText([{ manifest, hash: 'f', selected: 0, layout }])
    expect(text('pca')).toContain('laid out along their first two principal components (34 % and 5 % of the variance) and clustered by k-means in feature space (seed 42)')
    expect(text('pca')).not.toContain('UMAP')
    for (const said of [text(), text('umap')]) expect(said).toContain('laid out with UMAP and clustered')
    // What the engine had to fall back to is said without a picture, too.
    expect(text(undefined, { ...made, embedding: { layout: 'pca' } })).toContain('first two principal components and clustered')
    expect(methodsText([{ manifest: made, hash: 'f', selected: 0, layout: 'pca' }, { manifest: made, hash: 'f', selected: 0, layout: 'umap' }]).split('\n\n')).toHaveLength(3)
  })
})

describe('a sheet of figures', () => {
  it('puts boxes under those that they overlap across', () => {
    const boxes = [{ left: 0, width: 300, height: 100 }, { left: 310, width: 300, height: 50 }, { left: 310, width: 300, height: 60 }, { left: 0, width: 610, height: 10 }]
    expect(stackDown(boxes, 8)).toEqual({ tops: [0, 0, 58, 126], height: 136 })
    expect(stackDown([], 8)).toEqual({ tops: [], height: 0 })
  })
  it('moves everything that is drawn', () => {
    const to = new RecordingSurface(2)
    const s = new ShiftedSurface(new ShiftedSurface(to, 10, 20), 1, 2)
    s.line(0, 1, 2, 3, { colour: '#000' })
    s.polyline([0, NaN, 5, 6], { colour: '#000' })
    s.strokeRect({ x: 1, y: 1, w: 4, h: 5 }, { colour: '#000' })
    s.text('n', 3, 4, { colour: '#000' })
    expect(s.dpr).toBe(2)
    expect(to.lines.map((l) => l.points)).toEqual([[11, 23, 13, 25], [11, NaN, 16, 28]])
    expect(to.boxes[0].rect).toEqual({ x: 12, y: 23, w: 4, h: 5 })
    expect(to.texts[0]).toMatchObject({ x: 14, y: 26 })
  })
})

describe('files say where they come from', () => {
  it('PNG: in a chunk of text behind the head', async () => {
    // The checksum of the chunk IEND, as every PNG has it (PNG 1.2, section 4.1.4): ae 42 60 82.
    expect(crc32(new TextEncoder().encode('IEND'))).toBe(0xae426082)
    const png = new Uint8Array(60).map((_, i) => i)
    const out = new Uint8Array(await (await withText(new Blob([png]), 'Description', 'µ')).arrayBuffer())
    const view = new DataView(out.buffer)
    const length = view.getUint32(33)
    expect(new TextDecoder().decode(out.slice(37, 41 + length))).toBe('iTXtDescription\0\0\0\0\0µ')
    expect(view.getUint32(41 + length)).toBe(crc32(out.slice(37, 41 + length)))
    expect([...out.slice(0, 33), ...out.slice(45 + length)]).toEqual([...png])
  })
  it('SVG: as metadata, with nothing that could be taken for marks', () => {
    const s = new SvgSurface(10, 10, 1, () => '', '{"a":"<b>"}', () => 1).toString()
    expect(s).toContain('<metadata>{&#34;a&#34;:&#34;&#60;b&#62;&#34;}</metadata>')
  })
})
