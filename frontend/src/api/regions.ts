/** Calls about what is inside of a dataset: regions as a table, small pictures, what was computed with it. */
import { authorised, client, take } from './client'
import type { HistogramOut, PreviewOut, RegionPage, ResultMatrix } from './types'

/** What part of a region set is looked at, and in which order. */
export interface RegionQuery {
  where: string[]
  find: string
  sort: string
  desc: boolean
}

const repeated = { array: { style: 'form', explode: true } } as const
const params = (q: RegionQuery) => ({ where: q.where.length ? q.where : undefined, find: q.find.trim() || undefined, sort: q.sort || undefined, desc: q.desc || undefined })

export const regions = {
  page: (id: number, q: RegionQuery, cursor: number, limit: number, signal?: AbortSignal): Promise<RegionPage> =>
    take(client.GET('/datasets/{id}/regions', { params: { path: { id }, query: { ...params(q), cursor, limit } }, querySerializer: repeated, signal })),
  histogram: (id: number, q: RegionQuery, column: string, signal?: AbortSignal): Promise<HistogramOut> =>
    take(client.GET('/datasets/{id}/regions/histogram', { params: { path: { id }, query: { ...params(q), column } }, querySerializer: repeated, signal })),
  file: (id: number, q: RegionQuery, format: 'bed' | 'bedpe' | 'tsv'): Promise<Response> => {
    const query = new URLSearchParams({ format })
    for (const w of q.where) query.append('where', w)
    for (const [k, v] of Object.entries(params(q))) if (k !== 'where' && v !== undefined) query.set(k, String(v))
    return authorised(`/datasets/${id}/regions/file?${query}`)
  },
  preview: (id: number, signal?: AbortSignal): Promise<PreviewOut> => take(client.GET('/datasets/{id}/preview', { params: { path: { id } }, signal })),
  results: (id: number, signal?: AbortSignal): Promise<ResultMatrix> => take(client.GET('/datasets/{id}/results', { params: { path: { id } }, signal })),
}
