import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'

import { collections as collectionsApi } from '@/api/collections'
import { asApiError } from '@/api/errors'
import type { Collection, Dataset, PreprocessBody, Run } from '@/api/types'
import { useAssemblies } from '@/stores/assemblies'
import { useDatasets } from '@/stores/datasets'
import { useResults } from '@/stores/results'
import { isActive, useRuns } from '@/stores/runs'

import { cellKey, cellOf, groupCells, inOrder, type Cell } from './cells'
import { answers, DEFAULT_OPTIONS, requestOf, runAnswers, type PreprocessOptions } from './options'
import { collectionSource, isCollection, pipelineOf, type Source } from './sources'
import { useEstimate } from './useEstimate'
import { useGridChoice } from './useGridChoice'

/** With more datasets than this nothing is shown until people choose. */
const SHOW_ALL = 12

/** The matrix of region sets and what they are looked at through, of one assembly, what is chosen in it, and what came of the last request. */
export function usePreprocess() {
  const datasets = useDatasets()
  const assemblies = useAssemblies()
  const results = useResults()
  const runs = useRuns()
  const route = useRoute()
  const grids = useGridChoice()

  const assemblyId = ref<number | null>(null)
  const setIds = ref<number[]>([])
  /** Of features and collections alike: they are never the same. */
  const featureIds = ref<number[]>([])
  const collections = shallowRef<Collection[]>([])
  const chosen = ref<ReadonlySet<string>>(new Set())
  const onlyMissing = ref(true)
  const options = shallowRef<PreprocessOptions>(DEFAULT_OPTIONS)
  const busy = ref(false)
  const error = ref('')
  const answer = shallowRef<{ runs: number[]; skipped: number } | null>(null)

  const usable = computed(() => datasets.items.filter((d) => d.state === 'ready'))
  const ofAssembly = (d: { assemblyId: number }): boolean => d.assemblyId === assemblyId.value
  const setChoices = computed(() => inOrder(usable.value.filter((d) => d.kind === 'regions' && ofAssembly(d))))
  const usableCollections = computed(() => collections.value.filter((c) => !c.hidden && c.datasetIds.length > 0))
  const featureChoices = computed<Source[]>(() =>
    inOrder<Source>([...usable.value.filter((d) => d.kind !== 'regions' && ofAssembly(d)), ...usableCollections.value.filter(ofAssembly).map(collectionSource)]),
  )
  const assemblyChoices = computed(() => {
    const ids = new Set(usable.value.map((d) => d.assemblyId))
    return [...ids].map((id) => ({ value: id, title: assemblies.nameOf(id) }))
  })

  /** Collections are read anew with every visit: they change without events. */
  async function loadCollections(): Promise<void> {
    collections.value = await collectionsApi.list()
  }

  function fromQuery(name: string): number[] {
    const v = route.query[name]
    return typeof v === 'string' ? v.split(',').map(Number).filter(Boolean) : []
  }

  /** The start: what the address asks for, or the assembly with the most pairs. */
  function begin(): void {
    void results.loadGrid()
    const wanted = [...fromQuery('sets'), ...fromQuery('features')].map((id) => datasets.byId.get(id)).find((d) => d !== undefined)
    const pairs = (id: number): number => {
      const of = usable.value.filter((d) => d.assemblyId === id)
      const sets = of.filter((d) => d.kind === 'regions').length
      return sets * (of.length - sets)
    }
    const best = assemblyChoices.value.map((a) => a.value).sort((a, b) => pairs(b) - pairs(a))[0]
    assemblyId.value = wanted?.assemblyId ?? best ?? null
    fill()
  }

  function fill(): void {
    const pick = (asked: number[], choices: Source[]): number[] => {
      const ids = choices.map((d) => d.id)
      const ok = asked.filter((id) => ids.includes(id))
      return ok.length ? ok : ids.length <= SHOW_ALL ? ids : []
    }
    setIds.value = pick(fromQuery('sets'), setChoices.value)
    featureIds.value = pick(fromQuery('features'), featureChoices.value)
    chosen.value = new Set()
  }

  const sets = computed(() => setChoices.value.filter((d) => setIds.value.includes(d.id)))
  const features = computed(() => featureChoices.value.filter((d) => featureIds.value.includes(d.id)))

  /** The newest run of a pair that makes what the options ask for. */
  function newest(set: Dataset, feature: Source): Run | undefined {
    return byPair.value.get(cellKey(set.id, feature.id))?.find((r) => runAnswers(options.value, r, set, feature))
  }
  watch(sets, (list) => list.forEach((d) => void runs.loadOf(d.id)), { immediate: true })
  const byPair = computed(() => {
    const m = new Map<string, Run[]>()
    for (const r of runs.items) {
      const key = cellKey(r.regionSetId, r.featureId ?? 0)
      const list = m.get(key)
      if (list) list.push(r)
      else m.set(key, [r])
    }
    return m
  })
  const cells = computed(() => {
    const m = new Map<string, Cell>()
    for (const s of sets.value) {
      const list = results.forSet(s.id)
      const known = list && list.state !== 'loading' ? list.items : undefined
      for (const f of features.value) {
        const mine = known?.filter((r) => r.featureId === f.id && answers(options.value, r, s, f))
        m.set(cellKey(s.id, f.id), cellOf(s, f, mine, newest(s, f), grids.grid.value, options.value.raw))
      }
    }
    return m
  })
  watch([sets, features], () => (chosen.value = new Set([...chosen.value].filter((k) => cells.value.has(k)))))

  const missing = computed(() => [...cells.value].filter(([, c]) => ['missing', 'partial', 'failed', 'cancelled'].includes(c.state)).map(([k]) => k))
  const everything = computed(() => [...cells.value].filter(([, c]) => c.state !== 'impossible').map(([k]) => k))

  const failures = computed(() =>
    sets.value.flatMap((s) => features.value.flatMap((f) => {
      const c = cells.value.get(cellKey(s.id, f.id))
      return c?.state === 'failed' && c.run ? [{ runId: c.run.id, set: s.name, feature: f.name, why: c.explain }] : []
    })),
  )

  function choose(keys: string[], on: boolean): void {
    const next = new Set(chosen.value)
    for (const k of keys) {
      if (on) next.add(k)
      else next.delete(k)
    }
    chosen.value = next
  }

  /** What is sent for the chosen cells; empty while what is typed cannot be read. */
  const requests = computed<PreprocessBody[]>(() => {
    if (grids.wrong.value) return []
    const isOne = new Set(features.value.filter(isCollection).map((f) => f.id))
    return groupCells(chosen.value).map((g) => {
      const [collectionIds, featureIds] = [g.featureIds.filter((id) => isOne.has(id)), g.featureIds.filter((id) => !isOne.has(id))]
      return {
        regionSetIds: g.regionSetIds, onlyMissing: onlyMissing.value, ...grids.request(), ...requestOf(options.value),
        ...(featureIds.length ? { featureIds } : {}), ...(collectionIds.length ? { collectionIds } : {}),
      }
    })
  })
  const cost = useEstimate(() => requests.value)

  async function submit(): Promise<void> {
    busy.value = true
    error.value = ''
    answer.value = null
    const started: number[] = []
    let skipped = 0
    try {
      for (const body of requests.value) {
        const a = await runs.preprocess(body)
        started.push(...a.runs.map((r) => r.id))
        skipped += a.skipped
      }
      chosen.value = new Set()
    } catch (e) {
      error.value = asApiError(e).message
    } finally {
      if (started.length || skipped) answer.value = { runs: started, skipped }
      busy.value = false
    }
  }

  const progress = computed(() => {
    const list = (answer.value?.runs ?? []).map((id) => runs.byId.get(id)).filter((r): r is Run => r !== undefined)
    const active = list.filter(isActive).length
    const part = list.reduce((n, r) => n + (isActive(r) ? r.progress : 1), 0)
    return { total: list.length, active, failed: list.filter((r) => r.state === 'failed').length, share: list.length ? part / list.length : 1 }
  })

  return {
    assemblyId, setIds, featureIds, chosen, onlyMissing, options, busy, error, answer, progress, setChoices, featureChoices, assemblyChoices,
    sets, features, cells, missing, everything, failures, begin, fill, choose, submit, loadCollections, grids, cost,
    pipelines: computed(() => [...new Set(features.value.map(pipelineOf))]),
  }
}
