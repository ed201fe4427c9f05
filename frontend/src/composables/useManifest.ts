import { shallowRef, watch, type ShallowRef } from 'vue'

import { asApiError, isAbort, type ApiError } from '@/api/errors'
import { results } from '@/api/results'
import type { Result } from '@/api/types'
import { Lru } from '@/lib/lru'
import { isRecord } from '@/lib/workspaceDoc'

export type Manifest = Record<string, unknown>

/** Manifests never change; lists of results leave them out. */
const seen = new Lru<Manifest>(200)

/** How a result was made. */
export async function manifestOf(r: Result, signal?: AbortSignal): Promise<Manifest> {
  const known = seen.get(r.manifestHash)
  if (known) return known
  const full = await results.get(r.resultId, signal)
  const found = isRecord(full.manifest) ? full.manifest : {}
  seen.set(r.manifestHash, found, 1)
  return found
}

export interface ManifestState {
  /** With the id of its result: both always belong together. */
  manifest: ShallowRef<{ resultId: number; manifest: Manifest } | null>
  error: ShallowRef<ApiError | null>
  retry: () => void
}

/** How a result was made, read when a picture needs to say it. The latest wish wins. */
export function useManifest(wanted: () => Result | null): ManifestState {
  const manifest: ManifestState['manifest'] = shallowRef(null)
  const error = shallowRef<ApiError | null>(null)
  let abort: AbortController | null = null

  async function load(r: Result | null): Promise<void> {
    abort?.abort()
    error.value = null
    if (!r) return
    const mine = (abort = new AbortController())
    try {
      const found = await manifestOf(r, mine.signal)
      if (!mine.signal.aborted) manifest.value = { resultId: r.resultId, manifest: found }
    } catch (e) {
      if (!isAbort(e)) error.value = asApiError(e)
    }
  }
  watch(wanted, (r) => void load(r), { immediate: true })
  return { manifest, error, retry: () => void load(wanted()) }
}
