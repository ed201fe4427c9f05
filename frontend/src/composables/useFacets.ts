import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { asApiError, isAbort } from '@/api/errors'
import { metadata, type RowGroup } from '@/api/metadata'
import type { Dataset } from '@/api/types'
import { facetsOf, type Facet, type FacetDoc } from '@/lib/facets'
import { useColumnChanges } from '@/stores/columnChanges'

/** The parts of a panel with facets; null while they are on the way, or where there are none. `left`: values that are not shown. */
export function useFacets(set: () => Dataset | undefined, doc: () => FacetDoc | undefined): { facets: ComputedRef<Facet[] | null>; left: ComputedRef<number>; error: Ref<string> } {
  const groups = shallowRef<RowGroup[] | null>(null)
  const error = ref('')
  const changes = useColumnChanges()
  watch(
    () => [set()?.id, doc()?.column, doc()?.bins, changes.of(set()?.id ?? 0)] as const,
    async ([id, column, bins], _old, onCleanup) => {
      groups.value = null
      error.value = ''
      if (!id || !column) return
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      try {
        groups.value = await metadata.groups(id, column, abort.signal, { bitmap: true, ...(bins ? { bins } : {}) })
      } catch (e) {
        if (!isAbort(e)) error.value = `The panel cannot be parted by ${column}: ${asApiError(e).message}`
      }
    },
    { immediate: true },
  )
  const facets = computed(() => {
    const d = doc()
    return d && groups.value ? facetsOf(d, groups.value) : null
  })
  return { facets, left: computed(() => (groups.value?.length ?? 0) - (facets.value?.length ?? 0)), error }
}
