import { shallowRef, watch, type ShallowRef } from 'vue'

import { asApiError, isAbort, type ApiError } from '@/api/errors'
import { regions } from '@/api/regions'
import type { RegionPage } from '@/api/types'
import { useColumnChanges } from '@/stores/columnChanges'

import { valuesColouring, type Colouring } from './draw'

const ALL = { where: [], find: '', sort: '', desc: false }
const PAGE = 100_000
/** Other values of a column of words have no colour of their own. */
const MOST_GROUPS = 12

/** The columns of a region set, by name. */
export function useColumnNames(setId: () => number): ShallowRef<string[]> {
  const names = shallowRef<string[]>([])
  const changes = useColumnChanges()
  watch(() => [setId(), changes.of(setId())] as const, async ([id], old, onCleanup) => {
    if (id !== old?.[0]) names.value = []
    if (id <= 0) return
    const abort = new AbortController()
    onCleanup(() => abort.abort())
    try {
      names.value = (await regions.page(id, ALL, 0, 1, abort.signal)).columns.map((c) => c.name)
    } catch {
      // Without the list the dots cannot be coloured by columns; all else works.
    }
  }, { immediate: true })
  return names
}

/** A column as colours of dots, null while there is none. */
export function useColumn(wanted: () => { setId: number; name: string } | null): { column: ShallowRef<Colouring | null>; error: ShallowRef<ApiError | null> } {
  const column = shallowRef<Colouring | null>(null)
  const error = shallowRef<ApiError | null>(null)
  watch(() => JSON.stringify(wanted()), async (_new, _old, onCleanup) => {
    const w = wanted()
    column.value = null
    error.value = null
    if (!w) return
    const abort = new AbortController()
    onCleanup(() => abort.abort())
    try {
      const texts: string[] = []
      let numeric = false
      for (let cursor = 0; ; ) {
        const page: RegionPage = await regions.page(w.setId, ALL, cursor, PAGE, abort.signal)
        const at = page.columns.findIndex((c) => c.name === w.name)
        numeric = page.columns[at]?.numeric ?? false
        for (const r of page.items) texts[r.index] = r.values?.[at] ?? ''
        if (!page.nextCursor) break
        cursor = page.nextCursor
      }
      column.value = columnColouring(w.name, texts, numeric)
    } catch (e) {
      if (!isAbort(e)) error.value = asApiError(e)
    }
  }, { immediate: true })
  return { column, error }
}

/** Numbers are numbers, with '.' and other words missing; words are groups, the most frequent first. */
export function columnColouring(name: string, texts: string[], numeric: boolean): Colouring {
  if (numeric) return valuesColouring(name, Float64Array.from(texts, (t) => (t.trim() === '' ? NaN : Number(t))))
  const counts = new Map<string, number>()
  for (const t of texts) if (t) counts.set(t, (counts.get(t) ?? 0) + 1)
  const names = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, MOST_GROUPS).map(([t]) => t)
  const of = new Map(names.map((t, g) => [t, g]))
  return { kind: 'groups', title: name, names, groups: Int32Array.from(texts, (t) => of.get(t) ?? -1) }
}
