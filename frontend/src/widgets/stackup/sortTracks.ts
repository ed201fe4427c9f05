import type { Result } from '@/api/types'

/** A track of the set whose values the rows of another one can be sorted by. */
export interface SortTrack {
  featureId: number
  name: string
  result: Result
}

/**
 * The other tracks that were stacked at the same window, the same way round and at the same anchor, so that a place in one is the same
 * place in the other; of each the result of the same bin and summary, or of those that are nearest.
 */
export function sortTracks(results: Result[], own: Result, nameOf: (featureId: number) => string): SortTrack[] {
  const usable = results.filter(
    (r) => r.pipeline === 'stackup' && !r.unavailable && r.featureId !== own.featureId && r.window === own.window && (r.side ?? '') === (own.side ?? '') && (r.params.orient ?? '') === (own.params.orient ?? ''),
  )
  const far = (r: Result): number => Math.abs(Math.log(r.bin / own.bin)) + (r.value === own.value ? 0 : 100)
  return [...new Set(usable.map((r) => r.featureId))]
    .map((featureId) => ({ featureId, name: nameOf(featureId), result: usable.filter((r) => r.featureId === featureId).reduce((a, b) => (far(b) < far(a) ? b : a)) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}
