import { computed, onBeforeUnmount, reactive, ref, shallowRef, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { asApiError, isAbort, type ApiError } from '@/api/errors'
import { tables } from '@/api/tables'
import type { Dataset, DatasetFacets, DatasetQuery, DatasetSort } from '@/api/types'
import { useDatasets } from '@/stores/datasets'
import { useLive } from '@/stores/live'

import { fromAddress, groupKinds, groupOf, isEmpty, nextOrder, toAddress, type Group, type Order } from './tableQuery'

/** How many rows are asked for at once, and how long to wait for more typing, more scrolling, more events (ms). */
const CHUNK = 100
const TYPING = 180
const SCROLLING = 40
const EVENTS = 600

/**
 * A table that the server filters, sorts and counts. The page holds the ids of everything found, in order (a few bytes each),
 * so that scrolling to any place, ranges and "all" need no more; the rows themselves come as they are looked at.
 */
export function useDatasetTable(group: Ref<Group>) {
  const route = useRoute()
  const router = useRouter()
  const live = useLive()
  const store = useDatasets()

  const query = ref<DatasetQuery>({})
  const order = ref<Order>({ desc: true })
  const ids = shallowRef<number[] | null>(null)
  const facets = shallowRef<DatasetFacets | null>(null)
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const rows = reactive(new Map<number, Dataset>())

  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let needTimer: ReturnType<typeof setTimeout> | undefined
  let eventTimer: ReturnType<typeof setTimeout> | undefined
  let range = { first: 0, last: 0 }
  const asked = new Set<number>()
  let here = ''

  async function load(): Promise<void> {
    clearTimeout(timer)
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    const kinds = groupKinds[group.value]
    const q = query.value
    // Without a kind of its own the table is limited to what it is about.
    const limited: DatasetQuery = { ...q, kinds: q.kinds?.length ? q.kinds : kinds }
    busy.value = true
    try {
      const [list, counts] = await Promise.all([tables.ids(limited, order.value.sort, order.value.desc, signal), tables.facets(q, kinds, signal)])
      ids.value = list
      facets.value = counts
      error.value = null
      asked.clear()
      need(range.first, range.last, 0)
    } catch (e) {
      if (isAbort(e)) return
      error.value = asApiError(e)
    }
    if (!signal.aborted) busy.value = false
  }

  /** Asks for the rows of a stretch of the table that are not here yet. */
  function need(first: number, last: number, wait = SCROLLING): void {
    range = { first, last }
    clearTimeout(needTimer)
    if (wait === 0) void fetchRows()
    else needTimer = setTimeout(() => void fetchRows(), wait)
  }

  async function fetchRows(): Promise<void> {
    const list = ids.value ?? []
    const from = Math.max(0, range.first - CHUNK / 4)
    const wanted = list.slice(from, Math.max(range.last + CHUNK / 4, from + CHUNK)).filter((id) => !rows.has(id) && !asked.has(id))
    if (wanted.length === 0) return
    wanted.forEach((id) => asked.add(id))
    const { signal } = abort
    try {
      for (let i = 0; i < wanted.length; i += 500) for (const d of await tables.rows(wanted.slice(i, i + 500), signal)) rows.set(d.id, d)
    } catch (e) {
      wanted.forEach((id) => asked.delete(id))
      if (!isAbort(e)) error.value = asApiError(e)
    }
  }

  // The address follows what is shown, and what is shown follows the address (the back button, a link, a saved view).
  function fromRoute(): void {
    const a = fromAddress(route.query)
    query.value = a.query
    order.value = a.order
  }
  function show(q: DatasetQuery, o: Order = order.value, wait = 0): void {
    query.value = q
    order.value = o
    clearTimeout(timer)
    timer = setTimeout(() => {
      const to = toAddress(q, o)
      if (JSON.stringify(to) === JSON.stringify(toAddress(fromAddress(route.query).query, fromAddress(route.query).order))) void load()
      else void router.replace({ path: route.path, query: to })
    }, wait)
  }
  watch(
    () => [route.path, route.query, group.value] as const,
    ([path, asked], old) => {
      if (path !== `/datasets/${group.value}`) return
      const a = fromAddress(asked)
      if (old && here === path && JSON.stringify(toAddress(a.query, a.order)) === JSON.stringify(toAddress(query.value, order.value)) && ids.value) {
        void load()
        return
      }
      if (here !== path) {
        ids.value = null
        facets.value = null
      }
      here = path
      fromRoute()
      void load()
    },
    { immediate: true },
  )

  const search = computed({
    get: () => query.value.q ?? '',
    set: (text: string) => show({ ...query.value, q: text || undefined }, order.value, TYPING),
  })

  function sortBy(by: DatasetSort): void {
    show(query.value, nextOrder(order.value, by))
  }

  // Rows follow events at once; what is found, and the counts, a moment later.
  const off = [
    live.on('dataset', (e) => {
      if ('deleted' in e) rows.delete(e.id)
      else if (groupOf(e) === group.value) rows.set(e.id, store.byId.get(e.id) ?? e)
      clearTimeout(eventTimer)
      eventTimer = setTimeout(() => void load(), EVENTS)
    }),
    live.resumed(() => {
      rows.clear()
      void load()
    }),
  ]
  onBeforeUnmount(() => {
    off.forEach((stop) => stop())
    abort.abort()
    for (const t of [timer, needTimer, eventTimer]) clearTimeout(t)
  })

  /** Reads what was changed here anew. */
  async function refresh(changed: number[] = []): Promise<void> {
    for (const id of changed) rows.delete(id)
    await load()
  }

  const total = computed(() => ids.value?.length ?? 0)
  const filtered = computed(() => !isEmpty(query.value))
  return { query, order, search, ids, rows, facets, total, filtered, busy, error, show, sortBy, need, load, refresh }
}
