import { computed, shallowRef } from 'vue'

import { slab, type ArraySpec } from '@/api/results'
import type { Result } from '@/api/types'
import { useArrays } from '@/composables/useArrays'
import { useFacetDomain, useLinkedScale } from '@/composables/useLinks'
import { usePart } from '@/composables/usePart'
import { useWidgetData } from '@/composables/useWidgetData'
import { useWidgetOptions } from '@/composables/useWidgetOptions'
import { asMatrix } from '@/lib/matrix'
import { DEFAULT_RANGE, type RangeOption } from '@/lib/valueRange'
import type { ValueScale } from '@/lib/valueScale'
import { windowAxis } from '@/lib/windowAxis'

import type { WidgetProps } from '../registry'
import { describeAverage2d, sceneDomain, sceneFacts, sceneRange, type Average2dScene } from './draw'
import { combine, comparisonsFor, type Pair } from './compare'
import { paramsOf, parseAverage2d, viewKey, type Average2dOptions, type Average2dValue, type DrawnOptions, type Statistic, type ValueView } from './options'

/** What belongs to the arrays on show. */
export interface Average2dMeta {
  result: Result
  /** Of the map that is compared with. */
  second: Result | null
  feature: string
  names: [string, string]
  setName: string
  pairs: boolean
  /** How many regions were selected, when the average is of these. */
  selected: number
  subset: string | undefined
  statistic: Statistic
}

/** From the widget's document to the scene that is drawn, and the edits of its options. */
export function useAverage2d(props: WidgetProps) {
  const { options, set } = useWidgetOptions(props, parseAverage2d)
  const data = useWidgetData(() => ({
    pipeline: 'pileup', regionSet: props.regionSet, window: props.window, featureIds: props.widget.featureIds,
    bin: props.widget.bin, params: paramsOf(options.value), side: 'left',
  }))
  const selected = usePart(props)
  const statistic = computed<Statistic>(() => (props.widget.featureIds.length > 1 ? 'mean' : options.value.statistic))
  const arrays = useArrays<Average2dMeta>(() => {
    const [f, other] = data.features.value
    if (f?.kind !== 'ready') return null
    const { result } = f
    const second = other?.kind === 'ready' ? other.result : null
    const names: [string, string] = [f.feature.name, other?.feature?.name ?? '']
    const meta = { result, second, names, feature: second ? names.join(' and ') : names[0], setName: props.regionSet?.name ?? '', pairs: props.regionSet?.dimension === 2,
      selected: selected.value?.n ?? 0, subset: selected.value?.bitmap, statistic: statistic.value }
    const spec = (r: Result): ArraySpec => ({ resultId: r.resultId, hash: r.manifestHash, name: selected.value ? 'aggregate' : meta.statistic, subset: selected.value?.bitmap })
    return { meta, specs: { mean: spec(result), ...(second ? { second: spec(second) } : {}) } }
  })
  const shown = computed(() => arrays.shown.value)
  const meta = computed(() => shown.value?.meta ?? null)

  /** While a handle is dragged: the range that is drawn but not yet an edit. */
  const live = shallowRef<ValueScale>()
  const pairs = computed(() => props.regionSet?.dimension === 2)
  const compare = computed(() => {
    const possible = comparisonsFor(pairs.value)
    return possible.includes(options.value.compare) ? options.value.compare : possible[0]
  })
  const matrix = (name: string) => {
    const a = shown.value?.arrays[name]
    if (!a) return null
    return a.shape.length === 3 ? asMatrix(slab(a, meta.value?.statistic ?? 'mean'), a.shape.slice(1)) : asMatrix(a.data, a.shape)
  }
  const first = computed(() => matrix('mean'))
  const second = computed(() => (meta.value?.second ? matrix('second') : null))
  const combined = computed(() => (first.value && second.value ? combine(compare.value, first.value, second.value) : null))
  /** What is on screen may for a moment still be the other kind of value: it keeps its own view until the new one has come. */
  const drawn = computed<DrawnOptions>(() => ({
    ...options.value, value: (meta.value?.result.value ?? options.value.value) as Average2dValue, against: combined.value ? compare.value : '',
    statistic: meta.value?.statistic ?? 'mean',
  }))
  const mean = computed(() => combined.value ?? first.value)
  const pair = computed<Pair | null>(() => {
    if (!combined.value || !first.value || !second.value || !meta.value) return null
    const { result, second: other, names } = meta.value
    return { mode: compare.value, first: first.value, second: second.value, names, scores: meta.value.selected > 0 ? [null, null] : [result.scores ?? null, other?.scores ?? null] }
  })
  const facts = computed(() => (mean.value ? sceneFacts(mean.value, drawn.value) : null))
  const linked = useLinkedScale(props.widget.id, () => (scene.value ? { scale: sceneRange(props.facet ? { ...scene.value, range: live.value } : scene.value), of: viewKey(drawn.value) } : null), () => viewKey(drawn.value), () => props.facet)
  const domain = useFacetDomain(props.widget.id, () => (scene.value ? sceneDomain({ ...scene.value, domain: undefined }) : null), () => viewKey(drawn.value), props.facet)
  const scene = computed<Average2dScene | null>(() => {
    if (!mean.value || !facts.value || !meta.value) return null
    const { result, setName, pairs } = meta.value
    // Only pairs with both anchors on the minus strand are turned: left is not upstream of every pair.
    const oriented = !pairs && result.params.orient === 'strand'
    return {
      mean: mean.value, facts: facts.value, axis: windowAxis(mean.value.cols, result.window, result.bin, oriented),
      scores: meta.value.selected > 0 || meta.value.statistic !== 'mean' ? null : (result.scores ?? null), setName, pairs, options: drawn.value, range: live.value ?? linked.value, domain: domain.value, pair: pair.value,
    }
  })
  /** How many regions the pictures are of: of a part of the set, those in the cell with most. */
  const counts = computed(() => {
    const s = shown.value
    if (!s) return []
    if (s.meta.selected === 0) return [s.meta.result.n]
    return Object.values(s.arrays).map((a) => slab(a, 'n').reduce((m, v) => Math.max(m, v), 0))
  })
  const label = computed(() => {
    const m = meta.value
    return scene.value && m ? describeAverage2d(scene.value, m.feature, counts.value[0] ?? 0, m.selected || m.result.total) : ''
  })

  function setView(what: string, change: Partial<ValueView>, merge = ''): void {
    const key = viewKey(drawn.value)
    set(what, { [key]: { ...options.value[key], ...change } }, merge)
  }
  /** A choice of what is computed: it is computed when it is missing. */
  function choose(what: string, change: Partial<Average2dOptions>): void {
    set(what, change)
    data.fill()
  }
  function setRange(range: RangeOption = DEFAULT_RANGE): void {
    live.value = undefined
    setView('colour range', { range }, 'range')
  }

  return { options, drawn, compare, pairs, counts, set, data, arrays, meta, live, scene, label, choose, setView, setRange }
}
