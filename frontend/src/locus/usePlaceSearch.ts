import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { genes } from '@/api/genes'
import { asApiError, isAbort } from '@/api/errors'
import { regions } from '@/api/regions'
import type { Assembly } from '@/api/types'
import { formatRegion } from '@/lib/format'
import { readWanted, type Place } from '@/lib/place'

import { within } from './region'

/** Something that one can go to. */
export interface Found {
  title: string
  what: string
  place: Place
  /** Of the region set, where it is a region of it. */
  row?: number
}

const WAIT_MS = 150
const MOST = 8

/** Places, genes and regions by what somebody types; the latest wins. `settle` waits for what was typed last. */
export function usePlaceSearch(assembly: () => Assembly | undefined, set: () => number): { text: Ref<string>; found: ShallowRef<Found[]>; problem: Ref<string>; busy: Ref<boolean>; settle: () => Promise<void>; clear: () => void } {
  const text = ref('')
  const found = shallowRef<Found[]>([])
  const problem = ref('')
  const busy = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort = new AbortController()
  let done: Promise<void> = Promise.resolve()
  let waiting = false

  watch([text, assembly], () => {
    clearTimeout(timer)
    waiting = true
    busy.value = true
    timer = setTimeout(run, WAIT_MS)
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    abort.abort()
  })
  function run(): void {
    clearTimeout(timer)
    waiting = false
    done = find()
  }

  async function find(): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    const a = assembly()
    const t = text.value.trim()
    problem.value = ''
    if (!a || t === '') {
      found.value = []
      busy.value = false
      return
    }
    const wanted = readWanted(t, a)
    if (wanted.kind !== 'name') {
      found.value = wanted.kind === 'place' ? [{ title: formatRegion(wanted.place.chrom, wanted.place.start, wanted.place.end), what: a.name, place: wanted.place }] : []
      problem.value = wanted.kind === 'wrong' ? wanted.message : ''
      busy.value = false
      return
    }
    try {
      const [g, r] = await Promise.all([genes.search(a.id, t, MOST, signal), set() ? regions.page(set(), { where: [], find: t, sort: '', desc: false }, 0, MOST, signal) : null])
      if (signal.aborted) return
      const around = (chrom: string, start: number, end: number): Place => {
        const pad = Math.max(50_000, end - start)
        return within({ chrom, start: start - pad, end: end + pad }, a.chroms.find((c) => c.name === chrom)?.length ?? 0)
      }
      found.value = [
        ...g.map((x) => ({ title: x.name || x.geneId, what: `gene · ${formatRegion(x.chrom, x.start, x.end)}`, place: around(x.chrom, x.start, x.end) })),
        ...(r?.items ?? []).map((x) => ({ title: x.name || `region ${x.index + 1}`, what: `region · ${formatRegion(x.chrom, x.start, x.end)}`, place: around(x.chrom, x.start, x.end), row: x.index })),
      ]
      problem.value = found.value.length > 0 ? '' : `“${t}” is neither a place of ${a.name}, such as ${a.chroms[0]?.name}:1,000-2,000, nor the name of a gene${set() ? ' or a region' : ''}.`
      busy.value = false
    } catch (e) {
      if (isAbort(e)) return
      problem.value = asApiError(e).message
      busy.value = false
    }
  }
  async function settle(): Promise<void> {
    if (waiting) run()
    await done
  }
  function clear(): void {
    text.value = ''
    found.value = []
    problem.value = ''
  }
  return { text, found, problem, busy, settle, clear }
}
