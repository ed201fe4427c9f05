import { computed, type ComputedRef } from 'vue'

import type { Dataset, Result } from '@/api/types'
import { useDatasets } from '@/stores/datasets'
import { useResults } from '@/stores/results'

/** A score of single regions in a 2D average of the set, by which its rows can be sorted. */
export interface Score {
  /** MAP:VALUE:NAME, as the document has it. */
  key: string
  /** Of the list. */
  text: string
  /** Where nothing else tells the map. */
  words: string
  map: string
  name: string
  result: Result
}

const NAMES: Record<string, string> = { ratio: 'corner score (centre ÷ corners)', centre: 'centre 3 × 3 mean', corners: 'mean of the corners', coverage: 'coverage of the window', missing: 'missing cells' }
const SHORT: Record<string, string> = { ratio: 'corner score', centre: 'centre', corners: 'corners', coverage: 'coverage', missing: 'missing cells' }
const VALUES: Record<string, string> = { oe: 'O/E', iccf: 'ICCF', raw: 'raw counts' }

/** The scores that single regions have in the 2D averages of a set: at this window, or else at the one that is nearest; of each map and value the middle bin. */
export function scoresOf(results: Result[], window: number, nameOf: (map: number) => string): Score[] {
  const usable = results.filter((r) => r.pipeline === 'pileup' && !r.unavailable && (r.params.edge ?? 'drop') === 'drop')
  const by = new Map<string, Result[]>()
  for (const r of usable) by.set(`${r.featureId}:${r.value}`, [...(by.get(`${r.featureId}:${r.value}`) ?? []), r])
  return [...by].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })).flatMap(([key, list]) => {
    const far = (r: Result) => Math.abs(Math.log((r.window || 1) / (window || 1)))
    const least = Math.min(...list.map(far))
    const near = list.filter((r) => far(r) === least).sort((a, b) => a.bin - b.bin)
    const result = near[Math.floor((near.length - 1) / 2)]
    const map = `${nameOf(result.featureId)} · ${VALUES[result.value ?? ''] ?? result.value}`
    return Object.keys(NAMES).map((name) => ({ key: `${key}:${name}`, name, map, text: NAMES[name], words: `${SHORT[name]} in ${nameOf(result.featureId)}, ${VALUES[result.value ?? ''] ?? ''}`, result }))
  })
}

export function useScores(set: () => Dataset | undefined, window: () => number): ComputedRef<Score[]> {
  const [results, datasets] = [useResults(), useDatasets()]
  return computed(() => scoresOf(results.forSet(set()?.id ?? 0)?.items ?? [], window(), (id) => datasets.byId.get(id)?.name ?? `map ${id}`))
}
