import { defineStore } from 'pinia'
import { reactive, shallowRef } from 'vue'

import { settings } from '@/api/calls'
import { asApiError, type ApiError } from '@/api/errors'
import { results as api } from '@/api/results'
import type { Grid, Result } from '@/api/types'

import { useLive } from './live'

export interface ResultList {
  state: 'loading' | 'ready' | 'failed'
  items: Result[]
  error: ApiError | null
}

/** What can be shown, per region set; read once and again whenever a run about the set ends. */
export const useResults = defineStore('results', () => {
  const lists = reactive(new Map<number, ResultList>())
  const grid = shallowRef<Grid | null>(null)
  const small = shallowRef<Grid | null>(null)
  const reading = new Map<number, Promise<void>>()
  let readingGrid: Promise<void> | null = null

  const live = useLive()
  live.on('run', (run) => {
    if (run.state === 'finished' && lists.has(run.regionSetId)) void read(run.regionSetId)
  })
  live.resumed(() => {
    for (const id of lists.keys()) void read(id)
  })

  /** The list of a set; begins to read it when it is not known. */
  function forSet(id: number): ResultList | undefined {
    if (id <= 0) return undefined
    if (!lists.has(id) && !reading.has(id)) queueMicrotask(() => void read(id))
    return lists.get(id)
  }

  function read(id: number): Promise<void> {
    // A list that is asked for while it is on the way may already be old when it arrives: read once more after it.
    const now = (reading.get(id) ?? Promise.resolve()).then(() => readOnce(id)).finally(() => {
      if (reading.get(id) === now) reading.delete(id)
    })
    reading.set(id, now)
    return now
  }

  async function readOnce(id: number): Promise<void> {
    const old = lists.get(id)
    if (!old || old.state === 'failed') lists.set(id, { state: 'loading', items: old?.items ?? [], error: null })
    try {
      lists.set(id, { state: 'ready', items: await api.listFor(id), error: null })
    } catch (e) {
      lists.set(id, { state: 'failed', items: old?.items ?? [], error: asApiError(e) })
    }
  }

  function loadGrid(): Promise<void> {
    readingGrid ??= Promise.all([settings.grid(), settings.grid('small')]).then(
      ([g, s]) => void ((grid.value = g), (small.value = s)),
      () => void (readingGrid = null),
    )
    return readingGrid
  }

  return { lists, grid, small, forSet, read, loadGrid }
})
