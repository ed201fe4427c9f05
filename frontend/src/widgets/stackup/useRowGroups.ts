import { computed, shallowRef, watch, type ComputedRef } from 'vue'

import { isAbort } from '@/api/errors'
import { metadata, type RowGroup } from '@/api/metadata'
import { slab, type ArraySpec } from '@/api/results'
import type { Dataset, Result } from '@/api/types'
import { useArrays } from '@/composables/useArrays'
import { combined, countBits, decode, encode, type Bits } from '@/lib/selection'

import { bitsPerGroup } from '@/lib/groups'
import type { RowOrder } from './useRowOrder'

/** The groups of an order; they count all regions of the picture, those without data, too. */
export interface RowGroups {
  /** What they are groups of: a column, or "k-means". */
  column: string
  of: string
  list: RowGroup[]
}

/** Profiles of more groups than these cannot be told apart. */
const MOST_PROFILES = 12

/** The groups that rows are in, with the mean profile of each; `within` leaves the regions of a facet. */
export function useRowGroups(set: () => Dataset | undefined, result: () => Result | null, order: () => RowOrder | null, within: () => Bits | null): {
  groups: ComputedRef<RowGroups | null>
  /** Of the whole set, whatever part of it is drawn. */
  all: ComputedRef<RowGroups | null>
  profiles: ComputedRef<Float64Array[] | null>
  bitsOf: (index: number) => Bits | null
} {
  const columns = shallowRef<{ column: string; of: string; list: RowGroup[] } | null>(null)
  watch(
    () => [set()?.id, order()?.group, order()?.of] as const,
    async ([id, column, of], _old, onCleanup) => {
      columns.value = null
      if (!id || !column) return
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      try {
        columns.value = { column, of: of ?? '', list: await metadata.groups(id, column, abort.signal, { bitmap: true }) }
      } catch (e) {
        // The rows are in their groups without the borders; the arrays tell what is wrong.
        if (!isAbort(e)) columns.value = null
      }
    },
    { immediate: true },
  )
  const clusters = useArrays<{ key: string }>(() => {
    const o = order()
    const r = result()
    if (!o?.clusters || !o.clustersOf || !r) return null
    return { meta: { key: `${o.clusters} ${o.clustersOf}` }, specs: { labels: { resultId: o.clustersOf, hash: '', name: 'clusters', clusters: o.clusters } } }
  })
  const all = computed<RowGroups | null>(() => {
    const o = order()
    if (o?.group) return columns.value?.column === o.group && columns.value.of === (o.of ?? '') ? columns.value : null
    const c = clusters.shown.value
    if (!o?.clusters || !c || c.meta.key !== `${o.clusters} ${o.clustersOf}`) return null
    const labels = c.arrays.labels.data
    return { column: 'k-means', of: o.of ?? '', list: bitsPerGroup(labels).map(({ label, bits, n }) => ({ value: label < 0 ? '' : String(label + 1), n, bitmap: encode(bits) })) }
  })
  const groups = computed<RowGroups | null>(() => {
    const [g, w] = [all.value, within()]
    if (!g || !w) return g
    const list = g.list.map((x) => {
      const bits = combined(decode(x.bitmap ?? '') ?? new Uint8Array(w.length), w, 'keep')
      return { ...x, n: countBits(bits), bitmap: encode(bits) }
    })
    return { ...g, list }
  })
  const means = useArrays<{ groups: RowGroups }>(() => {
    const [g, r] = [groups.value, result()]
    if (!g || !r) return null
    const told = g.list.slice(0, MOST_PROFILES).flatMap((x, i) => (x.n > 0 && x.value !== '' && x.bitmap ? [[`g${i}`, { resultId: r.resultId, hash: r.manifestHash, name: 'aggregate', subset: x.bitmap } satisfies ArraySpec] as const] : []))
    return told.length > 0 ? { meta: { groups: g }, specs: Object.fromEntries(told) } : null
  })
  const profiles = computed(() => {
    const s = means.shown.value
    if (!s || s.meta.groups !== groups.value) return null
    return s.meta.groups.list.map((_, i) => (s.arrays[`g${i}`] ? slab(s.arrays[`g${i}`], 'mean') : new Float64Array()))
  })
  return { groups, all, profiles, bitsOf: (i) => decode(groups.value?.list[i]?.bitmap ?? '') }
}
