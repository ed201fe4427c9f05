import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { datasets as api } from '@/api/calls'
import { asApiError, type ApiError } from '@/api/errors'
import type { Dataset, DatasetPatch } from '@/api/types'

import { useAuth } from './auth'
import { useLive } from './live'

function ended(d: Dataset): boolean {
  return d.state === 'ready' || d.state === 'failed'
}

/** All datasets the user may read, newest first, kept up to date by events. */
export const useDatasets = defineStore('datasets', () => {
  const items = shallowRef<Dataset[]>([])
  const loaded = ref(false)
  const loading = ref(false)
  const error = shallowRef<ApiError | null>(null)
  let running: Promise<void> | null = null

  const byId = computed(() => new Map(items.value.map((d) => [d.id, d])))
  const regionSets = computed(() => items.value.filter((d) => d.kind === 'regions'))
  const features = computed(() => items.value.filter((d) => d.kind !== 'regions'))

  const auth = useAuth()
  const live = useLive()
  live.on('dataset', (d) => ('deleted' in d ? forget(d.id) : upsert(d)))
  live.resumed(() => {
    if (loaded.value) void load(true)
  })

  /** Reads the list once; with `again`, anew. Errors are kept in `error`, for the page to show with a retry. */
  function load(again = false): Promise<void> {
    if (loaded.value && !again) return Promise.resolve()
    running ??= (async () => {
      loading.value = true
      error.value = null
      try {
        items.value = await api.list()
        loaded.value = true
      } catch (e) {
        error.value = asApiError(e)
      } finally {
        loading.value = false
        running = null
      }
    })()
    return running
  }

  function upsert(d: Dataset): void {
    const me = auth.user
    // Events are written for everybody, so `mine` is worked out here.
    const own = { ...d, mine: d.mine || (me !== null && (me.id === d.ownerId || me.role === 'admin')) }
    const at = items.value.findIndex((x) => x.id === d.id)
    // Answers and events may cross: a check that has ended does not begin again.
    if (at >= 0 && ended(items.value[at]) && !ended(d)) return
    items.value = at < 0 ? [own, ...items.value] : items.value.map((x, i) => (i === at ? own : x))
  }

  function forget(id: number): void {
    items.value = items.value.filter((d) => d.id !== id)
  }

  async function patch(id: number, body: DatasetPatch): Promise<Dataset> {
    const d = await api.patch(id, body)
    upsert(d)
    return d
  }

  async function remove(id: number): Promise<void> {
    await api.remove(id)
    forget(id)
  }

  return { items, byId, regionSets, features, loaded, loading, error, load, upsert, forget, patch, remove }
})
