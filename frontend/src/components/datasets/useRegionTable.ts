import { computed, onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'

import { asApiError, isAbort } from '@/api/errors'
import { saveAnswer } from '@/api/download'
import { regions as api, type RegionQuery } from '@/api/regions'
import type { Dataset, HistogramOut, RegionPage } from '@/api/types'

import { toWhere, type Condition } from './regionFilter'

/** Rows of one page. */
export const PAGE = 100

export interface TableColumn {
  key: string
  label: string
  numeric: boolean
}

/** A region set as a table: what is looked at, in which order, and how one of its columns is distributed. */
export function useRegionTable(dataset: Ref<Dataset>, joined: Ref<string[] | undefined>) {
  const find = ref('')
  const conditions = ref<Condition[]>([])
  const sort = ref('')
  const desc = ref(false)
  const at = ref(0)
  const column = ref('')
  const page = shallowRef<RegionPage | null>(null)
  const histogram = shallowRef<HistogramOut | null>(null)
  const error = ref('')
  const busy = ref(false)
  const saving = ref(false)
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const query = computed<RegionQuery>(() => ({ where: conditions.value.map(toWhere), find: find.value ?? '', sort: sort.value, desc: desc.value }))

  async function load(): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    busy.value = true
    try {
      const [rows, bars] = await Promise.all([
        api.page(dataset.value.id, query.value, at.value, PAGE, signal),
        column.value ? api.histogram(dataset.value.id, query.value, column.value, signal) : null,
      ])
      page.value = rows
      histogram.value = bars
      error.value = ''
    } catch (e) {
      if (isAbort(e)) return
      error.value = asApiError(e).message
    }
    busy.value = false
  }
  function later(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), ms)
  }
  watch([conditions, sort, desc], () => {
    at.value = 0
    later(0)
  })
  watch(find, () => {
    at.value = 0
    later(200)
  })
  watch([at, column], () => later(0))
  watch(() => dataset.value.id, () => later(0), { immediate: true })
  // What was asked of a column that is gone, or that is another one now, is asked no more.
  watch(joined, (now, before) => {
    if (!before || !now) return
    const gone = before.filter((c) => !now.includes(c)).map((c) => c.split('\n')[0])
    if (!gone.length && now.length === before.length) return
    conditions.value = conditions.value.filter((c) => !gone.includes(c.column))
    if (gone.includes(sort.value)) sort.value = ''
    if (gone.includes(column.value)) column.value = ''
    later(0)
  })
  onBeforeUnmount(() => {
    abort.abort()
    clearTimeout(timer)
  })

  const pairs = computed(() => dataset.value.dimension === 2)
  const columns = computed<TableColumn[]>(() => [
    { key: 'chrom', label: 'Chromosome', numeric: false }, { key: 'start', label: 'Start', numeric: true }, { key: 'end', label: 'End', numeric: true },
    ...(pairs.value ? [{ key: 'chrom2', label: 'Chromosome 2', numeric: false }, { key: 'start2', label: 'Start 2', numeric: true }, { key: 'end2', label: 'End 2', numeric: true }, { key: 'distance', label: 'Distance', numeric: true }] : [{ key: 'width', label: 'Width', numeric: true }]),
    ...(page.value?.columns ?? []).map((c) => ({ key: c.name, label: c.name, numeric: c.numeric })),
  ])

  function sortBy(key: string): void {
    if (sort.value !== key) {
      sort.value = key
      desc.value = false
    } else if (!desc.value) desc.value = true
    else {
      sort.value = ''
      desc.value = false
    }
  }

  async function save(format: 'bed' | 'bedpe' | 'tsv'): Promise<void> {
    saving.value = true
    error.value = ''
    try {
      await saveAnswer(await api.file(dataset.value.id, query.value, format), `regions.${format}`)
    } catch (e) {
      error.value = asApiError(e).message
    } finally {
      saving.value = false
    }
  }

  const narrowed = computed(() => conditions.value.length > 0 || (find.value ?? '').trim() !== '')
  function clear(): void {
    conditions.value = []
    find.value = ''
  }
  return { query, find, conditions, sort, desc, at, column, page, histogram, error, busy, saving, pairs, columns, narrowed, load, sortBy, save, clear }
}
