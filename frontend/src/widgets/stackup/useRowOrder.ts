import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'

import { isAbort } from '@/api/errors'
import { metadata, type RowGroup } from '@/api/metadata'
import { groupable, useSetColumns, type SetColumn } from '@/composables/useSetColumns'
import type { Dataset } from '@/api/types'

import type { SharedRows } from '@/stores/shared'

import { sortColumns, type SortKey, type StackupOptions } from './options'

/** In which order the rows are asked for. */
export interface RowOrder {
  sort: 'centre' | 'mean' | 'range' | 'random' | 'index' | 'column'
  /** The key as people chose it. */
  key: SortKey
  desc: boolean
  from?: number
  to?: number
  seed?: number
  /** The stackup whose values are sorted by. */
  by?: number
  column?: string
  group?: string
  /** Versions of the columns, so that an order of before their change is not taken for the new one. */
  of?: string
}

/** The groups of an order; they count all regions, those without data, too. */
export interface RowGroups {
  column: string
  of: string
  list: RowGroup[]
}

/**
 * The order of the rows: as the options say, as far as the set still has the columns. `order` is null while that is not known,
 * `note` tells what is not as the options say.
 */
export function useRowOrder(set: () => Dataset | undefined, options: () => StackupOptions, source: () => SharedRows | null): {
  columns: ComputedRef<SetColumn[]>
  groupColumns: ComputedRef<SetColumn[]>
  order: ComputedRef<RowOrder | null>
  groups: ShallowRef<RowGroups | null>
  note: ComputedRef<string>
} {
  const { columns, error } = useSetColumns(set)
  const find = (name: string) => columns.value?.find((c) => c.name === name)
  const wants = computed(() => [options().sort === 'column' ? options().column : '', options().group] as const)

  const order = computed<RowOrder | null>(() => {
    const { sort, descending } = options()
    const [column, group] = wants.value
    if ((column || group) && !columns.value) return null
    const [c, g] = [find(column), find(group)]
    const rows = source()
    const key = sort === 'column' && !c ? 'centre' : sort
    const part = rows && sortColumns(options(), rows.columns)
    const ofValues = key === 'centre' || key === 'mean' || part !== null
    if (ofValues && !rows) return null
    const of = [c, g].map((x) => x?.version ?? '').join('.')
    return {
      sort: part ? 'range' : (key as RowOrder['sort']), key, desc: descending, ...(part ?? {}),
      ...(key === 'random' ? { seed: options().seed } : {}), ...(ofValues && rows ? { by: rows.resultId } : {}),
      ...(c ? { column: c.name } : {}), ...(g ? { group: g.name } : {}), ...(of !== '.' ? { of } : {}),
    }
  })
  const note = computed(() => {
    if (error.value && wants.value.some(Boolean)) return `The columns of the region set cannot be read: ${error.value}`
    const [sort, group] = wants.value.map((name) => (name && columns.value && !find(name) ? name : ''))
    const gone = [...new Set([sort, group].filter(Boolean))].map((name) => `“${name}”`)
    if (!gone.length) return ''
    const so = [sort && 'sorted by the centre', group && 'not grouped'].filter(Boolean).join(' and ')
    return `The region set no longer has the column${gone.length > 1 ? 's' : ''} ${gone.join(' and ')}; the rows are ${so}.`
  })

  const groups = shallowRef<RowGroups | null>(null)
  watch(
    () => [set()?.id, order.value?.group, order.value?.of] as const,
    async ([id, column, of], _old, onCleanup) => {
      groups.value = null
      if (!id || !column) return
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      try {
        groups.value = { column, of: of ?? '', list: await metadata.groups(id, column, abort.signal) }
      } catch (e) {
        // The rows are in their groups without the borders; the arrays tell what is wrong.
        if (!isAbort(e)) groups.value = null
      }
    },
    { immediate: true },
  )
  return { columns: computed(() => columns.value ?? []), groupColumns: computed(() => (columns.value ?? []).filter(groupable)), order, groups, note }
}
