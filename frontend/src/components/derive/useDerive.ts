import { computed, onBeforeUnmount, reactive, ref, shallowRef, watch } from 'vue'

import { derive } from '@/api/derive'
import { asApiError, isAbort } from '@/api/errors'
import { regions } from '@/api/regions'
import { results as resultsApi } from '@/api/results'
import { tables } from '@/api/tables'
import type { Dataset, DerivePreview, Result, Run } from '@/api/types'
import { useDatasets } from '@/stores/datasets'
import { isActive, useRuns } from '@/stores/runs'

import { derivationOf, infoOf, suggestName, type DeriveForm } from './operations'

export interface ColumnChoice {
  name: string
  numeric: boolean
}

/** The scores per region that results have; the server says the same. */
export const SCORES: Record<string, { value: string; title: string }[]> = {
  pileup: [
    { value: 'ratio', title: 'centre ÷ corners' }, { value: 'centre', title: 'centre' }, { value: 'corners', title: 'corners' }, { value: 'coverage', title: 'coverage' }, { value: 'missing', title: 'missing share' },
  ],
  stackup: [{ value: 'mean', title: 'mean of the row' }, { value: 'middle', title: 'value at the centre' }, { value: 'max', title: 'largest value' }, { value: 'min', title: 'smallest value' }],
}

/** Puts together what new set is wanted, says how many regions it would have, and follows the run that makes it. */
export function useDerive(start: DeriveForm) {
  const form = reactive(start)
  const store = useDatasets()
  const runs = useRuns()
  const sets = shallowRef(new Map<number, Dataset>()) // that can be chosen
  const columns = shallowRef<ColumnChoice[]>([])
  const results = shallowRef<Result[]>([])
  const preview = shallowRef<DerivePreview | null>(null)
  const counting = ref(false)
  const complaints = ref<Record<string, string>>({})
  const error = ref('')
  const busy = ref(false)
  const tried = ref(false)
  const runId = ref<number | null>(null)
  const named = ref(false) // by the user
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const first = computed(() => sets.value.get(form.first))
  const nameOf = (id: number): string => sets.value.get(id)?.name ?? store.byId.get(id)?.name ?? `set ${id}`
  const request = computed(() => derivationOf(form))
  const run = computed<Run | undefined>(() => (runId.value === null ? undefined : runs.byId.get(runId.value)))
  const ended = computed(() => run.value !== undefined && !isActive(run.value))

  /** The region sets that can be compared: ready, of the assembly and the dimension of the first. */
  async function loadSets(): Promise<void> {
    try {
      const chosen = [form.first, ...form.others]
      const known = new Map((await tables.rows(chosen)).map((d) => [d.id, d]))
      const a = known.get(form.first)
      if (a) {
        const ids = await tables.ids({ kinds: ['regions'], assemblyIds: [a.assemblyId], states: ['ready'] }, 'name', false)
        for (const d of await tables.rows(ids.slice(0, 1000))) known.set(d.id, d)
      }
      sets.value = known
    } catch (e) {
      error.value = asApiError(e).message
    }
  }

  /** What the first set can be filtered and split by. */
  async function loadColumns(): Promise<void> {
    const id = form.first
    columns.value = []
    results.value = []
    try {
      const [page, found] = await Promise.all([regions.page(id, { where: [], find: '', sort: '', desc: false }, 0, 1), resultsApi.listFor(id)])
      if (id !== form.first) return
      const pairs = page.items[0]?.chrom2 !== undefined
      const numeric = (name: string): ColumnChoice => ({ name, numeric: true })
      columns.value = [
        ...page.columns.map((c) => ({ name: c.name, numeric: c.numeric })), { name: 'chrom', numeric: false }, numeric('start'), numeric('end'),
        ...(pairs ? [{ name: 'chrom2', numeric: false }, numeric('start2'), numeric('end2'), numeric('distance')] : [numeric('width')]),
      ]
      results.value = found.filter((r) => SCORES[r.pipeline] && !r.unavailable)
    } catch (e) {
      error.value = asApiError(e).message
    }
  }

  async function count(): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    error.value = ''
    const { body, complaints: own } = request.value
    complaints.value = tried.value ? own : Object.fromEntries(Object.entries(own).filter(([k]) => !k.startsWith('where.') && k !== 'datasetIds' && k !== 'column'))
    preview.value = null
    if (Object.keys(own).length) {
      counting.value = false
      return
    }
    counting.value = true
    try {
      preview.value = await derive.preview(body, signal)
    } catch (e) {
      if (isAbort(e)) return
      refused(e)
    }
    counting.value = false
  }

  function refused(e: unknown): void {
    const err = asApiError(e)
    complaints.value = Object.fromEntries(err.fields.flatMap((f) => (f.field ? [[f.field.replace(/^body\./, ''), f.message]] : [])))
    if (!Object.keys(complaints.value).some((k) => shownFields.test(k))) error.value = err.message
  }
  const shownFields = /^(where\.\d+\.(column|value|resultId)|datasetIds|fraction|strand|distance|upstream|downstream|width|anchor|n|seed|column|groups|name)$/

  function later(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void count(), ms)
  }
  watch(() => JSON.stringify([{ ...request.value.body, name: '' }, request.value.complaints]), () => later(350), { immediate: true })
  watch(() => form.first, (now, before) => {
    form.others = form.others.filter((id) => id !== now)
    if (before && infoOf(form.operation).compares && !form.others.includes(before)) form.others = [before, ...form.others]
    void loadColumns()
  })
  watch([() => ({ ...form, name: '' }), sets], () => {
    if (!named.value) form.name = suggestName(form, nameOf)
  }, { deep: true, immediate: true })
  onBeforeUnmount(() => {
    abort.abort()
    clearTimeout(timer)
  })

  function rename(text: string): void {
    named.value = true
    form.name = text
  }

  /** Starts the run; false when something is wrong with the form. */
  async function make(): Promise<boolean> {
    tried.value = true
    error.value = ''
    const { body, complaints: own } = request.value
    complaints.value = { ...own, ...(body.name ? {} : { name: 'Give the new set a name.' }) }
    if (Object.keys(complaints.value).length) return false
    busy.value = true
    try {
      const started = await derive.start(body)
      runs.take([started])
      runId.value = started.id
      return true
    } catch (e) {
      refused(e)
      return false
    } finally {
      busy.value = false
    }
  }

  /** Back to the form, with everything that was typed. */
  function again(): void {
    runId.value = null
    later(0)
  }

  async function cancel(): Promise<void> {
    try {
      if (runId.value !== null) await runs.cancel(runId.value)
    } catch (e) {
      error.value = asApiError(e).message
    }
  }

  // Events tell how far it is; when they do not come, asking does.
  const poll = setInterval(() => {
    if (run.value && isActive(run.value)) void runs.refresh()
  }, 3000)
  onBeforeUnmount(() => clearInterval(poll))

  void Promise.all([loadSets(), loadColumns()])
  return { form, sets, first, columns, results, preview, counting, complaints, error, busy, run, ended, nameOf, rename, make, again, cancel }
}
