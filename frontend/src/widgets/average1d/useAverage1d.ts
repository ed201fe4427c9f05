import { computed, nextTick } from 'vue'

import { slab, type ArraySpec } from '@/api/results'
import type { Result } from '@/api/types'
import { useArrays, type Shown } from '@/composables/useArrays'
import { useLinkedScale } from '@/composables/useLinks'
import { usePart } from '@/composables/usePart'
import { selectedOf } from '@/composables/useSelection'
import { useWidgetData, type DataWish } from '@/composables/useWidgetData'
import { useWidgetOptions } from '@/composables/useWidgetOptions'
import { stackParamsOf, type StackParams } from '@/lib/stackParams'
import { windowAxis } from '@/lib/windowAxis'
import * as ops from '@/lib/workspaceOps'
import { useWorkspace } from '@/stores/workspace'

import type { WidgetProps } from '../registry'
import { linesOf, yRange, type Average1dScene } from './draw'
import { parseAverage1d } from './options'
import { MOST_LINES, partsOf, styleOf, type Part } from './parts'
import { isFlat } from './scaling'
import { useOtherSets } from './useOtherSets'
import { useSplit } from './useSplit'
import { describeAverage1d } from './words'

/** The arrays that every line has. */
export const PROFILE_ARRAYS = ['mean', 'median', 'sem', 'n'] as const

/** One line: a track at some regions. */
export interface LineMeta {
  id: string
  track: string
  part: Part
  style: number
  result: Result
}

/** What belongs to the arrays on show. */
export interface Average1dMeta {
  lines: LineMeta[]
  /** What the zero of the axis is of. */
  setName: string
  /** There are lines of more than the regions of the panel as a whole. */
  parted: boolean
  /** How many regions of the panel's set were selected, when the lines are of these. */
  selected: number
}

export function profileArray(s: Shown<Average1dMeta>, name: (typeof PROFILE_ARRAYS)[number], id: string): ArrayLike<number> {
  const part = s.arrays[`part ${id}`]
  return part ? slab(part, name) : s.arrays[`${name} ${id}`].data
}

/** n of N of a line: of the whole set, or of some of its regions, where n is that of the bin with most. */
export function countsOf(s: Shown<Average1dMeta>, { id, part, result }: LineMeta): { n: number; total: number } {
  if (!part.some) return { n: result.n, total: result.total }
  return { n: Array.from(profileArray(s, 'n', id)).reduce((a, b) => Math.max(a, b), 0), total: part.some.n }
}

function specsOf({ id, part, result }: LineMeta): Record<string, ArraySpec> {
  const of = { resultId: result.resultId, hash: result.manifestHash }
  const whole = (): Record<string, ArraySpec> => Object.fromEntries(PROFILE_ARRAYS.map((name) => [`${name} ${id}`, { ...of, name }]))
  if (!part.some) return whole()
  const some: Record<string, ArraySpec> = { [`part ${id}`]: { ...of, name: 'aggregate', subset: part.some.bitmap } }
  if (!part.ghost) return some
  return part.ghost.bitmap ? { ...some, [`ghost ${id}`]: { ...of, name: 'aggregate', subset: part.ghost.bitmap } } : { ...some, ...whole() }
}

/** From the widget's document to the scene that is drawn, and the edits of its options. */
export function useAverage1d(props: WidgetProps) {
  const { options, set } = useWidgetOptions(props, parseAverage1d)
  const workspace = useWorkspace()
  const pairs = computed(() => props.regionSet?.dimension === 2)
  const wish = (): DataWish => ({
    pipeline: 'stackup', regionSet: props.regionSet, window: props.window, featureIds: props.widget.featureIds,
    bin: props.widget.bin, params: stackParamsOf(options.value), side: options.value.side,
  })
  const others = useOtherSets(() => props.widget.regionSetIds ?? [], wish, useWidgetData(wish))
  const { data } = others
  const selected = usePart(props)
  const split = useSplit(props)
  const sided = (name: string, dimension: number | undefined): string => name + (dimension === 2 ? ` (${options.value.side} anchor)` : '')

  const plan = computed(() => {
    const own = { id: props.regionSet?.id ?? 0, name: sided(props.regionSet?.name ?? '', props.regionSet?.dimension), part: selected.value }
    const further = others.ready.value.map(({ set: s }) => ({ id: s.id, name: sided(s.name, s.dimension), part: selectedOf(workspace.doc, s.id) }))
    const groups = split.groups.value?.list ?? null
    const { parts, empty, places } = partsOf(own, groups, further)
    const all = props.widget.featureIds.flatMap((featureId, t) =>
      parts.flatMap((part): LineMeta[] => {
        const f = data.features.value.find((x) => x.featureId === featureId && (x.of?.id ?? own.id) === part.setId)
        if (f?.kind !== 'ready' || f.result.bin !== data.bin.value) return []
        return [{ id: `${featureId}${part.key}`, track: f.feature.name, part, style: styleOf(t, part.place, props.widget.featureIds.length, places, groups !== null), result: f.result }]
      }),
    )
    return { lines: all.slice(0, MOST_LINES), left: Math.max(0, all.length - MOST_LINES), empty, parted: parts.length > 1, sets: [own, ...further].map((s) => s.name) }
  })
  const arrays = useArrays<Average1dMeta>(() => {
    const { lines, parted, sets } = plan.value
    if (lines.length === 0) return null
    const setName = sets.length > 2 ? `${sets[0]} and ${sets.length - 1} more` : sets.join(' and ')
    return { meta: { lines, parted, setName, selected: selected.value?.n ?? 0 }, specs: Object.assign({}, ...lines.map(specsOf)) as Record<string, ArraySpec> }
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
    const first = s?.meta.lines[0]
    if (!s || !first) return null
    const several = new Set(s.meta.lines.map((l) => l.track)).size > 1
    return {
      tracks: s.meta.lines.map((l) => ({
        id: l.id, name: !s.meta.parted ? l.track : several ? `${l.track} · ${l.part.label}` : l.part.label, style: l.style, ...countsOf(s, l),
        values: profileArray(s, options.value.statistic, l.id), sem: profileArray(s, 'sem', l.id), ghost: ghostOf(s, l),
      })),
      axis: windowAxis(profileArray(s, 'mean', first.id).length, first.result.window, first.result.bin, s.meta.lines.every((l) => l.result.params.orient === 'strand')),
      setName: s.meta.setName,
      parted: s.meta.parted,
      options: linked.value ? { ...options.value, y: [linked.value.min, linked.value.max] } : options.value,
    }
  })
  function ghostOf(s: Shown<Average1dMeta>, l: LineMeta): ArrayLike<number> | null {
    if (!l.part.ghost) return null
    const { statistic } = options.value
    const group = s.arrays[`ghost ${l.id}`]
    return group ? slab(group, statistic) : s.arrays[`${statistic} ${l.id}`].data
  }
  const lines = computed(() => (scene.value ? linesOf(scene.value) : []))
  const label = computed(() => (scene.value ? describeAverage1d(scene.value) : ''))
  /** Lines whose scaling shows nothing but noise. */
  const flat = computed(() => {
    const s = shown.value
    if (!s || !scene.value || options.value.scaling === 'none') return []
    return scene.value.tracks.filter((t) => !options.value.hidden.includes(t.id) && isFlat(profileArray(s, 'mean', t.id), profileArray(s, 'sem', t.id))).map((t) => t.name)
  })
  /** What the lines do not show, in words. */
  const notes = computed(() => {
    const { left, empty, lines: all } = plan.value
    const turned = new Map(all.map((l) => [l.part.setName, l.result.params.orient === 'strand']))
    return [
      split.note.value,
      empty.length > 0 ? `No selected region is in ${empty.join(', ')}.` : '',
      left > 0 ? `${MOST_LINES} lines can be told apart; ${left} more are not drawn. Choose fewer tracks, groups or sets.` : '',
      new Set(turned.values()).size > 1 ? `Regions on the minus strand are turned in ${[...turned].filter(([, t]) => t).map(([n]) => n).join(', ')} only.` : '',
    ].filter(Boolean)
  })

  /** A choice of what is computed: it is computed when it is missing. */
  function choose(what: string, change: Partial<StackParams>): void {
    set(what, change)
    others.fill()
  }
  /** Other lines; what they need is computed. */
  function setLines(what: string, change: Parameters<typeof ops.setLines>[2]): void {
    workspace.edit(what, (d) => ops.setLines(d, props.widget.id, change))
    void nextTick(others.fill)
  }

  function toggle(id: string): void {
    const { hidden } = options.value
    set('legend', { hidden: hidden.includes(id) ? hidden.filter((h) => h !== id) : [...hidden, id] })
  }

  return { options, set, pairs, data, arrays, shown, scene, lines, label, flat, notes, choose, setLines, toggle }
}
