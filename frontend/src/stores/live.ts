import { defineStore } from 'pinia'
import { ref } from 'vue'

import { openEvents, type RawEvent } from '@/api/events'
import type { NotificationEvent } from '@/api/notifications'
import type { Dataset, DatasetGone, Run } from '@/api/types'

interface Topics {
  run: Run
  dataset: Dataset | DatasetGone
  notification: NotificationEvent
}

type Topic = keyof Topics
type Listener = (data: never) => void

/** The live connection to the server: one per page, shared by all stores and views. */
export const useLive = defineStore('live', () => {
  /** False while the connection is down; pages may then poll. */
  const connected = ref(false)
  const listeners: Record<Topic, Set<Listener>> = { run: new Set(), dataset: new Set(), notification: new Set() }
  const onReconnect = new Set<() => void>()
  let stop: (() => void) | null = null

  function dispatch(e: RawEvent): void {
    if (!(e.event in listeners)) return
    let data: never
    try {
      data = JSON.parse(e.data) as never
    } catch {
      return
    }
    for (const fn of listeners[e.event as Topic]) fn(data)
  }

  function start(): void {
    stop ??= openEvents({
      event: dispatch,
      reconnected: () => onReconnect.forEach((fn) => fn()),
      live: (on) => (connected.value = on),
    })
  }

  function end(): void {
    stop?.()
    stop = null
  }

  /** Calls fn for every event of a topic until the returned function is called. */
  function on<T extends Topic>(topic: T, fn: (data: Topics[T]) => void): () => void {
    listeners[topic].add(fn as Listener)
    return () => listeners[topic].delete(fn as Listener)
  }

  /** Calls fn after a lost connection has come back, to read again what may have been missed. */
  function resumed(fn: () => void): () => void {
    onReconnect.add(fn)
    return () => onReconnect.delete(fn)
  }

  return { connected, start, end, on, resumed }
})
