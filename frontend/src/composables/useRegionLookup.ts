import { shallowRef, watch, type ShallowRef } from 'vue'

import { datasets } from '@/api/calls'
import { isAbort } from '@/api/errors'
import type { Region } from '@/api/types'
import { Lru } from '@/lib/lru'

const seen = new Lru<Region>(5000)
const PAUSE_MS = 60

/** The region of a set with this row index, asked for once the pointer rests; null while it is not known. */
export function useRegionLookup(wanted: () => { setId: number; index: number } | null): ShallowRef<Region | null> {
  const region = shallowRef<Region | null>(null)
  watch(wanted, (w, _old, onCleanup) => {
    region.value = null
    if (!w) return
    const key = `${w.setId}:${w.index}`
    const known = seen.get(key)
    if (known) {
      region.value = known
      return
    }
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const page = await datasets.regions(w.setId, w.index, 1, abort.signal)
        const found = page.items[0]
        if (!found || abort.signal.aborted) return
        seen.set(key, found, 1)
        region.value = found
      } catch (e) {
        // The read-out goes without coordinates; the next row asks again.
        if (!isAbort(e)) region.value = null
      }
    }, PAUSE_MS)
    onCleanup(() => {
      clearTimeout(timer)
      abort.abort()
    })
  })
  return region
}
