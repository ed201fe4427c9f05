import { describe, expect, it } from 'vitest'

import { LIGHT } from '@/lib/figureTheme'
import { RecordingSurface } from '@/lib/recordingSurface'

import { clustersOf, meanRows, summaryOf } from './clusters'
import { describeEmbedding, drawEmbedding, groupColour, layoutEmbedding, sceneFrame, valuesColouring, type Colouring, type EmbeddingScene } from './draw'
import { clusteringRow, embeddingFacts } from './facts'
import { parseEmbedding } from './options'
import { densities, frameOf, layoutBounds, moved, nearestPoint } from './points'

const [W, H] = [400, 340]
/** Two groups: one of three regions around (0, 0), one of two around (10, 4); the last has no place. */
const XY = Float32Array.from([0, 0, 1, 0, 0, 1, 10, 4, 9, 4, NaN, NaN])
const LABELS = Int32Array.from([0, 0, 0, 1, 1, -1])
const GROUPS: Colouring = { kind: 'groups', title: 'cluster', groups: LABELS, names: ['1', '2'] }

function scene(raw: Record<string, unknown> = {}, colouring: Colouring = GROUPS): EmbeddingScene {
  return { layout: XY, method: 'umap', variance: [0.34, 0.0512], labels: LABELS, clusters: clustersOf(LABELS, XY, null, 0), colouring, setName: 'peaks', n: 5, total: 6, options: parseEmbedding({ colour: 'cluster', ...raw }) }
}
function paint(s: EmbeddingScene) {
  const surface = new RecordingSurface()
  drawEmbedding(surface, W, H, s, LIGHT)
  const { plot } = layoutEmbedding(1, W, H, s)
  const f = sceneFrame(plot, s)
  const at = (i: number): [number, number] => [f.x0 + XY[2 * i] * f.sx, f.y0 + XY[2 * i + 1] * f.sy]
  return { surface, plot, at, colour: (i: number) => surface.pixel(...at(i))! }
}
const rgb = (hex: string) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16))

describe('dots of an embedding', () => {
  it('stand at their places in the colours of their clusters', () => {
    const { colour } = paint(scene())
    for (const i of [0, 1, 2]) expect(colour(i)).toEqual(rgb(groupColour(0, false)))
    for (const i of [3, 4]) expect(colour(i)).toEqual(rgb(groupColour(1, false)))
  })

  it('one cluster stands out, the others are grey', () => {
    const { colour } = paint(scene({ cluster: 1 }))
    expect(colour(3)).toEqual(rgb(groupColour(1, false)))
    expect(new Set(colour(0)).size).toBeLessThan(4)
    expect(colour(0)).not.toEqual(rgb(groupColour(0, false)))
  })

  it('values take the colours of the map, missing ones grey, and the bar says what they are', () => {
    const { colour, surface } = paint(scene({ range: { mode: 'fixed', min: 0, max: 1 } }, valuesColouring('CTCF', Float64Array.from([0, 1, NaN, 0, 1, NaN]))))
    expect(colour(0)).toEqual([68, 1, 84])
    expect(colour(1)).toEqual([253, 231, 37])
    expect(colour(2)).toEqual(rgb('#c9ced6'))
    expect(surface.texts.map((t) => t.text)).toContain('CTCF')
  })

  it('have one scale on both axes, up is positive, and a mirror turns what it says', () => {
    const plot = { x: 0, y: 0, w: 300, h: 200 }
    const f = frameOf(plot, XY, null, 'none')
    expect(f.sx).toBeCloseTo(-f.sy)
    expect(frameOf(plot, XY, null, 'x').sx).toBeCloseTo(-f.sx)
    expect(frameOf(plot, XY, null, 'y').sy).toBeCloseTo(-f.sy)
    expect(layoutBounds(XY)).toEqual({ x: [0, 10], y: [0, 4] })
  })

  it('name their axes, and the direction of mirrored ones', () => {
    expect(paint(scene()).surface.texts.map((t) => t.text)).toEqual(expect.arrayContaining(['UMAP 1 →', 'UMAP 2 →']))
    expect(paint(scene({ mirror: 'x' })).surface.texts.map((t) => t.text)).toEqual(expect.arrayContaining(['← UMAP 1', 'UMAP 2 →']))
    const titles = (s: EmbeddingScene) => paint(s).surface.texts.map((t) => t.text)
    expect(titles({ ...scene(), method: 'pca' })).toEqual(expect.arrayContaining(['PC1 (34 % of variance) →', 'PC2 (5.1 % of variance) →']))
    expect(titles({ ...scene({ mirror: 'both' }), method: 'pca' })).toEqual(expect.arrayContaining(['← PC1 (34 % of variance)', '← PC2 (5.1 % of variance)']))
    expect(titles({ ...scene(), method: 'pca', variance: [NaN, NaN] })).toEqual(expect.arrayContaining(['PC1 →', 'PC2 →']))
  })

  it('name the clusters at their middle', () => {
    const { surface, at } = paint(scene())
    const label = surface.texts.find((t) => t.text === '1' && t.style.halo)!
    expect([label.x, label.y]).toEqual(at(0))
  })
})

describe('zooming', () => {
  const plot = { x: 0, y: 0, w: 300, h: 200 }
  it('keeps what is under the pointer there', () => {
    const before = frameOf(plot, XY, null, 'x')
    const at = { x: before.x0 + 10 * before.sx, y: before.y0 + 4 * before.sy }
    const after = frameOf(plot, XY, moved(plot, XY, null, 'x', at, 4), 'x')
    expect(after.x0 + 10 * after.sx).toBeCloseTo(at.x)
    expect(after.y0 + 4 * after.sy).toBeCloseTo(at.y)
    expect(after.sx).toBeCloseTo(4 * before.sx)
  })
  it('dragging moves by as much, and zooming out far enough shows all', () => {
    const part = moved(plot, XY, null, 'none', { x: 150, y: 100 }, 2)
    const [a, b] = [frameOf(plot, XY, part, 'none'), frameOf(plot, XY, moved(plot, XY, part, 'none', { x: 0, y: 0 }, 1, 30, -10), 'none')]
    expect([b.x0 - a.x0, b.y0 - a.y0].map((v) => Math.round(v))).toEqual([30, -10])
    expect(moved(plot, XY, part, 'none', { x: 150, y: 100 }, 0.1)).toBeNull()
  })
  it('finds the nearest dot and nothing in the void', () => {
    const f = frameOf(plot, XY, null, 'none')
    expect(nearestPoint(XY, f, f.x0 + 10 * f.sx + 2, f.y0 + 4 * f.sy, 8)).toBe(3)
    expect(nearestPoint(XY, f, f.x0 + 5 * f.sx, f.y0 + 2 * f.sy, 8)).toBe(-1)
  })
})

describe('numbers of an embedding', () => {
  it('density is higher where regions crowd, and missing where there is no place', () => {
    const crowd = Float32Array.from([...Array.from({ length: 40 }, (_, i) => [0.01 * i, 0]).flat(), 5, 5, NaN, NaN])
    const d = densities(crowd)
    expect(d[20]).toBeGreaterThan(4 * d[40])
    expect(d[41]).toBeNaN()
  })
  it('means of clusters are those of z-scores, a missing value counting as the mean', () => {
    const features = Float32Array.from([0, 0, 0, 6, NaN, 9])
    const [a, b] = clustersOf(LABELS, XY, features, 1)
    // Mean 1.5, population variance (3·2.25 + 20.25) / 4 = 6.75 over the four values of regions with a group.
    expect(a.means[0]).toBeCloseTo(-1.5 / Math.sqrt(6.75))
    expect(b.means[0]).toBeCloseTo(4.5 / Math.sqrt(6.75) / 2)
    expect([a.n, b.n]).toEqual([3, 2])
  })
  it('mean snippets leave missing values out', () => {
    expect([...meanRows(LABELS, 2, Float32Array.from([1, 3, NaN, 5, 7, 100]), 1)]).toEqual([2, 6])
  })
  it('P26 P27 the mean of several clusters weighs every region the same, and leaves out regions without a cluster', () => {
    const features = Float32Array.from([0, 0, 0, 6, NaN, 9])
    const both = summaryOf(() => true, LABELS, features, 1)
    const [a, b] = clustersOf(LABELS, XY, features, 1)
    expect(both?.n).toBe(5)
    expect(both?.means[0]).toBeCloseTo((3 * a.means[0] + 2 * b.means[0]) / 5)
    expect([...(summaryOf((i) => i !== 3, LABELS, features, 1)?.snippet ?? [])]).toEqual([0])
    expect(summaryOf(() => false, LABELS, features, 1)).toBeNull()
  })
  it('the row of k, or of the largest below it', () => {
    const f = embeddingFacts({ layout: 'umap', tracks: ['a'], clusterings: [{ k: 2, silhouette: 0.5 }, { k: 3, silhouette: null }], trustworthiness: 0.9 })!
    expect([clusteringRow(f, 2), clusteringRow(f, 10), clusteringRow({ ...f, clusterings: [] }, 4)]).toEqual([0, 1, -1])
    expect(f.clusterings[1].silhouette).toBeNaN()
  })
  it('describes itself', () => {
    expect(describeEmbedding(scene(), '4 tracks')).toBe('UMAP of peaks by 4 tracks, a dot per region, n = 5 of 6, coloured by cluster; 2 clusters, regions in each: 1: 3, 2: 2')
    expect(describeEmbedding({ ...scene(), method: 'pca' }, '4 tracks')).toMatch(/^PCA of peaks by 4 tracks, a dot per region along components with 34 % and 5.1 % of the variance, n = 5 of 6/)
    expect(describeEmbedding({ ...scene(), method: 'pca', variance: [NaN, NaN] }, '4 tracks')).toMatch(/^PCA of peaks by 4 tracks, a dot per region, n = 5 of 6/)
  })
})

describe('options of an embedding', () => {
  it('of a damaged document are the defaults', () => {
    expect(parseEmbedding({ k: 'x', colour: 'red', cluster: -3, part: [1, 2, 0], mirror: 'z', method: 'tsne', colormap: 'jet', side: 1 })).toEqual(parseEmbedding({}))
  })
  it('survive being stored', () => {
    const o = parseEmbedding({ method: 'pca', k: 7, colour: 'column:score', cluster: 2, part: [1, 2, 3], mirror: 'both', colormap: 'magma', common: false, thumbs: 'linear', value: 'iccf' })
    expect(parseEmbedding(JSON.parse(JSON.stringify(o)) as Record<string, unknown>)).toEqual(o)
    expect([o.k, o.method]).toEqual([7, 'pca'])
  })
})
