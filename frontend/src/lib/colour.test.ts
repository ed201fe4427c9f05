import { describe, expect, it } from 'vitest'

import { COLORMAPS, pack, packed, type ColormapName } from './colormaps'
import { hatchStripe, rasterise } from './raster'
import { MISSING, position, prepare, symmetric, tableIndices, valueAt } from './valueScale'
import { barDomain, parseRange, resolveRange, valueFacts } from './valueRange'

const entry = (name: ColormapName, k: number) => Array.from(COLORMAPS[name].table.slice(k * 3, k * 3 + 3))

describe('colour maps', () => {
  // matplotlib 3.6.3, e.g. [round(255*c) for c in cm.viridis(0)[:3]]; fall: HiGlass defaults.
  it.each<[ColormapName, number, number[]]>([
    ['viridis', 0, [68, 1, 84]], ['viridis', 128, [33, 145, 140]], ['viridis', 255, [253, 231, 37]],
    ['magma', 0, [0, 0, 4]], ['magma', 255, [252, 253, 191]],
    ['cividis', 0, [0, 34, 78]],
    ['Reds', 0, [255, 245, 240]], ['Reds', 255, [103, 0, 13]],
    ['RdBu', 0, [5, 48, 97]], ['RdBu', 255, [103, 0, 31]],
    ['PuOr', 0, [45, 0, 75]], ['PuOr', 255, [127, 59, 8]],
    ['coolwarm', 0, [59, 76, 192]], ['coolwarm', 255, [180, 4, 38]],
    ['fall', 0, [255, 255, 255]], ['fall', 85, [245, 166, 35]], ['fall', 170, [208, 2, 27]], ['fall', 255, [0, 0, 0]],
  ])('%s[%i]', (name, k, rgb) => expect(entry(name, k)).toEqual(rgb))

  it('diverging ones are cool below, warm above, light in the middle', () => {
    for (const m of Object.values(COLORMAPS).filter((m) => m.diverging)) {
      const [lr, , lb] = entry(m.name, 40)
      const [hr, , hb] = entry(m.name, 215)
      expect(lb).toBeGreaterThan(lr)
      expect(hr).toBeGreaterThan(hb)
      expect(Math.min(...entry(m.name, 128))).toBeGreaterThan(200)
    }
  })
})

describe('value scale', () => {
  it('places and inverts', () => {
    for (const s of [{ kind: 'linear', min: -2, max: 6 }, { kind: 'log', min: 0.25, max: 8 }] as const) {
      for (const t of [0, 0.3, 1]) expect(position(valueAt(t, s), s)).toBeCloseTo(t, 12)
    }
  })

  it('keeps missing apart from zero, also on a logarithmic scale', () => {
    const s = { kind: 'log', min: 0.5, max: 2 } as const
    const i = tableIndices(prepare([NaN, 0, -1, 0.5, 1, 2, 100], 'log'), s)
    expect(Array.from(i)).toEqual([MISSING, 0, 0, 0, 128, 255, 255])
  })

  it('puts 1 in the middle of every symmetric ratio range', () => {
    for (const [lo, hi] of [[0.5, 3], [0.1, 1.2], [1.5, 4], [0.2, 0.9]]) {
      const [min, max] = symmetric(lo, hi, 1, 'log')
      expect(min * max).toBeCloseTo(1)
      expect(min).toBeLessThanOrEqual(lo + 1e-12)
      expect(max).toBeGreaterThanOrEqual(hi - 1e-12)
      expect(tableIndices(prepare([1], 'log'), { kind: 'log', min, max })[0]).toBe(128)
    }
  })
})

describe('ranges', () => {
  const facts = valueFacts([NaN, 0, ...Array.from({ length: 101 }, (_, i) => 1 + i)], 'log')

  it('count what is missing and leave out what a log axis has no place for', () => {
    expect(facts.missing).toBe(1)
    expect(facts.sorted[0]).toBe(1)
  })
  it('come from percentiles of what is shown', () => {
    expect(resolveRange({ mode: 'percentile', lo: 0, hi: 100 }, facts, null)).toEqual({ kind: 'log', min: 1, max: 101 })
  })
  it('are fixed when asked, and never fixed to what the scale cannot show', () => {
    expect(resolveRange({ mode: 'fixed', min: 2, max: 4 }, facts, 1)).toEqual({ kind: 'log', min: 2, max: 4 })
    expect(resolveRange({ mode: 'fixed', min: -2, max: 4 }, facts, null).min).toBeGreaterThan(0)
  })
  it('survive flat and empty data', () => {
    for (const data of [[], [NaN], [5, 5], [1, 1]]) {
      for (const c of [null, 1]) {
        for (const kind of ['log', 'linear'] as const) {
          const f = valueFacts(data, kind)
          const r = resolveRange({ mode: 'percentile', lo: 1, hi: 99 }, f, c)
          expect(r.max).toBeGreaterThan(r.min)
          const d = barDomain(f, r, c)
          expect(d.min).toBeLessThanOrEqual(r.min)
          expect(d.max).toBeGreaterThanOrEqual(r.max)
        }
      }
    }
  })
  it('read from documents are checked', () => {
    const fallback = { mode: 'percentile', lo: 1, hi: 99 } as const
    for (const bad of [null, 3, {}, { mode: 'fixed', min: 2, max: 1 }, { mode: 'fixed', min: NaN, max: 1 }, { mode: 'percentile', lo: -1, hi: 50 }]) {
      expect(parseRange(bad, fallback)).toBe(fallback)
    }
    expect(parseRange({ mode: 'fixed', min: 1, max: 2, junk: 1 }, fallback)).toEqual({ mode: 'fixed', min: 1, max: 2 })
  })
})

describe('raster', () => {
  const colours = { table: packed(COLORMAPS.fall), hatch: [pack(200, 200, 200), pack(100, 100, 100)] as [number, number] }

  it('shows each cell as a block of its own colour, no blending', () => {
    const p = rasterise(Uint16Array.of(0, 85, 170, 255), 2, 2, 10, 6, colours, 2)
    const at = (x: number, y: number) => Array.from(p.rgba.slice((y * 10 + x) * 4, (y * 10 + x) * 4 + 4))
    expect(at(0, 0)).toEqual([255, 255, 255, 255])
    expect(at(4, 2)).toEqual([255, 255, 255, 255])
    expect(at(5, 2)).toEqual([245, 166, 35, 255])
    expect(at(0, 3)).toEqual([208, 2, 27, 255])
    expect(at(9, 5)).toEqual([0, 0, 0, 255])
  })

  it('hatches missing cells with both greys and nothing else', () => {
    const p = rasterise(Uint16Array.of(MISSING, 0), 1, 2, 16, 8, colours, hatchStripe(1))
    const seen = new Set<number>()
    for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) seen.add(p.rgba[(y * 16 + x) * 4])
    expect([...seen].sort((a, b) => a - b)).toEqual([100, 200])
    // Stripes run along the rising diagonal: (x, y) and (x+1, y−1) are alike.
    expect(p.rgba[(3 * 16 + 2) * 4]).toBe(p.rgba[(2 * 16 + 3) * 4])
  })

  it('covers every cell when pixels do not divide evenly', () => {
    const cells = Uint16Array.from({ length: 7 }, (_, i) => i * 30)
    const p = rasterise(cells, 1, 7, 23, 1, colours, 2)
    const reds = new Set(Array.from({ length: 23 }, (_, x) => p.rgba.slice(x * 4, x * 4 + 3).join()))
    expect(reds.size).toBe(7)
  })
})
