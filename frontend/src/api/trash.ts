/** What was deleted and can be brought back. */
import { client, take } from './client'
import type { TrashItem } from './schema.gen'

export type { TrashItem }

export const trash = {
  list: async (all = false, signal?: AbortSignal): Promise<TrashItem[]> =>
    (await take(client.GET('/trash', { params: { query: all ? { all } : {} }, signal }))).items,
  restore: (id: number): Promise<TrashItem> => take(client.POST('/trash/{id}/restore', { params: { path: { id } } })),
  remove: (id: number) => take(client.DELETE('/trash/{id}', { params: { path: { id } } })),
  empty: async (): Promise<number> => (await take(client.DELETE('/trash'))).deleted,
}
