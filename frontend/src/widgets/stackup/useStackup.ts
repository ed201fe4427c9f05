import { computed, ref, shallowRef } from 'vue'

import { slab, type ArraySpec } from '@/api/results'
import { useArrays } from '@/composables/useArrays'
import { useFacetDomain, useLinkedRows, useLinkedScale, useToldGroups } from '@/composables/useLinks'
import { usePart } from '@/composables/usePart'
import { useSelection } from '@/composables/useSelection'
import { useWidgetData } from '@/composables/useWidgetData'
import { useWidgetOptions } from '@/composables/useWidgetOptions'
import { asMatrix } from '@/lib/matrix'
import { DEFAULT_RANGE, valueFacts, type RangeOption } from '@/lib/valueRange'
import type { ValueScale } from '@/lib/valueScale'
import { stackParamsOf, type StackParams } from '@/lib/stackParams'
import { windowAxis } from '@/lib/windowAxis'

import type { WidgetProps } from '../registry'
import { formatCount } from '@/lib/format'
import { rowsOf, shares, type Combine } from '@/lib/selection'
import { useDatasets } from '@/stores/datasets'
import { useResults } from '@/stores/results'
import { describeStackup, stackDomain, stackRange, type StackupScene } from './draw'
import { groupLabel, toldGroups } from './groups'
import { parseStackup, sortLabel } from './options'
import { rowBlock, type RowsShown } from './rows'
import { sortTracks } from './sortTracks'
import { useRowGroups } from './useRowGroups'
import { useRowOrder } from './useRowOrder'
import { useRowZoom } from './useRowZoom'
import { useScores } from './useScores'

/** What belongs to the arrays on show. */
export interface StackupMeta extends RowsShown {
  feature: string
  setName: string
  /** How many rows the whole picture has. */
  total: number
  /** How many regions are selected. */
  selected: number
}

/** Device pixels of a stack are rounded up to these, so that a small change of size asks for nothing new. */
const PIXEL_STEP = 64

/** From the widget's document to the scene that is drawn, and the edits of its options. */
export function useStackup(props: WidgetProps) {
  const { options, set } = useWidgetOptions(props, parseStackup)
  const pairs = computed(() => props.regionSet?.dimension === 2)
  const data = useWidgetData(() => ({
    pipeline: 'stackup', regionSet: props.regionSet, window: props.window, featureIds: props.widget.featureIds,
    bin: props.widget.bin, params: stackParamsOf(options.value), side: options.value.side,
  }))
  const ready = computed(() => {
    const f = data.features.value[0]
    return f?.kind === 'ready' ? f : null
  })
  /** How many rows there are: of a facet, those of its regions. */
  const total = computed(() => props.facet?.n ?? ready.value?.result.shape[0] ?? 0)
  const zoom = useRowZoom(() => total.value, () => options.value.rows, (rows) => set('zoom', { rows }, 'rows'), ({ from, to }, how) => selectRows(from, to, how))

  const [results, datasets] = [useResults(), useDatasets()]
  /** Other tracks whose values rows can be sorted by. */
  const tracks = computed(() => {
    const own = ready.value?.result
    return own ? sortTracks(results.forSet(own.regionSetId)?.items ?? [], own, (id) => datasets.byId.get(id)?.name ?? `track ${id}`) : []
  })
  /** The stackup whose values the rows are sorted by: this one, or the one that it follows. */
  const source = useLinkedRows(props.widget.id, props.facet?.index ?? 0, () => {
    const r = ready.value?.result
    const other = tracks.value.find((t) => t.featureId === options.value.sortTrack)
    return r ? { resultId: r.resultId, columns: r.shape[1], ...(other ? { by: { resultId: other.result.resultId, columns: other.result.shape[1], track: other.name } } : {}) } : null
  })
  const scores = useScores(() => props.regionSet, () => props.window)
  const rowOrder = useRowOrder(() => props.regionSet, () => options.value, () => source.value, () => scores.value, () => props.facet)
  const rowGroups = useRowGroups(() => props.regionSet, () => ready.value?.result ?? null, () => rowOrder.order.value, () => props.facet?.bits ?? null)

  useToldGroups(props.widget.id, props.facet?.index ?? 0, () => toldGroups(rowGroups.all.value))

  const pixels = ref(5 * PIXEL_STEP)
  /** Tells how high the rows are painted, in device pixels. */
  function paintedAt(height: number): void {
    pixels.value = Math.max(1, Math.ceil(height / PIXEL_STEP)) * PIXEL_STEP
  }

  const selection = useSelection(() => props.regionSet)
  const part = usePart(props)
  /** What a drag over the picture does: zoom into rows, select rows, or sort by columns. */
  const drag = ref<'zoom' | 'select' | 'columns'>('zoom')
  const arrays = useArrays<StackupMeta>(() => {
    const f = ready.value
    const order = rowOrder.order.value
    if (!f || !props.regionSet || !order) return null
    const { result } = f
    const rows = zoom.range.value
    const spec = (name: string): ArraySpec => ({ resultId: result.resultId, hash: result.manifestHash, name })
    const { key: _, by, words: _words, track: _track, ...asked } = order
    const sorted = { ...spec('stack'), ...asked, ...(by && by !== result.resultId ? { by } : {}) }
    const block = rowBlock(rows, pixels.value)
    const setName = props.regionSet.name + (pairs.value ? ` (${options.value.side} anchor)` : '')
    return {
      meta: { result, feature: f.feature.name, setName, setId: props.regionSet.id, order, rows, block, total: total.value, selected: selection.selected.value?.n ?? 0 },
      specs: {
        stack: { ...sorted, rowBlock: block, ...(zoom.zoomed.value ? { rows: `${rows.from}:${rows.to}` } : {}) },
        // Ranges come from all rows, so that colours stay when one zooms.
        all: { ...sorted, rowBlock: rowBlock({ from: 0, to: total.value }, pixels.value) },
        mean: spec('mean'),
        sem: spec('sem'),
        ...(selection.selected.value || drag.value === 'select' ? { order: { ...sorted, name: 'order' } } : {}),
        ...(part.value ? { selected: { ...spec('aggregate'), subset: part.value.bitmap } } : {}),
      },
    }
  })
  const shown = computed(() => arrays.shown.value)
  const meta = computed(() => shown.value?.meta ?? null)

  /** While a handle is dragged: the range that is drawn but not yet an edit. */
  const live = shallowRef<ValueScale>()
  const stack = computed(() => (shown.value ? asMatrix(shown.value.arrays.stack.data, shown.value.arrays.stack.shape) : null))
  const facts = computed(() => (shown.value ? valueFacts(shown.value.arrays.all.data, 'linear') : null))
  const linked = useLinkedScale(props.widget.id, () => (scene.value ? { scale: stackRange(props.facet ? { ...scene.value, range: live.value } : scene.value), of: 'signal' } : null), () => 'signal', () => props.facet)
  const domain = useFacetDomain(props.widget.id, () => (scene.value ? stackDomain({ ...scene.value, domain: undefined }) : null), () => 'signal', props.facet)
  const scene = computed<StackupScene | null>(() => {
    const s = shown.value
    if (!s || !stack.value || !facts.value) return null
    const { result, rows, order, setName } = s.meta
    const groups = rowGroups.groups.value
    const ofOrder = groups && (order.group ? groups.column === order.group && groups.of === (order.of ?? '') : order.clusters !== undefined && groups.column === 'k-means')
    return {
      stack: stack.value, facts: facts.value, rows, total: s.meta.total,
      ...selectedPart(s),
      axis: windowAxis(stack.value.cols, result.window, result.bin, result.params.orient === 'strand'), setName,
      options: { ...options.value, sort: order.key, descending: order.desc, column: order.words ?? order.column ?? '', group: order.group ?? (order.clusters ? `k-means (${order.clusters})` : ''), track: order.track }, range: live.value ?? linked.value, domain: domain.value,
      groups: ofOrder ? groups : null,
      profiles: ofOrder ? rowGroups.profiles.value : null,
    }
  })
  /** The profile on top, and the share of every painted row that is selected. */
  function selectedPart(s: NonNullable<typeof shown.value>): Pick<StackupScene, 'profile' | 'marks'> {
    const all = { mean: s.arrays.mean.data, sem: s.arrays.sem.data }
    const { order, selected } = s.arrays
    if (!selected) return { profile: all, marks: null }
    const ofPart = { mean: slab(selected, 'mean'), sem: slab(selected, 'sem'), ghost: all.mean }
    const bits = selection.selected.value?.bits
    if (!order || !bits) return { profile: ofPart, marks: null }
    const { rows, block } = s.meta
    return { profile: ofPart, marks: shares(bits, order.data, rows.from, rows.to, block) }
  }
  /** Selects rows of the sorted stack. */
  function selectRows(from: number, to: number, how: Combine): void {
    const s = shown.value
    const order = s?.arrays.order
    if (!s || !order) return
    const { feature, order: by } = s.meta
    const grouped = by.group ?? (by.clusters ? 'k-means' : '')
    const words = `${grouped ? `${grouped}, then ` : ''}${sortLabel({ sort: by.key, column: by.words ?? by.column ?? '', track: by.track })}`
    selection.select(Array.from(order.data.subarray(from, to)), `rows ${formatCount(from + 1)}–${formatCount(to)} of ${feature} by ${words} ${by.desc ? '↓' : '↑'}`, how)
  }
  /** Selects the rows of one group. */
  function selectGroup(index: number, how: Combine): void {
    const [g, bits] = [rowGroups.groups.value, rowGroups.bitsOf(index)]
    if (g && bits) selection.select(rowsOf(bits), `${g.column} ${groupLabel(g.list[index])} of ${meta.value?.feature ?? ''}`, how)
  }
  const label = computed(() => (scene.value && meta.value ? describeStackup(scene.value, meta.value.feature, meta.value.result.n) : ''))

  /** A choice of what is computed: it is computed when it is missing. */
  function choose(what: string, change: Partial<StackParams>): void {
    set(what, change)
    data.fill()
  }

  function setRange(range: RangeOption = DEFAULT_RANGE): void {
    live.value = undefined
    set('colour range', { range }, 'range')
  }

  return { options, set, pairs, data, arrays, meta, zoom, rowOrder, scores, tracks, drag, selectRows, selectGroup, live, scene, label, choose, setRange, paintedAt }
}
