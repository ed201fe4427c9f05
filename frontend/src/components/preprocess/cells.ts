import type { Dataset, Result, Run, RunState } from '@/api/types'

/** What is known about one pair of region set and feature. */
export interface Cell {
  state: RunState | 'missing' | 'loading' | 'impossible'
  /** Results that can be shown. */
  results: number
  /** Results that the data cannot give, such as a resolution the map lacks. */
  unavailable: number
  n?: number
  total?: number
  run?: Run
  explain: string
}

export const cellKey = (setId: number, featureId: number): string => `${setId}:${featureId}`

/** Sums up the results and the newest run of a pair. A run under way comes first, then what is there, then a failure. */
export function cellOf(set: Dataset, feature: Dataset, results: Result[] | undefined, run: Run | undefined): Cell {
  const mine = (results ?? []).filter((r) => r.featureId === feature.id)
  const shown = mine.filter((r) => !r.unavailable)
  const base = { results: shown.length, unavailable: mine.length - shown.length, run, n: shown[0]?.n, total: shown[0]?.total }
  if (set.assemblyId !== feature.assemblyId) return { ...base, state: 'impossible', explain: 'They belong to different assemblies.' }
  if (run && (run.state === 'queued' || run.state === 'running' || run.state === 'cancelling')) {
    const where = run.state === 'queued' && run.position ? `Number ${run.position} in the queue ${run.queue}.` : run.message
    return { ...base, state: run.state, explain: where || 'Waiting for a worker.' }
  }
  if (run?.state === 'failed') return { ...base, state: 'failed', explain: run.error?.message ?? 'It failed without a reason.' }
  if (shown.length) {
    const lack = base.unavailable ? ` ${base.unavailable} more cannot be made from these data: ${mine.find((r) => r.unavailable)?.unavailable}` : ''
    return { ...base, state: 'finished', explain: `${shown.length} pictures (windows, bins, values) are ready.${lack}` }
  }
  if (mine.length) return { ...base, state: 'impossible', explain: mine[0].unavailable ?? '' }
  if (results === undefined) return { ...base, state: 'loading', explain: 'Looking for results …' }
  if (run?.state === 'cancelled') return { ...base, state: 'cancelled', explain: 'The last run was cancelled.' }
  return { ...base, state: 'missing', explain: 'Nothing has been computed for this pair yet.' }
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
