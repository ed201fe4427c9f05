import { computed } from 'vue'

import { slab, type ArraySpec } from '@/api/results'
import type { Result } from '@/api/types'
import { useArrays, type Shown } from '@/composables/useArrays'
import { useLinkedScale } from '@/composables/useLinks'
import { usePart } from '@/composables/usePart'
import { useWidgetData } from '@/composables/useWidgetData'
import { useWidgetOptions } from '@/composables/useWidgetOptions'
import { stackParamsOf, type StackParams } from '@/lib/stackParams'
import { windowAxis } from '@/lib/windowAxis'

import type { WidgetProps } from '../registry'
import { linesOf, yRange, type Average1dScene } from './draw'
import { parseAverage1d } from './options'
import { isFlat } from './scaling'
import { describeAverage1d } from './words'

/** The arrays that every track has, each under its name and the id of the feature. */
export const PROFILE_ARRAYS = ['mean', 'median', 'sem', 'n'] as const

/** What belongs to the arrays on show. */
export interface Average1dMeta {
  tracks: { id: number; name: string; result: Result }[]
  setName: string
  /** How many regions were selected, when the lines are of these. */
  selected: number
}

export function profileArray(s: Shown<Average1dMeta>, name: (typeof PROFILE_ARRAYS)[number], id: number): ArrayLike<number> {
  const part = s.arrays[`selected${id}`]
  return part ? slab(part, name) : s.arrays[`${name}${id}`].data
}

/** n of N of the lines: of the whole set, or of what is selected of it, where n is that of the bin with most. */
function countsOf(s: Shown<Average1dMeta>, id: number, result: Result): { n: number; total: number } {
  if (s.meta.selected === 0) return { n: result.n, total: result.total }
  return { n: Array.from(profileArray(s, 'n', id)).reduce((a, b) => Math.max(a, b), 0), total: s.meta.selected }
}

/** From the widget's document to the scene that is drawn, and the edits of its options. */
export function useAverage1d(props: WidgetProps) {
  const { options, set } = useWidgetOptions(props, parseAverage1d)
  const pairs = computed(() => props.regionSet?.dimension === 2)
  const data = useWidgetData(() => ({
    pipeline: 'stackup', regionSet: props.regionSet, window: props.window, featureIds: props.widget.featureIds,
    bin: props.widget.bin, params: stackParamsOf(options.value), side: options.value.side,
  }))
  const selected = usePart(props)
  const arrays = useArrays<Average1dMeta>(() => {
    const tracks = data.features.value.flatMap((f) => (f.kind === 'ready' ? [{ id: f.featureId, name: f.feature.name, result: f.result }] : []))
    if (tracks.length === 0) return null
    const specs: Record<string, ArraySpec> = {}
    for (const { id, result } of tracks) {
      for (const name of PROFILE_ARRAYS) specs[`${name}${id}`] = { resultId: result.resultId, hash: result.manifestHash, name }
      if (selected.value) specs[`selected${id}`] = { resultId: result.resultId, hash: result.manifestHash, name: 'aggregate', subset: selected.value.bitmap }
    }
    const setName = (props.regionSet?.name ?? '') + (pairs.value ? ` (${options.value.side} anchor)` : '')
    return { meta: { tracks, setName, selected: selected.value?.n ?? 0 }, specs }
  })
  const shown = computed(() => arrays.shown.value)

  const linked = useLinkedScale(
    props.widget.id,
    () => {
      if (!scene.value || lines.value.length === 0) return null
      const [min, max] = yRange(props.facet ? { ...scene.value, options: options.value } : scene.value, lines.value)
      return { scale: { kind: 'linear', min, max }, of: options.value.scaling }
    },
    () => options.value.scaling,
    () => props.facet,
  )
  const scene = computed<Average1dScene | null>(() => {
    const s = shown.value
    const first = s?.meta.tracks[0]
    if (!s || !first) return null
    return {
      tracks: s.meta.tracks.map(({ id, name, result }) => ({
        id, name, ...countsOf(s, id, result),
        values: profileArray(s, options.value.statistic, id), sem: profileArray(s, 'sem', id),
        ghost: s.meta.selected > 0 ? s.arrays[`${options.value.statistic}${id}`].data : null,
      })),
      axis: windowAxis(profileArray(s, 'mean', first.id).length, first.result.window, first.result.bin, first.result.params.orient === 'strand'),
      setName: s.meta.setName,
      options: linked.value ? { ...options.value, y: [linked.value.min, linked.value.max] } : options.value,
    }
  })
  const lines = computed(() => (scene.value ? linesOf(scene.value) : []))
  const label = computed(() => (scene.value ? describeAverage1d(scene.value) : ''))
  /** Lines whose scaling shows nothing but noise. */
  const flat = computed(() => {
    const s = shown.value
    if (!s || options.value.scaling === 'none') return []
    return s.meta.tracks.filter((t) => !options.value.hidden.includes(t.id) && isFlat(profileArray(s, 'mean', t.id), profileArray(s, 'sem', t.id))).map((t) => t.name)
  })

  /** A choice of what is computed: it is computed when it is missing. */
  function choose(what: string, change: Partial<StackParams>): void {
    set(what, change)
    data.fill()
  }

  function toggle(id: number): void {
    const { hidden } = options.value
    set('legend', { hidden: hidden.includes(id) ? hidden.filter((h) => h !== id) : [...hidden, id] })
  }

  return { options, set, pairs, data, arrays, shown, scene, lines, label, flat, choose, toggle }
}
