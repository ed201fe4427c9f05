import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { runs as api } from '@/api/calls'
import { asApiError, type ApiError } from '@/api/errors'
import type { PreprocessBody, Run, RunState, WindowBin } from '@/api/types'

import { useLive } from './live'
import { useToasts } from './toasts'

const ACTIVE: RunState[] = ['queued', 'running', 'cancelling']
/** Active runs are read again this often, because positions in a queue change without an event of one's own. */
const POLL_MS = 8000

export function isActive(r: Pick<Run, 'state'>): boolean {
  return ACTIVE.includes(r.state)
}

/** Runs seen so far, by id, kept up to date by events; and how many are at work. */
export const useRuns = defineStore('runs', () => {
  const byId = shallowRef(new Map<number, Run>())
  const loading = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const more = ref<number | undefined>()

  const items = computed(() => [...byId.value.values()].sort((a, b) => b.id - a.id))
  const active = computed(() => items.value.filter(isActive))
  const running = computed(() => active.value.filter((r) => r.state === 'running').length)

  const live = useLive()
  const toasts = useToasts()

  live.on('run', (r) => {
    const before = byId.value.get(r.id)
    take([r])
    if (before && isActive(before) && r.state === 'failed') {
      toasts.push({ kind: 'error', text: `${describe(r)} failed: ${r.error?.message ?? 'no reason was given'}`, to: `/runs?run=${r.id}`, linkText: 'Show the run', shownOn: ['/runs', r.pipeline === 'bed' || r.pipeline === 'import' ? '/upload' : '/preprocess'] })
    }
  })
  live.resumed(() => void refresh())

  /** Merges newer knowledge. Of two states of the same attempt the later one of the state machine stays. */
  function take(list: Run[]): void {
    if (list.length === 0) return
    const next = new Map(byId.value)
    for (const r of list) {
      const old = next.get(r.id)
      if (old && old.attempt > r.attempt) continue
      next.set(r.id, r)
    }
    byId.value = next
  }

  /** Reads the first page and everything that is still at work. */
  async function refresh(): Promise<void> {
    loading.value = true
    error.value = null
    try {
      const page = await api.list({ limit: 100 })
      const now = new Map(page.items.map((r) => [r.id, r]))
      const lost = active.value.filter((r) => !now.has(r.id))
      take(page.items)
      more.value = page.nextCursor
      for (const r of lost) take([await api.get(r.id)])
    } catch (e) {
      error.value = asApiError(e)
    } finally {
      loading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    if (!more.value) return
    const page = await api.list({ limit: 100, cursor: more.value })
    take(page.items)
    more.value = page.nextCursor
  }

  /** Reads a run that a link names and that may be older than the list. */
  async function find(id: number): Promise<void> {
    if (!byId.value.has(id)) take([await api.get(id)])
  }

  async function cancel(id: number): Promise<void> {
    take([await api.cancel(id)])
  }

  async function retry(id: number): Promise<void> {
    take([await api.retry(id)])
  }

  async function preprocess(body: PreprocessBody): Promise<{ runs: Run[]; skipped: number }> {
    const answer = await api.preprocess(body)
    take(answer.runs)
    return answer
  }

  const read = new Set<number>()
  /** Reads the newest runs of a region set, once; events keep them up to date. */
  async function loadOf(regionSetId: number): Promise<void> {
    if (read.has(regionSetId)) return
    read.add(regionSetId)
    try {
      take((await api.list({ regionSetId, limit: 200 })).items)
    } catch (e) {
      read.delete(regionSetId)
      error.value = asApiError(e)
    }
  }

  let timer: ReturnType<typeof setInterval> | undefined
  /** Reads once and then again while something is at work. */
  function start(): void {
    if (timer) return
    void refresh()
    timer = setInterval(() => {
      if (active.value.length > 0 && document.visibilityState === 'visible') void refresh()
    }, POLL_MS)
  }

  return { byId, items, active, running, loading, error, more, refresh, loadMore, find, cancel, retry, preprocess, loadOf, take, start }
})

/** What a run does, in a few words. */
export function describe(r: Run): string {
  if (r.pipeline === 'bed') return `Checking “${r.regionSetName}”`
  if (r.pipeline === 'derive') return `New region set “${(r.params as { name?: string } | null)?.name ?? ''}”`
  if (r.pipeline === 'import') return `Fetching “${r.regionSetName}”`
  return `${pipelineName(r.pipeline)} of “${r.featureName ?? '?'}” at “${r.regionSetName}”`
}

export function pipelineName(p: string): string {
  return { bed: 'File check', import: 'Import', derive: 'New region set', pileup: '2D average', stackup: 'Stackup and 1D average', enrichment: 'Association', embedding_1d: '1D embedding', embedding_2d: '2D embedding' }[p] ?? p
}

/** The cells of the grid that a pileup or stackup run makes; empty for other pipelines. */
export function pairsOf(r: Run): WindowBin[] {
  const p = r.params as { pairs?: WindowBin[] } | null
  return p?.pairs ?? []
}
