/** Calls for computed arrays and the autosaved workspace. All throw ApiError, or the AbortError of their signal. */
import { authorised, client, take } from './client'
import { asApiError } from './errors'
import { parseNpy, type NpyArray } from './npy'
import type { Draft, Result, Wish } from './types'

export const results = {
  listFor: async (id: number, signal?: AbortSignal): Promise<Result[]> =>
    (await take(client.GET('/region-sets/{id}/results', { params: { path: { id } }, signal }))).items,
  /** The regions that a set of an association touches in one bin. */
  members: (id: number, target: number, bin: number): Promise<{ n: number; bitmap: string }> =>
    take(client.GET('/results/{id}/members', { params: { path: { id }, query: { target, bin } } })),
  get: (id: number, signal?: AbortSignal): Promise<Result> => take(client.GET('/results/{id}', { params: { path: { id } }, signal })),
  /** The result when it is there, or the run that makes it. */
  onDemand: (body: Wish): Promise<Result | { runId: number }> => take(client.POST('/results', { body })),
}

export const workspace = {
  /** null: there is none yet. */
  async get(): Promise<Draft | null> {
    try {
      return await take(client.GET('/workspace'))
    } catch (e) {
      if (asApiError(e).status === 404) return null
      throw e
    }
  },
  put: (body: { document: unknown; sessionId?: number; revision: number }): Promise<Draft> => take(client.PUT('/workspace', { body })),
}

/** One array of a result, or the part that is wanted of it. */
export interface ArraySpec {
  resultId: number
  /** Goes into the address, so that the browser may keep the answer for ever. */
  hash: string
  /** Array name, `order` for the row order of a sorted stack, `clusters` for the group of every region, or `aggregate`, see subset. */
  name: string
  /** The regions that `aggregate` is of (see lib/selection.ts): one slab each for mean, n, sem and, of stackups, median. */
  subset?: string
  rows?: string
  rowBlock?: number
  sort?: string
  desc?: boolean
  /** For the sort `column`: a column of the region set. */
  column?: string
  /** For the sort `range`: columns a..b. */
  from?: number
  to?: number
  /** For the sort `random`. */
  seed?: number
  /** Another stackup of the set, whose values are sorted by. */
  by?: number
  /** A column of the region set whose values bring rows together. */
  group?: string
  /** Versions of these columns. */
  of?: string
  /** For the sort `score`: the 2D average whose scores of single regions are sorted by, `column` says which. */
  scores?: number
  /** So many groups of alike rows lie together, those of the stackup `clustersOf`; of `clusters` itself: how many groups. */
  clusters?: number
  clustersOf?: number
  /** Only rows with the `facetIs`-th value, or range, of a column. */
  facet?: string
  facetBins?: number
  facetIs?: number
}

/** The path below the API. Equal paths mean equal arrays. */
export function arrayPath(s: ArraySpec): string {
  if (s.subset !== undefined) return `/results/${s.resultId}/aggregate?${new URLSearchParams({ subset: s.subset, v: s.hash })}`
  if (s.name === 'clusters') return `/results/${s.resultId}/clusters?${new URLSearchParams({ k: String(s.clusters ?? 2) })}`
  const path = s.name === 'order' ? `/results/${s.resultId}/order` : `/results/${s.resultId}/arrays/${s.name}`
  const query = new URLSearchParams()
  if (s.rows) query.set('rows', s.rows)
  if (s.rowBlock && s.rowBlock > 1) query.set('rowBlock', String(s.rowBlock))
  if (s.sort && s.sort !== 'index') query.set('sort', s.sort)
  if (s.desc) query.set('desc', 'true')
  if (s.to) {
    query.set('from', String(s.from ?? 0))
    query.set('to', String(s.to))
  }
  if (s.seed) query.set('seed', String(s.seed))
  if (s.by) query.set('by', String(s.by))
  if (s.column) query.set('column', s.column)
  if (s.group) query.set('group', s.group)
  if (s.of) query.set('of', s.of)
  if (s.scores) query.set('scores', String(s.scores))
  if (s.clusters) query.set('clusters', String(s.clusters))
  if (s.clustersOf) query.set('clustersOf', String(s.clustersOf))
  if (s.facet) {
    query.set('facet', s.facet)
    if (s.facetBins) query.set('facetBins', String(s.facetBins))
    query.set('facetIs', String(s.facetIs ?? 0))
  }
  query.set('v', s.hash)
  return `${path}?${query}`
}

/** The slabs of an aggregate, in their order. */
export const SLABS = ['mean', 'n', 'sem', 'median'] as const

export function slab(a: NpyArray, name: (typeof SLABS)[number]): Float64Array {
  const size = a.data.length / a.shape[0]
  const at = SLABS.indexOf(name)
  if (at >= a.shape[0]) throw new Error(`the aggregate has no ${name}`)
  const part = a.data.subarray(at * size, (at + 1) * size)
  return part instanceof Float64Array ? part : Float64Array.from(part)
}

export async function fetchArray(spec: ArraySpec, signal: AbortSignal): Promise<NpyArray> {
  const res = await (spec.subset === undefined
    ? authorised(arrayPath(spec), { signal })
    : authorised(`/results/${spec.resultId}/aggregate`, {
        signal, method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ subset: { bitmap: spec.subset } }),
      }))
  return parseNpy(await res.arrayBuffer())
}
