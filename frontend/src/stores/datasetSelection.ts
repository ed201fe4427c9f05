import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'

import type { Group } from '@/components/datasets/tableQuery'

import { useAuth } from './auth'

/** The datasets that are picked in the tables. They stay picked through searches, tables and pages, until cleared. */
export const useDatasetSelection = defineStore('datasetSelection', () => {
  const regions = ref<ReadonlySet<number>>(new Set())
  const features = ref<ReadonlySet<number>>(new Set())
  const size = computed(() => regions.value.size + features.value.size)
  const all = computed(() => [...regions.value, ...features.value])

  // Another person's selection is nobody's business.
  const auth = useAuth()
  watch(() => auth.user?.id, () => clear())

  function of(group: Group): ReadonlySet<number> {
    return group === 'regions' ? regions.value : features.value
  }

  function set(group: Group, ids: ReadonlySet<number>): void {
    if (group === 'regions') regions.value = ids
    else features.value = ids
  }

  function drop(ids: Iterable<number>): void {
    const gone = new Set(ids)
    for (const group of ['regions', 'features'] as const) set(group, new Set([...of(group)].filter((id) => !gone.has(id))))
  }

  function clear(): void {
    regions.value = new Set()
    features.value = new Set()
  }

  return { regions, features, size, all, of, set, drop, clear }
})
