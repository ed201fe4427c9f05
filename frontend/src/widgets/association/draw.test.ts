import { describe, expect, it } from 'vitest'

import { LIGHT } from '@/lib/figureTheme'
import { RecordingSurface } from '@/lib/recordingSurface'
import { seriesStyle } from '@/lib/series'
import { windowAxis } from '@/lib/windowAxis'

import { drawAssociation } from './draw'
import { layoutHeat } from './drawHeat'
import { layoutProfile, profileDomain, rankRows } from './drawProfile'
import { layoutVolcano, volcanoPoints } from './drawVolcano'
import { measured } from './exports'
import { tableRows, tally } from './numbers'
import { parseAssociation } from './options'
import { sceneFacts, sceneRange } from './scales'
import { chosenBin, ranking, stylesOf, TABLE_ARRAYS, tableArrays, valueOf, type AssociationScene } from './table'
import { describeAssociation, probability, readoutCell } from './words'

const [W, H, BINS] = [420, 380, 8]
const NAMES = ['same', 'shifted', 'random', 'depleted']
const MID = BINS / 2

/** Four sets over eight bins: `same` peaks at the midpoint, `shifted` two bins right of it, `depleted` is rare there, `random` flat. */
function scene(raw: Record<string, unknown> = {}, change: (arrays: Record<string, Float64Array>) => void = () => {}): AssociationScene {
  const arrays = Object.fromEntries(TABLE_ARRAYS.map((n) => [n, new Float64Array(NAMES.length * BINS)]))
  for (let t = 0; t < NAMES.length; t++) {
    for (let k = 0; k < BINS; k++) {
      const i = t * BINS + k
      const or = t === 0 && k === MID ? 16 : t === 1 && k === MID + 2 ? 8 : t === 3 && k === MID ? 0.25 : 1
      const strong = or === 1 ? 0 : 6
      const put = { a: 10 * or, b: 100, c: 90, d: 900, flag: 0, expected: 10, oddsRatio: or, ciLow: or / 2, ciHigh: or * 2,
        pGreater: or > 1 ? strong + 1 : 0, qGreater: or > 1 ? strong : 0, pLess: or < 1 ? strong + 1 : 0, qLess: or < 1 ? strong : 0 }
      for (const [name, v] of Object.entries(put)) arrays[name][i] = v
    }
  }
  change(arrays)
  return {
    targets: NAMES.map((name) => ({ name, regions: 100 })), arrays: tableArrays((n) => arrays[n]), axis: windowAxis(BINS, 200_000, 50_000),
    setName: 'peaks', universe: 'genome (1,000 bins of 50 kb)', options: parseAssociation(raw),
  }
}
function paint(s: AssociationScene) {
  const surface = new RecordingSurface()
  drawAssociation(surface, W, H, s, LIGHT)
  return surface
}

describe('profile of an association', () => {
  it('has the planted set on top at the midpoint and the shifted one at its place', () => {
    expect(ranking(scene(), MID).map((t) => NAMES[t])).toEqual(['same', 'shifted', 'random', 'depleted'])
    expect(NAMES[ranking(scene(), MID + 2)[0]]).toBe('shifted')
    expect(chosenBin(scene().axis, null)).toBe(MID)
    expect(chosenBin(windowAxis(28, 0, 5), null)).toBe(4)
  })

  it('draws each value at the middle of its bin and at its height on a ratio axis', () => {
    const s = scene()
    const { plot } = layoutProfile(1, W, H)
    const d = profileDomain(s)
    const line = paint(s).lines.find((l) => l.points.length === 2 * BINS && l.stroke.colour === seriesStyle(0, false).colour)!
    const share = (or: number) => (Math.log2(or) - Math.log2(d.min)) / (Math.log2(d.max) - Math.log2(d.min))
    for (let k = 0; k < BINS; k++) {
      expect(line.points[2 * k]).toBeCloseTo(plot.x + ((k + 0.5) / BINS) * plot.w)
      expect(line.points[2 * k + 1]).toBeCloseTo(plot.y + plot.h * (1 - share(k === MID ? 16 : 1)))
    }
  })

  it('labels the window below the curves, and names the universe and the correction', () => {
    const { plot } = layoutProfile(1, W, H)
    const { texts } = paint(scene())
    const words = texts.map((t) => t.text)
    expect(words).toContain('Universe: genome (1,000 bins of 50 kb)')
    expect(words).toContain('q: BH, 32 tests')
    expect(words).toContain('Distance from midpoint of peaks')
    const at = (label: string) => texts.find((t) => t.text === label && t.y < plot.y + plot.h + 12 && t.y > plot.y + plot.h)!
    const zero = at('0')
    expect(zero.x + new RecordingSurface().textWidth('0') / 2).toBeCloseTo(plot.x + plot.w / 2, 5)
    expect(at('−200 kb').x).toBeLessThan(plot.x + 1)
    expect(at('+200 kb').x).toBeGreaterThan(plot.x + plot.w - 60)
  })

  it('bars stand in the order of the ranking, right and left of no effect', () => {
    const { texts } = paint(scene())
    const places = NAMES.map((n) => texts.find((t) => t.text === n)!.y)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(texts.map((t) => t.text)).toEqual(expect.arrayContaining(['16', '0.25', '4 sets at 0 to +50 kb']))
  })

  it('of sets without room for all it shows both ends', () => {
    const rank = Array.from({ length: 40 }, (_, i) => i)
    expect(rankRows(rank, 16 * 7)).toEqual([0, 1, 2, -1, 37, 38, 39])
    expect(rankRows([1, 0], 16 * 7)).toEqual([1, 0])
  })

  it('zero and infinity are drawn as arrows, and an undefined ratio leaves a gap', () => {
    const odd = scene({}, (a) => {
      a.flag[MID] = 1
      a.oddsRatio[MID] = NaN
      a.oddsRatio[3 * BINS + MID] = 0
      a.flag[BINS] = 2
      a.oddsRatio[BINS] = NaN
    })
    expect([MID, 3 * BINS + MID, BINS].map((i) => valueOf(odd.arrays, i, 'or'))).toEqual([Infinity, 0, NaN])
    expect(paint(odd).areas.filter((a) => a.points.length === 6).length).toBe(4)
    expect(ranking(odd, 0).at(-1)).toBe(1)
    expect(readoutCell(odd, 0, MID)[2]).toBe('odds ratio ∞ [8–∞]')
  })

  it('many sets: eight are coloured, those of the top of the ranking', () => {
    const s = scene()
    const many = { ...s, targets: Array.from({ length: 12 }, (_, i) => ({ name: `s${i}`, regions: 1 })) }
    const styles = stylesOf(many, [11, ...Array.from({ length: 11 }, (_, i) => i)])
    expect(styles.filter((x) => x >= 0)).toHaveLength(8)
    expect(styles[11]).toBe(0)
    expect(styles[10]).toBe(-1)
  })
})

describe('heat map of an association', () => {
  it('paints the planted cells in their colours, no effect white, and undefined hatched', () => {
    const s = scene({ view: 'heat', range: { mode: 'fixed', min: 1 / 16, max: 16 } }, (a) => {
      a.flag[0] = 2
      a.oddsRatio[0] = NaN
    })
    const surface = paint(s)
    const { plot } = layoutHeat(1, W, H, s)
    const at = (row: number, bin: number, dx = 0.15) => surface.pixel(plot.x + ((bin + dx) / BINS) * plot.w, plot.y + ((row + 0.15) / 4) * plot.h)!
    const [red, , blue] = at(0, MID)
    expect(red).toBeGreaterThan(blue + 50)
    const low = at(3, MID)
    expect(low[2]).toBeGreaterThan(low[0] + 30)
    for (const c of at(2, 1)) expect(c).toBeGreaterThan(235)
    expect([[227, 229, 233], [188, 193, 202]]).toContainEqual(at(0, 0))
  })

  it('a probability without evidence is never painted strongly: the automatic range reaches beyond the level', () => {
    // A q of 0.3 in every cell but the planted ones; the level is 0.05, so that the range is ±2.6 at least.
    const s = scene({ view: 'heat', measure: 'q' }, (a) => {
      for (let i = 0; i < a.qLess.length; i++) if (a.qGreater[i] === 0 && a.qLess[i] === 0) [a.oddsRatio[i], a.qLess[i]] = [0.8, 0.5]
      a.qGreater[MID] = 1
      a.qGreater[BINS + MID + 2] = 1
      a.qLess[3 * BINS + MID] = 1
    })
    const r = sceneRange(s, sceneFacts(s))
    expect([r.min, r.max]).toEqual([-2, 2].map((k) => -k * Math.log10(0.05)).map((v) => expect.closeTo(v)))
    const wide = { ...s, options: { ...s.options, range: { mode: 'fixed' as const, min: -1, max: 1 } } }
    expect(sceneRange(wide, sceneFacts(wide)).max).toBe(1)
  })

  it('rows follow the ranking when asked, with their names beside them', () => {
    const s = scene({ view: 'heat', order: 'value', at: (MID + 2.5) / BINS })
    const { plot } = layoutHeat(1, W, H, s)
    const first = paint(s).texts.find((t) => t.text === 'shifted')!
    expect(first.y).toBeCloseTo(plot.y + plot.h / 8)
  })

  it('labels the window below the cells: 0 under the middle, the ends under the edges', () => {
    const s = scene({ view: 'heat' })
    const { plot } = layoutHeat(1, W, H, s)
    const surface = paint(s)
    const at = (label: string) => surface.texts.find((t) => t.text === label && t.y > plot.y + plot.h && t.y < plot.y + plot.h + 20)!
    expect(at('0').x + surface.textWidth('0') / 2).toBeCloseTo(plot.x + plot.w / 2, 5)
    expect(at('−200 kb').x).toBeLessThan(plot.x + 1)
    expect(at('+200 kb').x + surface.textWidth('+200 kb')).toBeGreaterThan(plot.x + plot.w - 1)
  })

  it('frames the chosen bin and marks cells with a small q', () => {
    const s = scene({ view: 'heat' })
    const surface = paint(s)
    const { plot } = layoutHeat(1, W, H, s)
    expect(surface.boxes.some((b) => Math.abs(b.rect.x + 1.5 - (plot.x + (MID / BINS) * plot.w)) < 1e-6)).toBe(true)
    expect(surface.areas.filter((a) => a.colour === '#1c1f24')).toHaveLength(3)
    expect(paint(scene({ view: 'heat' }, (a) => a.qGreater.fill(0))).areas.filter((a) => a.colour === '#1c1f24')).toHaveLength(1)
  })
})

describe('volcano', () => {
  it('puts effect on x, evidence on y', () => {
    const s = scene({ view: 'volcano' })
    const plot = layoutVolcano(1, W, H)
    const { points, x } = volcanoPoints(plot, s)
    const p = (name: string) => points.find((q) => NAMES[q.target] === name)!
    expect(p('random').x).toBeCloseTo(plot.x + plot.w / 2)
    expect(p('random').y).toBeCloseTo(plot.y + plot.h)
    expect(p('same').x).toBeCloseTo(plot.x + ((4 - x[0]) / (x[1] - x[0])) * plot.w)
    expect(p('depleted').x).toBeLessThan(plot.x + plot.w / 2)
    expect(paint(s).texts.map((t) => t.text)).toEqual(expect.arrayContaining(['log2(odds ratio)', '−log10 q', 'q = 0.05', 'same', 'depleted']))
  })
})

describe('names in a volcano', () => {
  it('of sets without evidence stand beside their dots, not over those of others', () => {
    const s = scene({ view: 'volcano' }, (a) => [a.qGreater, a.qLess].forEach((q) => q.fill(0)))
    const { points } = volcanoPoints(layoutVolcano(1, W, H), s)
    const texts = paint(s).texts.filter((t) => NAMES.includes(t.text))
    expect(texts.length).toBeGreaterThan(2)
    for (const t of texts) {
      const p = points.find((q) => NAMES[q.target] === t.text)!
      const w = new RecordingSurface().textWidth(t.text)
      expect(Math.min(Math.abs(t.x - p.x), Math.abs(t.x + w - p.x))).toBeCloseTo(8)
    }
  })
})

describe('numbers and words of an association', () => {
  it('the table has a row per set with its ratio, interval and support', () => {
    expect(tableRows(scene(), MID)[0]).toEqual(['same', 16, 8, 32, 7, 6, 0, 0, 160, 10, 100])
    expect(tally(scene(), MID)).toEqual({ more: 1, less: 1 })
  })
  it('depletion has a negative sign', () => expect(measured(scene({ measure: 'q' }))[3 * BINS + MID]).toBe(-6))
  it('log2 is what the axis says', () => expect(measured(scene({ measure: 'log2or' }))[MID]).toBe(4))
  it('a probability never becomes zero', () => expect([probability(2), probability(400)]).toEqual(['0.01', '10^−400']))
  it('describes what is on top', () => {
    expect(describeAssociation(scene())).toBe(
      'Association of peaks with 4 sets, ±200 kb in bins of 50 kb, universe: genome (1,000 bins of 50 kb), q by Benjamini–Hochberg over 32 tests, ranked by odds ratio at 0 to +50 kb: ' +
      'same odds ratio 16 [8–32], q 10⁻⁶; shifted odds ratio 1 [0.5–2], q 1; random odds ratio 1 [0.5–2], q 1; depleted odds ratio 0.25 [0.125–0.5], q 10⁻⁶')
  })
})

describe('options of an association', () => {
  it('of a damaged document are the defaults', () => {
    expect(parseAssociation({ view: 'x', measure: 3, at: 7, level: 0.2, universe: 'regions:0', range: { mode: 'fixed', min: 3, max: 1 } })).toEqual(parseAssociation({}))
  })
  it('survive being stored', () => {
    const o = parseAssociation({ view: 'heat', measure: 'q', at: 0.3, level: 0.01, universe: 'regions:12', order: 'value', ci: false, counts: 'magma' })
    expect(parseAssociation(JSON.parse(JSON.stringify(o)) as Record<string, unknown>)).toEqual(o)
    expect([o.at, o.level, o.universe, o.counts]).toEqual([0.3, 0.01, 'regions:12', 'magma'])
  })
})
