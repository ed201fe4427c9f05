import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { asApiError, isAbort, type ApiError } from '@/api/errors'
import type { NpyArray } from '@/api/npy'
import { arrayPath, fetchArray, type ArraySpec } from '@/api/results'
import { SharedLoads, type Lease } from '@/lib/sharedLoads'

/** Arrays of all widgets, up to 256 MB of them. */
const arrays = new SharedLoads<NpyArray>(256e6, (a) => a.data.byteLength)

/** What is wanted: the arrays by a name of the caller's, and whatever belongs to them. */
export interface Wanted<M> {
  meta: M
  specs: Record<string, ArraySpec>
}

/** Arrays that have arrived, with the meta they were asked with: both always belong together. */
export interface Shown<M> {
  meta: M
  arrays: Record<string, NpyArray>
}

export interface ArraysState {
  loading: Ref<boolean>
  /** Why the arrays that are wanted now have not come; `shown` is then the last that came. */
  error: ShallowRef<ApiError | null>
  retry: () => void
}

/**
 * Keeps `shown` at what `wanted` asks. While new arrays are on the way the old ones stay, marked by `loading`. A request that
 * is no longer wanted is aborted, so the latest wish wins. Nothing wanted: nothing shown.
 */
export function useArrays<M>(wanted: () => Wanted<M> | null): ArraysState & { shown: ShallowRef<Shown<M> | null> } {
  const shown = shallowRef<Shown<M> | null>(null)
  const loading = ref(false)
  const error = shallowRef<ApiError | null>(null)
  let leases: Lease<NpyArray>[] = []
  let round = 0

  function release(): void {
    for (const l of leases) l.release()
    leases = []
  }

  async function load(want: Wanted<M> | null): Promise<void> {
    const mine = ++round
    const old = leases
    error.value = null
    if (!want) {
      leases = []
      shown.value = null
      loading.value = false
      old.forEach((l) => l.release())
      return
    }
    const entries = Object.entries(want.specs).map(([name, spec]) => [name, arrayPath(spec), spec] as const)
    const kept = entries.map(([name, key]) => [name, arrays.peek(key)] as const)
    if (kept.every(([, a]) => a)) {
      leases = []
      old.forEach((l) => l.release())
      loading.value = false
      shown.value = { meta: want.meta, arrays: Object.fromEntries(kept) as Record<string, NpyArray> }
      return
    }
    loading.value = true
    const next = entries.map(([, key, spec]) => arrays.load(key, (signal) => fetchArray(spec, signal)))
    leases = next
    // Only now: what both wishes need is not fetched twice.
    old.forEach((l) => l.release())
    try {
      const got = await Promise.all(next.map((l) => l.promise))
      if (mine !== round) return
      shown.value = { meta: want.meta, arrays: Object.fromEntries(entries.map(([name], i) => [name, got[i]])) }
      loading.value = false
    } catch (e) {
      if (mine !== round || isAbort(e)) return
      loading.value = false
      error.value = asApiError(e)
    }
  }

  watch(wanted, (w) => void load(w), { immediate: true })
  onScopeDispose(() => {
    round++
    release()
  })
  return { shown, loading, error, retry: () => void load(wanted()) }
}
