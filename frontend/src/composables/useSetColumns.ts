import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { asApiError, isAbort } from '@/api/errors'
import { regions } from '@/api/regions'
import type { Dataset, RegionPage } from '@/api/types'
import { useColumnChanges } from '@/stores/columnChanges'

/** A column by which the regions of a set can be sorted or grouped. */
export interface SetColumn {
  name: string
  numeric: boolean
  /** Different values, up to 1000; 0 = not counted. */
  distinct: number
  /** Changes with the values; empty where they never do. */
  version: string
}

/** How many groups a figure can still tell apart, at most. */
const MOST_GROUPS = 50

export const groupable = (c: SetColumn): boolean => c.distinct > 1 && c.distinct <= MOST_GROUPS && (!c.numeric || c.distinct <= 12)

/** The columns of a region set: width or distance, those of the file, and its metadata. null until they are known. */
export function useSetColumns(set: () => Dataset | undefined): { columns: ShallowRef<SetColumn[] | null>; error: Ref<string> } {
  const columns = shallowRef<SetColumn[] | null>(null)
  const error = ref('')
  const changes = useColumnChanges()
  watch(
    () => [set()?.id, changes.of(set()?.id ?? 0)] as const,
    async ([id], old, onCleanup) => {
      if (id !== old?.[0]) columns.value = null
      error.value = ''
      if (!id) return
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      try {
        const page: RegionPage = await regions.page(id, { where: [], find: '', sort: '', desc: false }, 0, 1, abort.signal)
        columns.value = [
          { name: set()?.dimension === 2 ? 'distance' : 'width', numeric: true, distinct: 0, version: '' },
          { name: 'chrom', numeric: false, distinct: 0, version: '' },
          ...page.columns.map((c) => ({ name: c.name, numeric: c.numeric, distinct: c.distinct ?? 0, version: c.version ?? '' })),
        ]
      } catch (e) {
        if (isAbort(e)) return
        error.value = asApiError(e).message
        columns.value = []
      }
    },
    { immediate: true },
  )
  return { columns, error }
}
