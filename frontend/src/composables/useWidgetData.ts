import { computed, nextTick, ref, watch, type ComputedRef } from 'vue'

import { runs as runCalls } from '@/api/calls'
import { asApiError } from '@/api/errors'
import { results as api } from '@/api/results'
import type { Dataset, Result, ResultParams, Run } from '@/api/types'
import { formatBin, formatWindow } from '@/lib/format'
import { binsFor, nearestPair, type WindowBin } from '@/lib/nearest'
import { isMadeWith, ofCollection, onlyRaw, perAnchor, runMakes, weightColumns, type Pipeline } from '@/lib/resultParams'
import { useCollections, type Source } from '@/stores/collections'
import { useDatasets } from '@/stores/datasets'
import { useResults } from '@/stores/results'
import { isActive, useRuns, pairsOf } from '@/stores/runs'

export interface DataWish {
  pipeline: Pipeline
  regionSet: Dataset | undefined
  window: number
  featureIds: number[]
  /** Wanted bin, 0 = the middle one. */
  bin: number
  params: ResultParams
  /** The universe of an association, or the kind of value of a 2D embedding. */
  value?: string
  side: 'left' | 'right'
}

/** Options of the widget with which there would be a picture. */
export interface Instead {
  label: string
  options: Record<string, unknown>
}

/** Where one feature of a widget stands; exactly what a person needs to know next. `of`: at a region set that is not the panel's. */
export type FeatureState = { of?: Dataset } & (
  | { kind: 'ready'; featureId: number; feature: Source; result: Result }
  | { kind: 'unavailable'; featureId: number; feature: Source | undefined; reason: string; other?: WindowBin; instead?: Instead }
  | { kind: 'missing'; featureId: number; feature: Source }
  | { kind: 'computing'; featureId: number; feature: Source; run: Run }
  | { kind: 'failed'; featureId: number; feature: Source; message: string }
)

export type WidgetStatus = 'noRegions' | 'noData' | 'loading' | 'listFailed' | 'ready' | 'waiting'

export interface WidgetData {
  status: ComputedRef<WidgetStatus>
  features: ComputedRef<FeatureState[]>
  /** Bins that can be asked for, ascending. */
  bins: ComputedRef<number[]>
  bin: ComputedRef<number>
  listError: ComputedRef<string>
  /** `setId`: at another region set than the panel's. */
  compute: (featureId: number, setId?: number) => Promise<void>
  /** Has everything computed that the wish lacks, now or once it is known: for a change that a person has just made. */
  fill: () => void
  reload: () => void
}

const GRID_OF = { pileup: 'pileup', stackup: 'stackup', enrichment: 'enrichment', embedding_1d: 'embedding1d', embedding_2d: 'embedding2d' } as const

/** Finds the results that a widget shows, says why when there are none, and has them computed. */
export function useWidgetData(wish: () => DataWish): WidgetData {
  const datasets = useDatasets()
  const collections = useCollections()
  const store = useResults()
  const runs = useRuns()
  const refused = ref(new Map<number, string>())
  const asked = ref(new Map<number, number>())
  void store.loadGrid()
  void datasets.load()
  if (ofCollection(wish().pipeline)) void collections.load()

  function source(id: number): Source | undefined {
    return ofCollection(wish().pipeline) ? collections.byId.get(id) : datasets.byId.get(id)
  }

  const setId = computed(() => wish().regionSet?.id ?? 0)
  const list = computed(() => store.forSet(setId.value))

  const fitting = computed(() => {
    const { pipeline, window, featureIds } = wish()
    return (list.value?.items ?? []).filter((r) => r.pipeline === pipeline && r.window === window && featureIds.includes(r.featureId))
  })
  const fits = (r: Result): boolean => {
    const { pipeline, params, regionSet, value } = wish()
    return isMadeWith(r, pipeline, params, regionSet, source(r.featureId), value)
  }

  const bins = computed(() => {
    const { pipeline, window } = wish()
    const grid = store.grid?.[GRID_OF[pipeline]] ?? []
    const all = [...binsFor(window, grid), ...fitting.value.map((r) => r.bin)]
    return [...new Set(all)].sort((a, b) => a - b)
  })

  const bin = computed(() => {
    const wanted = wish().bin
    const made = new Set(fitting.value.filter((r) => !r.unavailable).map((r) => r.bin))
    if (wanted === 0) {
      const choice = made.size > 0 ? bins.value.filter((b) => made.has(b)) : bins.value
      return choice[Math.floor((choice.length - 1) / 2)] ?? 0
    }
    if (bins.value.includes(wanted) || bins.value.length === 0) return wanted
    return bins.value.reduce((best, b) => (Math.abs(Math.log(b / wanted)) < Math.abs(Math.log(best / wanted)) ? b : best))
  })

  const features = computed(() => wish().featureIds.map(stateOf))

  function stateOf(featureId: number): FeatureState {
    const w = wish()
    const feature = source(featureId)
    if (!feature) return { kind: 'unavailable', featureId, feature, reason: `This ${ofCollection(w.pipeline) ? 'collection' : 'dataset'} no longer exists, or you may not read it.` }
    if (bins.value.length === 0 && store.grid) {
      const reason = `No bin size of ${pictures(w.pipeline).toLowerCase()} divides a window of ${formatWindow(w.window)}.`
      const other = otherPair(featureId) ?? nearestPair(w, store.grid[GRID_OF[w.pipeline]] ?? []) ?? undefined
      return { kind: 'unavailable', featureId, feature, reason, other }
    }
    const cannot = w.pipeline === 'pileup' ? lacksWeights(feature, w, bin.value) : null
    if (cannot) return { kind: 'unavailable', featureId, feature, ...cannot }
    const sided = perAnchor(w.pipeline) && w.regionSet?.dimension === 2
    const result = fitting.value.find(
      (r) => r.featureId === featureId && r.bin === bin.value && fits(r) && (!sided || (r.side ?? '') === w.side),
    )
    if (result?.unavailable) return { kind: 'unavailable', featureId, feature, reason: sentence(result.unavailable), other: otherPair(featureId) }
    if (result) return { kind: 'ready', featureId, feature, result }
    const run = lastRun(featureId)
    if (run && isActive(run)) return { kind: 'computing', featureId, feature, run }
    const no = refused.value.get(featureId)
    if (no) return { kind: 'failed', featureId, feature, message: no }
    if (run?.state === 'failed') return { kind: 'failed', featureId, feature, message: run.error?.message ?? 'The run failed without a reason.' }
    return { kind: 'missing', featureId, feature }
  }

  /** The nearest window and bin at which there is a picture of the feature. */
  function otherPair(featureId: number): WindowBin | undefined {
    const { window } = wish()
    const have = (list.value?.items ?? []).filter((r) => r.featureId === featureId && !r.unavailable && fits(r))
    return nearestPair({ window, bin: bin.value }, have) ?? undefined
  }

  function lastRun(featureId: number): Run | undefined {
    const byId = asked.value.get(featureId)
    const own = byId === undefined ? undefined : runs.byId.get(byId)
    if (own && isActive(own) && makes(own)) return own
    return runs.items.find((r) => r.regionSetId === setId.value && r.featureId === featureId && makes(r))
  }

  function makes(r: Run): boolean {
    const { pipeline, params, regionSet, value } = wish()
    if (!runMakes(r, pipeline, params, regionSet, source(r.featureId ?? 0), value)) return false
    const pairs = pairsOf(r)
    return pairs.length === 0 || pairs.some((p) => p.window === wish().window && p.bin === bin.value)
  }

  const status = computed<WidgetStatus>(() => {
    const w = wish()
    if (!w.regionSet) return 'noRegions'
    if (w.featureIds.length === 0) return 'noData'
    if (list.value?.state === 'failed' && list.value.items.length === 0) return 'listFailed'
    if (!list.value || list.value.state === 'loading' || !datasets.loaded || (ofCollection(w.pipeline) && !collections.loaded) || w.window < 0) return 'loading'
    return features.value.some((f) => f.kind === 'ready') ? 'ready' : 'waiting'
  })

  /** Asks for the result; a run that makes it is followed, and the picture appears when it has ended. */
  async function compute(featureId: number): Promise<void> {
    const w = wish()
    refused.value.delete(featureId)
    try {
      const answer = await api.onDemand({
        pipeline: w.pipeline, regionSetId: setId.value, window: w.window, bin: bin.value, params: w.params,
        ...(ofCollection(w.pipeline) ? { collectionId: featureId } : { featureId }),
        ...(w.value ? { value: w.value } : {}),
        ...(perAnchor(w.pipeline) && w.regionSet?.dimension === 2 ? { side: w.side } : {}),
      })
      if ('resultId' in answer) {
        await store.read(setId.value)
        return
      }
      asked.value.set(featureId, answer.runId)
      runs.take([await runCalls.get(answer.runId)])
    } catch (e) {
      refused.value.set(featureId, asApiError(e).message)
    }
  }

  // What was refused was refused for another wish.
  watch(() => JSON.stringify([bin.value, wish().window, wish().side, wish().value, wish().params]), () => refused.value.clear())

  const wanted = ref(false)
  watch([wanted, features, status], () => {
    if (!wanted.value || status.value === 'loading') return
    wanted.value = false
    for (const f of features.value) if (f.kind === 'missing') void compute(f.featureId)
  })
  function fill(): void {
    // The change is in the document, and in the wish one tick later.
    void nextTick(() => (wanted.value = true))
  }

  return {
    status, features, bins, bin, compute, fill,
    listError: computed(() => list.value?.error?.message ?? ''),
    reload: () => void store.read(setId.value),
  }
}

/** What a map cannot give because of its weights, and with which options it would. */
function lacksWeights(map: Source, { params, window }: DataWish, bin: number): { reason: string; instead: Instead } | null {
  if (params.value === 'raw') return null
  const instead = { label: 'Show raw counts', options: { value: 'raw' } }
  if (onlyRaw(map)) return { reason: 'This map has no balancing weights: only raw counts can be shown.', instead }
  const level = window > 0 ? map.facts.contacts?.resolutions.find((r) => r.binSize === bin) : undefined
  if (level?.weights.length === 0) return { reason: `The ${formatBin(bin, window)} level of this map has no balancing weights: only raw counts can be shown.`, instead }
  const have = weightColumns(map)
  if (!params.weight || have.length === 0 || have.includes(params.weight)) return null
  return {
    reason: `This map has no weight column “${params.weight}”; it has ${have.join(', ')}.`,
    instead: { label: 'Use its own weights', options: { weight: '' } },
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.')
}

function pictures(pipeline: string): string {
  return { pileup: 'Average contact maps', stackup: 'Profiles and stackups', enrichment: 'Associations' }[pipeline] ?? 'Embeddings'
}

/** "5 kb" or "2 %"; with a note when it is not what was asked for. */
export function binNote(wanted: number, shown: number, window: number): string {
  return wanted > 0 && wanted !== shown ? `${formatBin(wanted, window)} is not available here: the nearest is shown` : ''
}
