import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'

import { collections as api, type FilterPreview } from '@/api/collections'
import { asApiError, isAbort } from '@/api/errors'
import { tables } from '@/api/tables'
import type { Collection, DatasetFacets, DatasetQuery } from '@/api/types'
import { sortComplaints } from '@/composables/useForm'

/** What can be said in the filter of a collection; its kind and assembly stay, and members are always ready. */
export const filterFacets = ['tags', 'cellTypes', 'perturbations', 'ownerIds'] as const
const fields = ['q', ...filterFacets, 'query'] as const
/** Typing rests this long before the server is asked, in ms. */
const REST = 250

/** Another filter of a smart collection: what it would find is looked at as it is edited, and nothing changes before it is saved. */
export function useFilterEdit(c: Collection) {
  const query = ref<DatasetQuery>({ ...c.query })
  const preview = shallowRef<FilterPreview | null>(null)
  const facets = shallowRef<DatasetFacets | null>(null)
  const complaints = ref<Record<string, string>>({})
  const error = ref('')
  const looking = ref(false)
  const busy = ref(false)
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const changed = computed(() => key(query.value) !== key(c.query ?? {}))

  function refuse(e: unknown): void {
    const sorted = sortComplaints(asApiError(e), [...fields])
    complaints.value = sorted.complaints
    error.value = sorted.rest
  }

  async function look(): Promise<void> {
    abort.abort()
    const mine = (abort = new AbortController())
    looking.value = true
    try {
      const [found, counted] = await Promise.all([api.preview(c.id, query.value, mine.signal), tables.facets(query.value, query.value.kinds ?? [], mine.signal)])
      preview.value = found
      facets.value = counted
      complaints.value = {}
      error.value = ''
    } catch (e) {
      if (isAbort(e)) return
      preview.value = null
      refuse(e)
    } finally {
      if (abort === mine) looking.value = false
    }
  }
  watch(query, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void look(), REST)
  })
  void look()
  onScopeDispose(() => {
    clearTimeout(timer)
    abort.abort()
  })

  /** The collection with its new filter; null when it was refused, with the complaints in their places. */
  async function save(): Promise<Collection | null> {
    clearTimeout(timer)
    abort.abort()
    looking.value = false
    busy.value = true
    try {
      return await api.patch(c.id, { query: query.value })
    } catch (e) {
      refuse(e)
      return null
    } finally {
      busy.value = false
    }
  }

  return { query, preview, facets, complaints, error, looking, busy, changed, look, save }
}

function key(q: DatasetQuery): string {
  return JSON.stringify([q.q?.trim() ?? '', Boolean(q.q?.trim() && q.matchCase), ...filterFacets.map((f) => [...(q[f] ?? [])].map(String).sort())])
}
