/** What happened to one's things, and which kinds of it one is told of. */
import { client, take } from './client'
import type { Notification, NotificationKinds } from './schema.gen'

export type { Notification }
export type NoticeKind = Notification['kind']

export interface NotificationPage {
  items: Notification[]
  nextCursor?: number
  unread: number
}

/** The event of the topic notification; events are not part of the schema. */
export interface NotificationEvent {
  notification?: Notification
  readUpTo?: number
  unread: number
}

export const notifications = {
  list: (query: { unread?: boolean; cursor?: number; limit?: number }, signal?: AbortSignal): Promise<NotificationPage> =>
    take(client.GET('/notifications', { params: { query }, signal })),
  read: (id: number): Promise<Notification> => take(client.POST('/notifications/{id}/read', { params: { path: { id } } })),
  readUpTo: (upTo: number): Promise<{ unread: number }> => take(client.POST('/notifications/read', { body: { upTo } })),
  kinds: async (): Promise<NoticeKind[]> => (await take(client.GET('/notifications/settings'))).kinds as NoticeKind[],
  setKinds: async (kinds: NoticeKind[]): Promise<NoticeKind[]> =>
    (await take(client.PUT('/notifications/settings', { body: { kinds } as NotificationKinds }))).kinds as NoticeKind[],
}
