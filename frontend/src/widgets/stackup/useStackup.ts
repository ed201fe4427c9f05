import { computed, ref, shallowRef } from 'vue'

import type { ArraySpec } from '@/api/results'
import { useArrays } from '@/composables/useArrays'
import { useWidgetData } from '@/composables/useWidgetData'
import { useWidgetOptions } from '@/composables/useWidgetOptions'
import { asMatrix } from '@/lib/matrix'
import { DEFAULT_RANGE, valueFacts, type RangeOption } from '@/lib/valueRange'
import type { ValueScale } from '@/lib/valueScale'
import { stackParamsOf, type StackParams } from '@/lib/stackParams'
import { windowAxis } from '@/lib/windowAxis'

import type { WidgetProps } from '../registry'
import { describeStackup, type StackupScene } from './draw'
import { parseStackup } from './options'
import { rowBlock, type RowsShown } from './rows'
import { useRowZoom } from './useRowZoom'

/** What belongs to the arrays on show. */
export interface StackupMeta extends RowsShown {
  feature: string
  setName: string
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
  const zoom = useRowZoom(() => ready.value?.result.shape[0] ?? 0, () => options.value.rows, (rows) => set('zoom', { rows }, 'rows'))

  const pixels = ref(5 * PIXEL_STEP)
  /** Tells how high the rows are painted, in device pixels. */
  function paintedAt(height: number): void {
    pixels.value = Math.max(1, Math.ceil(height / PIXEL_STEP)) * PIXEL_STEP
  }

  const arrays = useArrays<StackupMeta>(() => {
    const f = ready.value
    if (!f || !props.regionSet) return null
    const { result } = f
    const rows = zoom.range.value
    const { sort, descending } = options.value
    const part = (name: string): ArraySpec => ({ resultId: result.resultId, hash: result.manifestHash, name })
    const sorted = { ...part('stack'), sort, desc: descending }
    const block = rowBlock(rows, pixels.value)
    const setName = props.regionSet.name + (pairs.value ? ` (${options.value.side} anchor)` : '')
    return {
      meta: { result, feature: f.feature.name, setName, setId: props.regionSet.id, sort, descending, rows, block },
      specs: {
        stack: { ...sorted, rowBlock: block, ...(zoom.zoomed.value ? { rows: `${rows.from}:${rows.to}` } : {}) },
        // Ranges come from all rows, so that colours stay when one zooms.
        all: { ...sorted, rowBlock: rowBlock({ from: 0, to: result.shape[0] }, pixels.value) },
        mean: part('mean'),
        sem: part('sem'),
      },
    }
  })
  const shown = computed(() => arrays.shown.value)
  const meta = computed(() => shown.value?.meta ?? null)

  /** While a handle is dragged: the range that is drawn but not yet an edit. */
  const live = shallowRef<ValueScale>()
  const stack = computed(() => (shown.value ? asMatrix(shown.value.arrays.stack.data, shown.value.arrays.stack.shape) : null))
  const facts = computed(() => (shown.value ? valueFacts(shown.value.arrays.all.data, 'linear') : null))
  const scene = computed<StackupScene | null>(() => {
    const s = shown.value
    if (!s || !stack.value || !facts.value) return null
    const { result, rows, sort, descending, setName } = s.meta
    return {
      stack: stack.value, facts: facts.value, rows, total: result.shape[0],
      profile: { mean: s.arrays.mean.data, sem: s.arrays.sem.data },
      axis: windowAxis(stack.value.cols, result.window, result.bin, result.params.orient === 'strand'), setName,
      options: { ...options.value, sort, descending }, range: live.value,
    }
  })
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

  return { options, set, pairs, data, arrays, meta, zoom, live, scene, label, choose, setRange, paintedAt }
}
