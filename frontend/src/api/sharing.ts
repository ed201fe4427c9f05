/** Calls about who may do what: grants, groups, people, links. All throw ApiError. */
import { client, take } from './client'
import type { Grant, Group, GroupWish, Link, LinkWish, ManyGrant, NewLink, Person, Session, Shared, Shares, SharesBody } from './schema.gen'

export type { Grant, Group, GroupWish, Link, LinkWish, ManyGrant, NewLink, Person, Shared, Shares, SharesBody }

/** What can be shared. */
export type ShareKind = 'dataset' | 'collection' | 'assembly' | 'session'

const paths = {
  dataset: '/datasets/{id}/grants', collection: '/collections/{id}/grants', assembly: '/assemblies/{id}/grants', session: '/sessions/{id}/grants',
} as const

export const grants = {
  get: (kind: ShareKind, id: number): Promise<Shares> => take(client.GET(paths[kind], { params: { path: { id } } })),
  put: (kind: ShareKind, id: number, body: SharesBody): Promise<Shares> => take(client.PUT(paths[kind], { params: { path: { id } }, body })),
}

export const people = {
  /** Accounts whose name begins with q, which has at least two letters. */
  find: async (q: string, signal?: AbortSignal): Promise<Person[]> => (await take(client.GET('/people', { params: { query: { q } }, signal }))).items,
}

export const groups = {
  list: async (): Promise<Group[]> => (await take(client.GET('/groups'))).items,
  create: (body: GroupWish): Promise<Group> => take(client.POST('/groups', { body })),
  update: (id: number, body: GroupWish): Promise<Group> => take(client.PUT('/groups/{id}', { params: { path: { id } }, body })),
  remove: (id: number) => take(client.DELETE('/groups/{id}', { params: { path: { id } } })),
  leave: (id: number) => take(client.POST('/groups/{id}/leave', { params: { path: { id } } })),
}

export const links = {
  list: async (session: number): Promise<Link[]> => (await take(client.GET('/sessions/{id}/links', { params: { path: { id: session } } }))).items,
  create: (session: number, body: LinkWish): Promise<NewLink> => take(client.POST('/sessions/{id}/links', { params: { path: { id: session } }, body })),
  revoke: (session: number, linkId: number) => take(client.DELETE('/sessions/{id}/links/{linkId}', { params: { path: { id: session, linkId } } })),
}

/** The session of the link that this page was opened with (see useShareToken in token.ts). */
export const shared = {
  get: (): Promise<Shared> => take(client.GET('/shared')),
  copy: (): Promise<Session> => take(client.POST('/shared/copy')),
}
