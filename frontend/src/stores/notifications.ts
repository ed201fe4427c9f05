import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { asApiError, type ApiError } from '@/api/errors'
import { notifications as api, type Notification, type NotificationEvent } from '@/api/notifications'

import { useLive } from './live'

const PAGE = 30

/** The user's notifications, newest first, kept up to date by events; and how many are unread. */
export const useNotifications = defineStore('notifications', () => {
  const items = shallowRef<Notification[]>([])
  const unread = ref(0)
  const loaded = ref(false)
  const loading = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const more = ref<number | undefined>()
  const newest = computed(() => items.value.reduce((n, x) => Math.max(n, x.id), 0))

  const live = useLive()
  live.on('notification', take)
  // What came while the connection was down is told again by the stream; the list is read anew for what it has lost.
  live.resumed(() => void load())

  function take(e: NotificationEvent): void {
    unread.value = e.unread
    if (e.readUpTo) markUpTo(e.readUpTo)
    const n = e.notification
    if (!n) return
    const rest = items.value.filter((x) => x.id !== n.id)
    // One that has changed keeps its place; a new one is the first.
    items.value = [...rest, n].sort((a, b) => b.id - a.id)
  }

  function markUpTo(id: number): void {
    const now = new Date().toISOString()
    items.value = items.value.map((x) => (x.id <= id && !x.readAt ? { ...x, readAt: now } : x))
  }

  async function load(): Promise<void> {
    loading.value = true
    error.value = null
    try {
      const page = await api.list({ limit: PAGE })
      items.value = page.items
      unread.value = page.unread
      more.value = page.nextCursor
      loaded.value = true
    } catch (e) {
      error.value = asApiError(e)
    } finally {
      loading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    if (!more.value) return
    const page = await api.list({ limit: PAGE, cursor: more.value })
    const known = new Set(items.value.map((x) => x.id))
    items.value = [...items.value, ...page.items.filter((x) => !known.has(x.id))]
    more.value = page.nextCursor
  }

  async function read(n: Notification): Promise<void> {
    if (n.readAt) return
    const done = await api.read(n.id)
    items.value = items.value.map((x) => (x.id === n.id ? done : x))
  }

  /** All that have been seen here; one that comes meanwhile stays unread. */
  async function readAll(): Promise<void> {
    if (!newest.value) return
    const upTo = newest.value
    unread.value = (await api.readUpTo(upTo)).unread
    markUpTo(upTo)
  }

  return { items, unread, loaded, loading, error, more, load, loadMore, read, readAll, take }
})
