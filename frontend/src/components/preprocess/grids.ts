import type { Grid, WindowBin } from '@/api/types'
import { bp } from '@/components/datasets/kinds'

import { GROUPS, gridKey, type GridKey, type SourcePipeline } from './sources'

export type GridChoice = 'regular' | 'small' | 'custom'

/** Own windows and bins, as they are typed. */
export interface CustomRow {
  window: string
  bins: string
}
export interface CustomGrid {
  rows: CustomRow[]
  /** Bins of interval sets, in percent. */
  percent: string
}
export type CustomGrids = Record<SourcePipeline, CustomGrid>

/** Bounds of the server: bins per side of a picture (core/runs_submit.go). */
const MOST: Record<SourcePipeline, number> = { pileup: 2001, stackup: 20_000, enrichment: 20_000, embedding_1d: 20_000 }

/** "50 kb", "50k", "0.5 Mb", "50,000" in bp; undefined for what is no whole number of bp. */
export function parseBp(text: string): number | undefined {
  const m = /^([\d.,\s]*\d)\s*(k|kb|m|mb|bp)?$/i.exec(text.trim())
  if (!m) return undefined
  const unit = { k: 1e3, m: 1e6, b: 1 }[(m[2] ?? 'bp')[0].toLowerCase()] ?? 1
  const n = Math.round(Number(m[1].replace(/[,\s]/g, '')) * unit * 1e6) / 1e6
  return Number.isInteger(n) && n > 0 ? n : undefined
}

/** Windows with their bins, by window; window 0 is the length of an interval. */
export function byWindow(pairs: WindowBin[]): { window: number; bins: number[] }[] {
  const m = new Map<number, number[]>()
  for (const p of pairs) m.set(p.window, [...(m.get(p.window) ?? []), p.bin])
  return [...m].sort((a, b) => a[0] - b[0]).map(([window, bins]) => ({ window, bins: bins.sort((a, b) => a - b) }))
}

/** What the regular grid looks like when it is typed. */
export function typed(grid: Grid): CustomGrids {
  const one = (p: SourcePipeline): CustomGrid => {
    const all = byWindow(grid[gridKey[p]])
    return {
      rows: all.filter((w) => w.window).map((w) => ({ window: bp(w.window), bins: w.bins.map(bp).join('; ') })),
      percent: (all.find((w) => !w.window)?.bins ?? []).join(', '),
    }
  }
  return Object.fromEntries(GROUPS.map((g) => [g.pipeline, one(g.pipeline)])) as CustomGrids
}

export interface RowComplaint {
  window?: string
  bins?: string
}

/** What a row asks for, or what is wrong with it. An empty row asks for nothing. */
export function readRow(p: SourcePipeline, row: CustomRow): { pairs: WindowBin[]; bad?: RowComplaint } {
  if (!row.window.trim() && !row.bins.trim()) return { pairs: [] }
  const window = parseBp(row.window)
  if (!window) return { pairs: [], bad: { window: 'A length such as 50 kb' } }
  const words = row.bins.split(';').map((w) => w.trim()).filter(Boolean)
  if (!words.length) return { pairs: [], bad: { bins: 'At least one bin size, such as 1 kb' } }
  const pairs: WindowBin[] = []
  for (const word of words) {
    const bin = parseBp(word)
    if (!bin) return { pairs: [], bad: { bins: `“${word}” is no length; write such as 1 kb; 5 kb` } }
    if (bin > window || window % bin) return { pairs: [], bad: { bins: `${bp(window)} is not a multiple of ${bp(bin)}` } }
    if (window / bin > (MOST[p] - 1) / 2) return { pairs: [], bad: { bins: `${bp(bin)} is too fine: at most ${MOST[p].toLocaleString('en')} bins` } }
    pairs.push({ window, bin })
  }
  return { pairs }
}

export function readPercent(text: string): { pairs: WindowBin[]; bad?: string } {
  const pairs: WindowBin[] = []
  for (const word of text.split(/[,;\s]+/).filter(Boolean)) {
    const bin = Number(word.replace('%', ''))
    if (!Number.isInteger(bin) || bin < 1 || bin > 50) return { pairs: [], bad: `“${word}” is not possible: whole numbers from 1 to 50, such as 2, 5` }
    pairs.push({ window: 0, bin })
  }
  return { pairs }
}

/** The whole of what is typed, as a grid; undefined while something in it is wrong. */
export function readCustom(c: CustomGrids, pipelines: SourcePipeline[]): Partial<Record<GridKey, WindowBin[]>> | undefined {
  const out: Partial<Record<GridKey, WindowBin[]>> = {}
  for (const p of pipelines) {
    const rows = c[p].rows.map((r) => readRow(p, r))
    const percent = readPercent(c[p].percent)
    if (percent.bad || rows.some((r) => r.bad)) return undefined
    const pairs = [...rows.flatMap((r) => r.pairs), ...percent.pairs]
    const seen = new Set<string>()
    out[gridKey[p]] = pairs.filter((x) => !seen.has(`${x.window}:${x.bin}`) && seen.add(`${x.window}:${x.bin}`))
  }
  return out
}
