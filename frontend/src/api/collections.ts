/** Calls about collections. All throw ApiError. */
import { client, take } from './client'
import type { Collection, CollectionMeta, CollectionPatch, Dependants } from './types'

export const collections = {
  list: async (signal?: AbortSignal): Promise<Collection[]> => (await take(client.GET('/collections', { signal }))).items,
  get: (id: number, signal?: AbortSignal): Promise<Collection> => take(client.GET('/collections/{id}', { params: { path: { id } }, signal })),
  create: (body: CollectionMeta): Promise<Collection> => take(client.POST('/collections', { body })),
  patch: (id: number, body: CollectionPatch): Promise<Collection> => take(client.PATCH('/collections/{id}', { params: { path: { id } }, body })),
  dependants: (id: number): Promise<Dependants> => take(client.DELETE('/collections/{id}', { params: { path: { id }, query: { dryRun: true } } })),
  remove: async (id: number): Promise<void> => {
    await take(client.DELETE('/collections/{id}', { params: { path: { id } } }))
  },
}
