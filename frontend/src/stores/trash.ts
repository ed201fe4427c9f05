import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { asApiError, type ApiError } from '@/api/errors'
import { trash as api, type TrashItem } from '@/api/trash'

import { useDatasets } from './datasets'
import { useLive } from './live'
import { useResults } from './results'

/** What the user has in the trash. */
export const useTrash = defineStore('trash', () => {
  const items = shallowRef<TrashItem[]>([])
  const loaded = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const byId = computed(() => new Map(items.value.map((t) => [t.id, t])))
  let running: Promise<void> | null = null

  const datasets = useDatasets()
  const results = useResults()
  // A dataset that was deleted somewhere is in the trash now; one that is back is not.
  useLive().on('dataset', (d) => {
    if (!loaded.value || !('deleted' in d || byId.value.has(d.id))) return
    void load(true)
    if (!('deleted' in d)) readResults()
  })

  function load(again = false): Promise<void> {
    if (loaded.value && !again) return Promise.resolve()
    running ??= (async () => {
      error.value = null
      try {
        items.value = await api.list()
        loaded.value = true
      } catch (e) {
        error.value = asApiError(e)
      } finally {
        running = null
      }
    })()
    return running
  }

  /** Results of what is back can be shown again. */
  function readResults(): void {
    for (const id of results.lists.keys()) void results.read(id)
  }

  function forget(id: number): void {
    items.value = items.value.filter((t) => t.id !== id)
  }

  async function restore(id: number): Promise<void> {
    await api.restore(id)
    forget(id)
    await datasets.load(true)
    readResults()
  }

  async function remove(id: number): Promise<void> {
    await api.remove(id)
    forget(id)
  }

  async function empty(): Promise<void> {
    await api.empty()
    await load(true)
  }

  return { items, byId, loaded, error, load, restore, remove, empty }
})
