import type { Dataset, Grid, Result, Run, RunState, WindowBin } from '@/api/types'
import { bp } from '@/components/datasets/kinds'
import { ago, count, duration, plural } from '@/text/units'

import { gridKey, groupOf, pipelineOf, type Source } from './sources'

/** What is known about one pair of region set and feature. */
export interface Cell {
  state: RunState | 'missing' | 'partial' | 'loading' | 'impossible'
  /** Results that can be shown. */
  results: number
  /** Results that the data cannot give, such as a resolution the map lacks. */
  unavailable: number
  /** Regions used: the fewest and the most over all windows, bins and values that there are. */
  n?: { least: number; most: number; total: number }
  run?: Run
  /** The state in a word or a number, and what goes with it. */
  text: string
  detail: string
  /** The whole story, for the tooltip. */
  explain: string
}

export const cellKey = (setId: number, featureId: number): string => `${setId}:${featureId}`

/** The windows and bins that one run makes of a pair: bp windows belong to point sets, percent bins to interval sets. */
export function wantedPairs(set: Dataset, feature: Source, grid: Grid | null): WindowBin[] {
  const all = grid ? grid[gridKey[pipelineOf(feature)]] : []
  return all.filter((p) => (p.window === 0) === (set.sizeType === 'interval'))
}

/** Sums up the results and the newest run of a pair. A run under way comes first, then a failure, then what is there. `raw`: raw counts are wanted as well. */
export function cellOf(set: Dataset, feature: Source, results: Result[] | undefined, run: Run | undefined, grid: Grid | null = null, raw = false): Cell {
  const mine = (results ?? []).filter((r) => r.featureId === feature.id)
  const shown = mine.filter((r) => !r.unavailable)
  const unavailable = mine.length - shown.length
  const make = (state: Cell['state'], text: string, detail: string, explain: string): Cell => ({
    state, text, detail, explain, results: shown.length, unavailable, run, ...(shown.length ? { n: rangeOf(shown) } : {}),
  })
  if (set.assemblyId !== feature.assemblyId) return make('impossible', 'not possible', 'other assembly', 'They belong to different assemblies.')
  if (run && (run.state === 'queued' || run.state === 'running' || run.state === 'cancelling')) return ofRun(run, make)
  if (run?.state === 'failed') {
    const why = run.error?.message ?? 'It failed without a reason.'
    return make('failed', 'failed', why, why)
  }
  if (shown.length) return ofResults(set, feature, run, mine, shown, grid, raw, make)
  if (mine.length) return make('impossible', 'not possible', mine[0].unavailable ?? '', mine[0].unavailable ?? '')
  if (results === undefined) return make('loading', '…', '', 'Looking for results …')
  if (run?.state === 'cancelled') return make('cancelled', 'cancelled', 'not computed', 'The last run was cancelled.')
  return make('missing', 'not computed', '', 'Nothing has been computed for this pair yet.')
}

type Make = (state: Cell['state'], text: string, detail: string, explain: string) => Cell

function ofRun(run: Run, make: Make): Cell {
  if (run.state === 'queued') {
    const place = run.position ? `number ${run.position} in ${run.queue}` : `in ${run.queue}`
    return make('queued', 'waiting', place, `Waiting for a worker, ${place}.`)
  }
  const share = `${Math.floor(run.progress * 100)} %`
  if (run.state === 'cancelling') return make('cancelling', 'cancelling', '', 'The worker will stop at the next safe point.')
  return make('running', share, run.message, run.message ? `${share}: ${run.message}` : 'A worker is computing.')
}

function ofResults(set: Dataset, feature: Source, run: Run | undefined, mine: Result[], shown: Result[], grid: Grid | null, raw: boolean, make: Make): Cell {
  const n = rangeOf(shown)
  const wanted = wantedPairs(set, feature, grid)
  const at = (r: WindowBin): string => `${r.window}:${r.bin}`
  const there = new Set(mine.filter((r) => r.value !== 'raw').map(at))
  const counted = new Set(mine.filter((r) => r.value === 'raw').map(at))
  const absent = wanted.filter((p) => !there.has(at(p)) || (raw && feature.kind === 'contacts' && !counted.has(at(p)))).length
  const lacking = mine.find((r) => r.unavailable)
  const text = `n ${n.least === n.most ? count(n.most) : `${count(n.least)}–${count(n.most)}`}`
  const story = [`${plural(shown.length, 'picture')} (windows, bins, values).`, sayRange(shown)]
  if (lacking) story.push(`${count(mine.length - shown.length)} more cannot be made from these data: ${lacking.unavailable}.`)
  if (absent) {
    story.push(`${plural(absent, 'window and bin', 'windows and bins')} of ${count(wanted.length)} not computed yet.`)
    return make('partial', text, `${count(wanted.length - absent)} of ${count(wanted.length)} computed`, story.join(' '))
  }
  const time = tookOf(run)
  const latest = shown.reduce((at, r) => (r.createdAt > at ? r.createdAt : at), '')
  if (latest) story.push(`Computed ${ago(latest)}${time ? `, in ${time}` : ''}.`)
  const pictures = lacking ? `${count(shown.length)} of ${count(mine.length)} possible` : plural(shown.length, 'picture')
  const detail = time ? `${pictures} · ${time}` : pictures
  return make('finished', text, detail, story.join(' '))
}

/** How long the run worked that has made them. */
function tookOf(run: Run | undefined): string {
  return run?.state === 'finished' && run.startedAt && run.finishedAt ? duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt)) : ''
}

function rangeOf(shown: Result[]): { least: number; most: number; total: number } {
  const ns = shown.map((r) => r.n)
  return { least: Math.min(...ns), most: Math.max(...ns), total: Math.max(...shown.map((r) => r.total)) }
}

function sayRange(shown: Result[]): string {
  const { least, most, total } = rangeOf(shown)
  if (least === most) return `Each uses ${count(most)} of ${plural(total, 'region')}.`
  const at = (n: number): string => {
    const r = shown.find((x) => x.n === n)
    return r?.window ? ` (±${bp(r.window)})` : ''
  }
  return `They use ${count(least)}${at(least)} to ${count(most)}${at(most)} of ${plural(total, 'region')}; what was lost is on each picture.`
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const rank = (d: Source): number => {
  if (d.kind !== 'regions') return groupOf(d)
  return d.dimension === 2 ? 2 : d.sizeType === 'interval' ? 1 : 0
}

/** Points, intervals, pairs; maps, tracks, collections; by name within each. */
export function inOrder<T extends Source>(list: T[]): T[] {
  return [...list].sort((a, b) => rank(a) - rank(b) || collator.compare(a.name, b.name) || a.id - b.id)
}

/** Requests that together ask for exactly the chosen cells: region sets that want the same features go together. */
export function groupCells(chosen: ReadonlySet<string>): { regionSetIds: number[]; featureIds: number[] }[] {
  const features = new Map<number, number[]>()
  for (const key of chosen) {
    const [set, feature] = key.split(':').map(Number)
    features.set(set, [...(features.get(set) ?? []), feature])
  }
  const groups = new Map<string, { regionSetIds: number[]; featureIds: number[] }>()
  for (const [set, ids] of features) {
    const sorted = [...ids].sort((a, b) => a - b)
    const key = sorted.join(',')
    const group = groups.get(key)
    if (group) group.regionSetIds.push(set)
    else groups.set(key, { regionSetIds: [set], featureIds: sorted })
  }
  return [...groups.values()]
}
