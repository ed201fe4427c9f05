/** Calls about collections. All throw ApiError. */
import { client, take } from './client'
import type { FilterPreview } from './schema.gen'
import type { Collection, CollectionMeta, CollectionPatch, DatasetQuery, Dependants } from './types'

export type { FilterPreview }

export const collections = {
  list: async (signal?: AbortSignal): Promise<Collection[]> => (await take(client.GET('/collections', { signal }))).items,
  get: (id: number, signal?: AbortSignal): Promise<Collection> => take(client.GET('/collections/{id}', { params: { path: { id } }, signal })),
  create: (body: CollectionMeta): Promise<Collection> => take(client.POST('/collections', { body })),
  patch: (id: number, body: CollectionPatch): Promise<Collection> => take(client.PATCH('/collections/{id}', { params: { path: { id } }, body })),
  /** What another filter would make of a smart collection. */
  preview: (id: number, query: DatasetQuery, signal?: AbortSignal): Promise<FilterPreview> => take(client.POST('/collections/{id}/preview', { params: { path: { id } }, body: { query }, signal })),
  dependants: (id: number): Promise<Dependants> => take(client.DELETE('/collections/{id}', { params: { path: { id }, query: { dryRun: true } } })),
  remove: async (id: number): Promise<void> => {
    await take(client.DELETE('/collections/{id}', { params: { path: { id } } }))
  },
}
