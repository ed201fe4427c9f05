/** Calls about the metadata of region sets: tables of values that are joined to their regions. */
import { authorised, client, take } from './client'
import type { MetaColumn, MetaPlan, MetaPreview, MetaTable, RowGroup } from './schema.gen'

export type { MetaColumn, MetaPlan, MetaPreview, MetaTable, RowGroup }
export type MetaType = MetaColumn['type']

export const metadata = {
  list: async (set: number, signal?: AbortSignal): Promise<MetaTable[]> =>
    (await take(client.GET('/datasets/{id}/metadata', { params: { path: { id: set } }, signal }))).items,
  upload: async (set: number, file: File, signal?: AbortSignal): Promise<MetaTable> => {
    const body = new FormData()
    body.append('file', file, file.name)
    return (await authorised(`/datasets/${set}/metadata`, { method: 'POST', body, signal })).json() as Promise<MetaTable>
  },
  preview: (id: number, plan: MetaPlan, signal?: AbortSignal): Promise<MetaPreview> =>
    take(client.POST('/metadata/{id}/preview', { params: { path: { id } }, body: plan, signal })),
  join: (id: number, plan: MetaPlan): Promise<MetaTable> => take(client.POST('/metadata/{id}/join', { params: { path: { id } }, body: plan })),
  rename: (id: number, name: string): Promise<MetaTable> => take(client.PATCH('/metadata/{id}', { params: { path: { id } }, body: { name } })),
  remove: (id: number) => take(client.DELETE('/metadata/{id}', { params: { path: { id } } })),
  patchColumn: (id: number, body: { name?: string; type?: MetaType }): Promise<MetaColumn> =>
    take(client.PATCH('/metadata/columns/{id}', { params: { path: { id } }, body })),
  removeColumn: (id: number) => take(client.DELETE('/metadata/columns/{id}', { params: { path: { id } } })),
  file: (id: number): Promise<Response> => authorised(`/metadata/${id}/file`),
  /** With `bins`, ranges of a column of numbers instead of single values; with `bitmap`, the regions of each, too. */
  groups: async (set: number, column: string, signal?: AbortSignal, more: { bins?: number; bitmap?: boolean } = {}): Promise<RowGroup[]> =>
    (await take(client.GET('/datasets/{id}/regions/groups', { params: { path: { id: set }, query: { column, ...more } }, signal }))).items,
}
