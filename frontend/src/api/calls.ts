/** Every call of the API that pages make. All throw ApiError. */
import { authorised, client, take } from './client'
import type { Assembly, Dataset, DatasetPatch, Dependants, PreprocessBody, RunLog, RunState, Session, SessionVersion } from './types'

interface Page<T> {
  items: T[]
  nextCursor?: string
}

/** Follows the cursor to the end of a list. */
async function all<T>(page: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const out: T[] = []
  let cursor: string | undefined
  do {
    const p = await page(cursor)
    out.push(...p.items)
    cursor = p.nextCursor
  } while (cursor)
  return out
}

/** Multipart bodies are built here; the schema knows their parts as strings only. */
function form(parts: Record<string, string | File | undefined>): FormData {
  const f = new FormData()
  for (const [k, v] of Object.entries(parts)) if (v !== undefined) f.append(k, v)
  return f
}

export const assemblies = {
  list: async (signal?: AbortSignal): Promise<Assembly[]> => (await take(client.GET('/assemblies', { signal }))).items,
  /** Also of other people's assemblies, which the list leaves out: a dataset that is shared with us may lie on one. */
  get: (id: number) => take(client.GET('/assemblies/{id}', { params: { path: { id } } })),
  create: async (meta: { name: string; organism: string }, sizes: File, arms?: File): Promise<Assembly> =>
    (await authorised('/assemblies', { method: 'POST', body: form({ meta: JSON.stringify(meta), sizes, arms }) })).json(),
  remove: (id: number) => take(client.DELETE('/assemblies/{id}', { params: { path: { id } } })),
}

export const datasets = {
  list: (signal?: AbortSignal): Promise<Dataset[]> =>
    all((cursor) => take(client.GET('/datasets', { params: { query: { cursor, limit: 1000 } }, signal }))),
  get: (id: number, signal?: AbortSignal) => take(client.GET('/datasets/{id}', { params: { path: { id } }, signal })),
  patch: (id: number, body: DatasetPatch) => take(client.PATCH('/datasets/{id}', { params: { path: { id } }, body })),
  dependants: (id: number): Promise<Dependants> =>
    take(client.DELETE('/datasets/{id}', { params: { path: { id }, query: { dryRun: true } } })),
  remove: async (id: number): Promise<void> => {
    await take(client.DELETE('/datasets/{id}', { params: { path: { id } } }))
  },
  regions: (id: number, cursor: number, limit: number, signal?: AbortSignal) =>
    take(client.GET('/datasets/{id}/regions', { params: { path: { id }, query: { cursor, limit } }, signal })),
  file: (id: number, signal?: AbortSignal): Promise<Response> => authorised(`/datasets/${id}/file`, { signal }),
}

export const runs = {
  list: (query: { state?: RunState[]; mine?: boolean; regionSetId?: number; featureId?: number; cursor?: number; limit?: number }, signal?: AbortSignal) =>
    take(client.GET('/runs', { params: { query }, signal })),
  get: (id: number) => take(client.GET('/runs/{id}', { params: { path: { id } } })),
  cancel: (id: number) => take(client.POST('/runs/{id}/cancel', { params: { path: { id } } })),
  retry: (id: number) => take(client.POST('/runs/{id}/retry', { params: { path: { id } } })),
  preprocess: (body: PreprocessBody) => take(client.POST('/preprocess', { body })),
  estimate: (body: PreprocessBody, signal?: AbortSignal) => take(client.POST('/preprocess/estimate', { body, signal })),
  log: async (id: number): Promise<RunLog[]> => (await take(client.GET('/runs/{id}/log', { params: { path: { id } } }))).items,
}

export const sessions = {
  list: async (signal?: AbortSignal): Promise<Session[]> => (await take(client.GET('/sessions', { signal }))).items,
  get: (id: number, signal?: AbortSignal) => take(client.GET('/sessions/{id}', { params: { path: { id } }, signal })),
  create: (body: { name: string; public: boolean; document: unknown }) => take(client.POST('/sessions', { body })),
  update: (id: number, body: { name: string; public?: boolean; document: unknown; version: number }) =>
    take(client.PUT('/sessions/{id}', { params: { path: { id } }, body })),
  remove: (id: number) => take(client.DELETE('/sessions/{id}', { params: { path: { id } } })),
  versions: async (id: number): Promise<SessionVersion[]> => (await take(client.GET('/sessions/{id}/versions', { params: { path: { id } } }))).items,
  version: (id: number, version: number, signal?: AbortSignal) => take(client.GET('/sessions/{id}/versions/{version}', { params: { path: { id, version } }, signal })),
}

export const settings = {
  grid: (preset?: 'regular' | 'small') => take(client.GET('/settings/grid', { params: { query: { preset } } })),
}
