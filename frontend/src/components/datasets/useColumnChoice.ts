import { ref, watch, type Ref } from 'vue'

import { useAuth } from '@/stores/auth'

import { defaultColumns } from './datasetColumns'
import type { Group } from './tableQuery'

/** Which columns somebody wants to see, kept in the browser per person and table. */
export function useColumnChoice(group: Ref<Group>): { columns: Ref<string[]>; reset: () => void } {
  const auth = useAuth()
  const key = (g: Group): string => `regioscope.columns.${auth.user?.id ?? 0}.${g}`
  const columns = ref<string[]>([])

  function read(): void {
    let kept: unknown
    try {
      kept = JSON.parse(localStorage.getItem(key(group.value)) ?? 'null')
    } catch {
      kept = null
    }
    columns.value = Array.isArray(kept) && kept.every((k) => typeof k === 'string') ? kept : defaultColumns[group.value]
  }
  watch(group, read, { immediate: true })
  watch(columns, (list) => {
    if (String(list) === String(defaultColumns[group.value])) localStorage.removeItem(key(group.value))
    else localStorage.setItem(key(group.value), JSON.stringify(list))
  })
  return { columns, reset: () => (columns.value = defaultColumns[group.value]) }
}
