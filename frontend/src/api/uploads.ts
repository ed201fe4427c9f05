/** Calls about uploads, imports and the space for them. All throw ApiError. */
import { client, take } from './client'
import type { Dataset, DatasetMeta } from './types'
import type * as schema from './schema.gen'

export type Upload = schema.Upload
export type RemoteFile = schema.RemoteFile
export type ManifestEntry = schema.ManifestEntry
export type Repository = schema.Repository
export type RepositoryFields = schema.RepositoryFields
export type Room = schema.Room
export type UploadLimits = schema.UploadLimits
export type QuotaUse = schema.QuotaUse

export interface Source {
  url?: string
  accession?: string
  repositoryId?: number
  md5?: string
  sha256?: string
}

export const uploads = {
  unfinished: async (): Promise<Upload[]> => (await take(client.GET('/uploads'))).items,
  describe: (id: string, meta: unknown) => take(client.PUT('/uploads/{id}', { params: { path: { id } }, body: { meta } })),
  remove: async (id: string): Promise<void> => {
    await take(client.DELETE('/uploads/{id}', { params: { path: { id } }, headers: { 'Tus-Resumable': '1.0.0' } }))
  },
  /** Makes a dataset of a complete upload; asking again gives the same one. */
  finish: (uploadId: string, meta: DatasetMeta, sha256?: string): Promise<Dataset> =>
    // The schema also knows the multipart form, which the client cannot tell apart.
    take(client.POST('/datasets', { body: { ...meta, uploadId, ...(sha256 ? { sha256 } : {}) } as never, bodySerializer: (b) => JSON.stringify(b), headers: { 'Content-Type': 'application/json' } })),
  room: () => take(client.GET('/room')),
}

export const imports = {
  parse: async (text: string): Promise<ManifestEntry[]> => (await take(client.POST('/imports/parse', { body: { text } }))).items,
  describe: (body: Source) => take(client.POST('/imports/describe', { body })),
  start: (source: Source, meta: DatasetMeta) => take(client.POST('/imports', { body: { ...source, meta } })),
}

export const repositories = {
  list: async (): Promise<Repository[]> => (await take(client.GET('/repositories'))).items,
  setKey: async (id: number, keyId: string, secret: string): Promise<void> => {
    await take(client.PUT('/repositories/{id}/key', { params: { path: { id } }, body: { keyId, secret } }))
  },
  deleteKey: async (id: number): Promise<void> => {
    await take(client.DELETE('/repositories/{id}/key', { params: { path: { id } } }))
  },
  create: (r: RepositoryFields) => take(client.POST('/admin/repositories', { body: r })),
  update: (id: number, r: RepositoryFields) => take(client.PUT('/admin/repositories/{id}', { params: { path: { id } }, body: r })),
  remove: async (id: number): Promise<void> => {
    await take(client.DELETE('/admin/repositories/{id}', { params: { path: { id } } }))
  },
}

export const space = {
  limits: () => take(client.GET('/admin/upload-limits')),
  setLimits: (l: UploadLimits) => take(client.PUT('/admin/upload-limits', { body: l })),
  usage: async (): Promise<QuotaUse[]> => (await take(client.GET('/admin/usage'))).items,
  setQuota: async (userId: number, bytes: number | null): Promise<void> => {
    await take(client.PUT('/admin/users/{id}/quota', { params: { path: { id: userId } }, body: bytes === null ? {} : { bytes } }))
  },
}
