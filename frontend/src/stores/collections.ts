import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { collections as api } from '@/api/collections'
import { asApiError, type ApiError } from '@/api/errors'
import type { Collection, Dataset } from '@/api/types'

import { useLive } from './live'

/** What a widget shows: a dataset, or a collection, which has the little that both have. */
export type Source = Pick<Dataset, 'id' | 'name' | 'kind' | 'state' | 'assemblyId' | 'facts'> &
  Partial<Pick<Dataset, 'cellType' | 'perturbation' | 'sampleId' | 'tags'>>

/** The kind of datasets that lists of datasets leave out. */
export const COLLECTION = 'collection' as Dataset['kind']

/** All collections the user may use, as things that widgets can show. */
export const useCollections = defineStore('collections', () => {
  const items = shallowRef<Collection[]>([])
  const loaded = ref(false)
  const error = shallowRef<ApiError | null>(null)
  let running: Promise<void> | null = null

  const sources = computed<Source[]>(() =>
    items.value
      // Whoever may not read a member may not have anything computed of the whole.
      .filter((c) => !c.hidden)
      .map((c) => ({ id: c.id, name: c.name, kind: COLLECTION, state: 'ready', assemblyId: c.assemblyId, facts: { collection: { kind: c.kind } } })),
  )
  const byId = computed(() => new Map(sources.value.map((s) => [s.id, s])))

  useLive().resumed(() => {
    if (loaded.value) void load(true)
  })

  /** Reads the list once; with `again`, anew. */
  function load(again = false): Promise<void> {
    if (loaded.value && !again) return Promise.resolve()
    running ??= (async () => {
      error.value = null
      try {
        items.value = await api.list()
      } catch (e) {
        error.value = asApiError(e)
      } finally {
        // A list that cannot be read is an empty one: the widget then says that its collection cannot be read.
        loaded.value = true
        running = null
      }
    })()
    return running
  }

  return { items, sources, byId, loaded, error, load }
})
