/** Calls of the tables of datasets: what they find, in which order, how many of each, and changes of many at once. */
import { client, take } from './client'
import type { ManyGrant } from './sharing'
import type { BulkDependants, BulkOutcome, BulkPatch, Dataset, DatasetFacets, DatasetQuery, DatasetSort, Lineage, View, ViewDocument } from './types'

/** The parameters of a query; members that are empty are left out. */
export function queryParams(q: DatasetQuery) {
  const some = <T>(list?: T[] | null): T[] | undefined => (list?.length ? list : undefined)
  return {
    q: q.q?.trim() || undefined,
    matchCase: q.q?.trim() && q.matchCase ? true : undefined,
    kind: some(q.kinds),
    assemblyId: some(q.assemblyIds),
    ownerId: some(q.ownerIds),
    tag: some(q.tags),
    cellType: some(q.cellTypes),
    perturbation: some(q.perturbations),
    state: some(q.states),
  }
}

/** Lists are repeated parameters here, because texts may hold commas. */
const repeated = { array: { style: 'form', explode: true } } as const

export const tables = {
  ids: async (q: DatasetQuery, sort: DatasetSort | undefined, desc: boolean, signal?: AbortSignal): Promise<number[]> =>
    (await take(client.GET('/datasets/ids', { params: { query: { ...queryParams(q), sort, desc: desc || undefined } }, querySerializer: repeated, signal }))).ids,
  facets: (q: DatasetQuery, base: string[], signal?: AbortSignal): Promise<DatasetFacets> =>
    take(client.GET('/datasets/facets', { params: { query: { ...queryParams(q), base: base.join(',') } }, querySerializer: repeated, signal })),
  rows: async (ids: number[], signal?: AbortSignal): Promise<Dataset[]> =>
    ids.length === 0 ? [] : (await take(client.GET('/datasets', { params: { query: { id: ids, limit: ids.length } }, querySerializer: repeated, signal }))).items,
  patch: (body: BulkPatch): Promise<BulkOutcome> => take(client.PATCH('/datasets', { body })),
  share: (ids: number[], grants: ManyGrant[]): Promise<BulkOutcome> => take(client.POST('/datasets/share', { body: { ids, grants } })),
  dependants: (ids: number[]): Promise<BulkDependants> => take(client.POST('/datasets/delete', { body: { ids, dryRun: true } })),
  remove: (ids: number[]): Promise<BulkOutcome> => take(client.POST('/datasets/delete', { body: { ids } })),
  lineage: (id: number, signal?: AbortSignal): Promise<Lineage> => take(client.GET('/datasets/{id}/lineage', { params: { path: { id } }, signal })),
}

export const views = {
  list: async (signal?: AbortSignal): Promise<View[]> => (await take(client.GET('/views', { signal }))).items,
  create: (body: { page: View['page']; name: string; document: ViewDocument }): Promise<View> => take(client.POST('/views', { body })),
  patch: (id: number, body: { name?: string; document?: ViewDocument }): Promise<View> => take(client.PATCH('/views/{id}', { params: { path: { id } }, body })),
  remove: async (id: number): Promise<void> => {
    await take(client.DELETE('/views/{id}', { params: { path: { id } } }))
  },
}
