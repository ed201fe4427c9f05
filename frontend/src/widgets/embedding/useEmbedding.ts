import { computed, shallowRef, watch } from 'vue'

import type { NpyArray } from '@/api/npy'
import type { Result } from '@/api/types'
import { useArrays } from '@/composables/useArrays'
import { useToldGroups } from '@/composables/useLinks'
import { useManifest } from '@/composables/useManifest'
import { usePart } from '@/composables/usePart'
import { useSelection } from '@/composables/useSelection'
import { useWidgetData } from '@/composables/useWidgetData'
import { useWidgetOptions } from '@/composables/useWidgetOptions'
import { formatValue } from '@/lib/format'
import { labelledGroups } from '@/lib/groups'
import { has, type Combine } from '@/lib/selection'
import { DEFAULT_RANGE, type RangeOption } from '@/lib/valueRange'
import type { ValueScale } from '@/lib/valueScale'

import type { WidgetProps } from '../registry'
import { clustersOf, meanRows, summaryOf } from './clusters'
import { describeEmbedding, valuesColouring, type Colouring, type EmbeddingScene } from './draw'
import { clusteringRow, embeddingFacts } from './facts'
import { parseEmbedding, type EmbeddingOptions, type Method } from './options'
import { rowsBetween, rowsLabelled } from './pick'
import { layoutChoice, planeArray, planeChange } from './planes'
import { densities } from './points'
import { useColumn, useColumnNames } from './useColumn'

export interface EmbeddingMeta {
  result: Result
  /** The collection or the map. */
  source: string
  setName: string
  /** The array that the places are from. */
  plane: 'layout' | 'pca'
}

/** From the widget's document to the scene that is drawn, and the edits of its options: of embeddings by tracks and by contacts. */
export function useEmbedding(props: WidgetProps, pipeline: 'embedding_1d' | 'embedding_2d') {
  const { options, set } = useWidgetOptions(props, parseEmbedding)
  const byTracks = pipeline === 'embedding_1d'
  const pairs = computed(() => props.regionSet?.dimension === 2)
  const data = useWidgetData(() => ({
    pipeline, regionSet: props.regionSet, window: props.window, featureIds: props.widget.featureIds, bin: props.widget.bin,
    params: {}, value: byTracks ? undefined : options.value.value, side: options.value.side,
  }))
  const ready = computed(() => {
    const f = data.features.value[0]
    return f?.kind === 'ready' ? f : null
  })
  const loads = useArrays<EmbeddingMeta>(() => {
    const f = ready.value
    if (!f) return null
    const { result } = f
    const plane = planeArray(result.arrays, options.value.method)
    const names = { layout: plane, labels: 'labels', ...(byTracks ? { features: 'features' } : { vectors: 'vectors' }) }
    const setName = (props.regionSet?.name ?? '') + (byTracks && pairs.value ? ` (${options.value.side} anchor)` : '')
    return { meta: { result, source: f.feature.name, setName, plane }, specs: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, { resultId: result.resultId, hash: result.manifestHash, name }])) }
  })
  const manifest = useManifest(() => ready.value?.result ?? null)
  const names = useColumnNames(() => props.regionSet?.id ?? 0)
  const { column, error: columnError } = useColumn(() => {
    const name = /^column:(.+)$/.exec(options.value.colour)?.[1]
    return name && props.regionSet ? { setId: props.regionSet.id, name } : null
  })
  const arrays = {
    loading: loads.loading,
    error: computed(() => loads.error.value ?? manifest.error.value ?? columnError.value),
    retry: () => (manifest.error.value ? manifest.retry() : loads.retry()),
  }
  const shown = computed(() => loads.shown.value)
  const meta = computed(() => shown.value?.meta ?? null)
  const facts = computed(() => {
    const m = manifest.manifest.value
    return m && m.resultId === meta.value?.result.resultId ? embeddingFacts(m.manifest.embedding) : null
  })

  const layouts = computed(() => (facts.value && meta.value ? layoutChoice(facts.value, meta.value.result.arrays, options.value.method) : null))
  const layout = computed(() => shown.value?.arrays.layout.data ?? null)
  const features = computed<NpyArray | null>(() => shown.value?.arrays.features ?? shown.value?.arrays.vectors ?? null)
  const columns = computed(() => features.value?.shape[1] ?? 0)
  const row = computed(() => (facts.value ? clusteringRow(facts.value, options.value.k) : -1))
  const labels = computed(() => {
    const s = shown.value
    if (!s) return null
    const [, n] = s.arrays.labels.shape
    return row.value < 0 ? new Int32Array(n ?? s.arrays.layout.shape[0]).fill(-1) : s.arrays.labels.data.subarray(row.value * n, (row.value + 1) * n)
  })
  const clusters = computed(() => (labels.value && layout.value ? clustersOf(labels.value, layout.value, byTracks && features.value ? features.value.data : null, columns.value) : []))
  /** Mean shrunk snippets of the clusters, 10 × 10 cells each. */
  const snippets = computed(() => (!byTracks && labels.value && features.value ? meanRows(labels.value, clusters.value.length, features.value.data, columns.value) : null))
  const density = computed(() => (layout.value ? valuesColouring('regions nearby', densities(layout.value)) : null))

  const colouring = computed<Colouring | null>(() => {
    const { colour } = options.value
    const track = /^track:(\d+)$/.exec(colour)?.[1]
    if (colour === 'cluster' && labels.value) return { kind: 'groups', title: 'cluster', groups: Int32Array.from(labels.value), names: clusters.value.map((c) => `cluster ${c.id + 1}`) }
    if (track !== undefined && byTracks && facts.value && Number(track) < columns.value && features.value) {
      const [c, f] = [columns.value, features.value.data]
      return valuesColouring(facts.value.tracks[Number(track)], Float64Array.from({ length: f.length / c }, (_, i) => f[i * c + Number(track)]))
    }
    // While a column is on the way, and where it is gone: density.
    return (colour.startsWith('column:') ? column.value : null) ?? density.value
  })

  useToldGroups(props.widget.id, props.facet?.index ?? 0, () => (labels.value ? { kind: 'cluster', list: labelledGroups(labels.value) } : null))

  const selection = useSelection(() => props.regionSet)
  /** A facet has its own regions in colour. */
  const ofPart = usePart(props)
  /** What the selected regions have in common, of however many clusters they are. */
  const chosen = computed(() => {
    const [bits, l, f] = [selection.selected.value?.bits, labels.value, features.value]
    return bits && l && f ? summaryOf((i) => has(bits, i), l, f.data, columns.value) : null
  })
  const live = shallowRef<ValueScale>()
  /** While the picture is moved: the part that is drawn but not yet an edit. */
  const part = shallowRef<EmbeddingOptions['part']>()
  // Of the plane before, be it left by an edit or by undoing one.
  watch(() => options.value.method, () => (part.value = undefined))
  const scene = computed<EmbeddingScene | null>(() => {
    const [m, f] = [meta.value, facts.value]
    if (!m || !f || !layout.value || !labels.value || !colouring.value) return null
    return {
      layout: layout.value, method: m.plane === 'pca' ? 'pca' : f.layout, variance: f.varianceKept, labels: labels.value, clusters: clusters.value, colouring: colouring.value, setName: m.setName,
      n: m.result.n, total: m.result.total, options: part.value === undefined ? options.value : { ...options.value, part: part.value }, range: live.value,
      selected: ofPart.value?.bits ?? null,
    }
  })
  const label = computed(() => (scene.value && meta.value ? describeEmbedding(scene.value, meta.value.source) : ''))

  /** Selects what was drawn around, for all pictures of the region set. */
  function selectRows(rows: number[], how: Combine): void {
    selection.select(rows, `drawn around in the ${scene.value?.method === 'pca' ? 'PCA of the ' : ''}${byTracks ? '1D' : '2D'} embedding of ${meta.value?.source ?? ''}`, how)
  }
  function selectCluster(id: number, how: Combine): void {
    if (labels.value) selection.select(rowsLabelled(labels.value, id), `cluster ${id + 1} of ${clusters.value.length} of ${meta.value?.source ?? ''}`, how)
  }
  /** By what the dots are coloured by, when that is a number. */
  function selectBetween(least: number, most: number, how: Combine): void {
    const c = colouring.value
    if (c?.kind === 'values') selection.select(rowsBetween(c.values, least, most), `${c.title} from ${formatValue(least)} to ${formatValue(most)}`, how)
  }

  /** Another value or anchor: computed when it is missing. The part of the layout is of the one before. */
  function choose(what: string, change: Partial<EmbeddingOptions>): void {
    set(what, { ...change, part: null, cluster: -1 })
    data.fill()
  }
  function chooseLayout(method: Method): void {
    set('layout', planeChange(options.value, method))
  }
  function setRange(range: RangeOption = DEFAULT_RANGE): void {
    live.value = undefined
    set('colour range', { range }, 'range')
  }
  function setPart(to: EmbeddingOptions['part']): void {
    part.value = undefined
    set('part of the layout', { part: to }, 'part')
  }

  return { options, set, pairs, data, arrays, meta, facts, features, columns, row, clusters, snippets, names, live, part, scene, label, layouts, choose, chooseLayout, setRange, setPart, selection, chosen, selectRows, selectCluster, selectBetween }
}
