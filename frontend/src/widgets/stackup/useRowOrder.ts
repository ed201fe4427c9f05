import { computed, type ComputedRef } from 'vue'

import { groupable, useSetColumns, type SetColumn } from '@/composables/useSetColumns'
import type { Dataset } from '@/api/types'

import type { Facet } from '@/lib/facets'
import type { SharedRows } from '@/stores/shared'

import { sortColumns, takesValues, type SortKey, type StackupOptions } from './options'
import type { Score } from './useScores'

/** In which order the rows are asked for. */
export interface RowOrder {
  sort: 'centre' | 'mean' | 'range' | 'random' | 'index' | 'column' | 'score'
  /** The key as people chose it. */
  key: SortKey
  desc: boolean
  from?: number
  to?: number
  seed?: number
  /** The stackup whose values are sorted by. */
  by?: number
  /** Its track, where that is not the widget's own. */
  track?: string
  column?: string
  /** The 2D average whose scores are sorted by, and what to call the score. */
  scores?: number
  words?: string
  group?: string
  /** So many groups of rows that are alike in the stackup `clustersOf`. */
  clusters?: number
  clustersOf?: number
  facet?: string
  facetBins?: number
  facetIs?: number
  /** Versions of the columns, so that an order of before their change is not taken for the new one. */
  of?: string
}

/**
 * The order of the rows: as the options say, as far as the set still has the columns. `order` is null while that is not known,
 * `note` tells what is not as the options say.
 */
export function useRowOrder(set: () => Dataset | undefined, options: () => StackupOptions, source: () => SharedRows | null, scores: () => Score[], facet: () => Facet | undefined): {
  columns: ComputedRef<SetColumn[]>
  groupColumns: ComputedRef<SetColumn[]>
  order: ComputedRef<RowOrder | null>
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
    const score = sort === 'score' ? scores().find((x) => x.key === options().score) : undefined
    const key = (sort === 'column' && !c) || (sort === 'score' && !score) ? 'centre' : sort
    const values = rows?.by ?? rows
    const part = values && sortColumns(options(), values.columns)
    const ofValues = key === 'centre' || key === 'mean' || part !== null
    if ((ofValues || options().clusters > 0) && !rows) return null
    const piece = facet()
    const of = [c, g].map((x) => x?.version ?? '').join('.')
    return {
      sort: part ? 'range' : (key as RowOrder['sort']), key, desc: descending, ...(part ?? {}),
      ...(key === 'random' ? { seed: options().seed } : {}), ...(ofValues && values ? { by: values.resultId } : {}), ...(ofValues && rows?.by ? { track: rows.by.track } : {}),
      ...(c ? { column: c.name } : {}), ...(g ? { group: g.name } : {}), ...(of !== '.' ? { of } : {}),
      ...(score ? { scores: score.result.resultId, column: score.name, words: score.words } : {}),
      ...(!g && options().clusters > 0 && rows ? { clusters: options().clusters, clustersOf: rows.resultId } : {}),
      ...(piece ? { facet: piece.column, facetIs: piece.index, ...(piece.bins > 0 ? { facetBins: piece.bins } : {}) } : {}),
    }
  })
  const note = computed(() => {
    if (error.value && wants.value.some(Boolean)) return `The columns of the region set cannot be read: ${error.value}`
    const lost = options().sort === 'score' && order.value !== null && order.value.key !== 'score'
    if (lost) return 'There is no 2D average of that map any more whose scores could be sorted by; the rows are sorted by the centre.'
    if (options().sortTrack > 0 && takesValues(options().sort) && order.value && !order.value.track) {
      return 'The track that the rows were sorted by has no values at this window; they are sorted by those of this one.'
    }
    const [sort, group] = wants.value.map((name) => (name && columns.value && !find(name) ? name : ''))
    const gone = [...new Set([sort, group].filter(Boolean))].map((name) => `“${name}”`)
    if (!gone.length) return ''
    const so = [sort && 'sorted by the centre', group && 'not grouped'].filter(Boolean).join(' and ')
    return `The region set no longer has the column${gone.length > 1 ? 's' : ''} ${gone.join(' and ')}; the rows are ${so}.`
  })

  return { columns: computed(() => columns.value ?? []), groupColumns: computed(() => (columns.value ?? []).filter(groupable)), order, note }
}
