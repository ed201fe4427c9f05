import { computed, onScopeDispose, shallowReactive, watch, type ComputedRef } from 'vue'

import { asApiError, isAbort } from '@/api/errors'
import { fetchLocus } from '@/api/locus'
import type { NpyArray } from '@/api/npy'
import { SharedLoads, type Lease } from '@/lib/sharedLoads'

/** Up to 64 MB of what was looked at, so that going back shows it at once. */
const kept = new SharedLoads<NpyArray>(64e6, (a) => a.data.byteLength)

/** One array that is wanted: of which thing, from where, and what it is to be read as. */
export interface LocusWish<T> {
  key: string
  path: string
  read: (a: NpyArray) => T
}

export interface LocusLoad<T> {
  /** The last that came, which may be of another place. */
  value: T | null
  path: string
  error: string
  loading: boolean
}

/**
 * Loads each thing by itself, so that one that cannot be shown does not hide the others. The latest wish wins, requests that
 * nobody waits for any more are aborted, and what came last stays until the next is there.
 */
export function useLocusLoads<T>(wishes: () => LocusWish<T>[]): { loads: Map<string, LocusLoad<T>>; busy: ComputedRef<boolean>; retry: (key: string) => void } {
  const loads = shallowReactive(new Map<string, LocusLoad<T>>())
  const leases = new Map<string, Lease<NpyArray>>()

  function take(w: LocusWish<T>): void {
    const old = loads.get(w.key)
    if (old?.path === w.path && !old.error) return
    const lease = kept.load(w.path, (signal) => fetchLocus(w.path, signal))
    leases.get(w.key)?.release()
    leases.set(w.key, lease)
    loads.set(w.key, { value: old?.value ?? null, path: w.path, error: '', loading: true })
    lease.promise.then(
      (a) => {
        if (leases.get(w.key) === lease) loads.set(w.key, { value: w.read(a), path: w.path, error: '', loading: false })
      },
      (e: unknown) => {
        if (leases.get(w.key) === lease && !isAbort(e)) loads.set(w.key, { value: null, path: w.path, error: asApiError(e).message, loading: false })
      },
    )
  }

  watch(
    wishes,
    (list) => {
      const keys = new Set(list.map((w) => w.key))
      for (const key of loads.keys()) {
        if (keys.has(key)) continue
        leases.get(key)?.release()
        leases.delete(key)
        loads.delete(key)
      }
      list.forEach(take)
    },
    { immediate: true },
  )
  onScopeDispose(() => leases.forEach((l) => l.release()))
  return {
    loads,
    busy: computed(() => [...loads.values()].some((l) => l.loading)),
    retry: (key) => wishes().filter((w) => w.key === key).forEach(take),
  }
}
