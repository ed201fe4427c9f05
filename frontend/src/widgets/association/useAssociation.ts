import { computed, ref, shallowRef } from 'vue'

import { asApiError } from '@/api/errors'
import { results as resultCalls, type ArraySpec } from '@/api/results'
import type { Result } from '@/api/types'
import { useArrays, type Shown } from '@/composables/useArrays'
import { useManifest } from '@/composables/useManifest'
import { usePart } from '@/composables/usePart'
import { useSelection } from '@/composables/useSelection'
import { useWidgetData } from '@/composables/useWidgetData'
import { useWidgetOptions } from '@/composables/useWidgetOptions'
import { formatBp, formatCount } from '@/lib/format'
import { decode, rowsOf, type Combine } from '@/lib/selection'
import { DEFAULT_RANGE, type RangeOption } from '@/lib/valueRange'
import type { ValueScale } from '@/lib/valueScale'
import { cellLabel, windowAxis } from '@/lib/windowAxis'
import { isRecord } from '@/lib/workspaceDoc'
import { useDatasets } from '@/stores/datasets'

import type { WidgetProps } from '../registry'
import { parseAssociation, type AssociationOptions } from './options'
import { partArrays, TABLE_ARRAYS, tableArrays, type AssociationScene, type Target } from './table'
import { describeAssociation, universeWords } from './words'

/** What belongs to the arrays on show. */
export interface AssociationMeta {
  result: Result
  collection: string
  setName: string
  /** How many regions the tables are of, when they are of a part of the set. */
  selected: number
}

/** From the widget's document to the scene that is drawn, and the edits of its options. */
export function useAssociation(props: WidgetProps) {
  const { options, set } = useWidgetOptions(props, parseAssociation)
  const datasets = useDatasets()
  const pairs = computed(() => props.regionSet?.dimension === 2)
  const data = useWidgetData(() => ({
    pipeline: 'enrichment', regionSet: props.regionSet, window: props.window, featureIds: props.widget.featureIds,
    bin: props.widget.bin, params: {}, value: options.value.universe, side: options.value.side,
  }))
  const ready = computed(() => {
    const f = data.features.value[0]
    return f?.kind === 'ready' ? f : null
  })
  const part = usePart(props)
  const loads = useArrays<AssociationMeta>(() => {
    const f = ready.value
    if (!f) return null
    const of = part.value
    const { result } = f
    const setName = (props.regionSet?.name ?? '') + (pairs.value ? ` (${options.value.side} anchor)` : '')
    const spec = (name: string): ArraySpec => ({ resultId: result.resultId, hash: result.manifestHash, name })
    const specs = Object.fromEntries(TABLE_ARRAYS.map((name) => [name, spec(name)]))
    if (of) specs.part = { ...spec('aggregate'), subset: of.bitmap }
    return { meta: { result, collection: f.feature.name, setName, selected: of?.n ?? 0 }, specs }
  })
  const manifest = useManifest(() => ready.value?.result ?? null)
  const arrays = {
    loading: loads.loading,
    error: computed(() => loads.error.value ?? manifest.error.value),
    retry: () => (manifest.error.value ? manifest.retry() : loads.retry()),
  }
  const shown = computed<Shown<AssociationMeta> | null>(() => loads.shown.value)
  const meta = computed(() => shown.value?.meta ?? null)
  /** While a handle of the colour bar is dragged. */
  const live = shallowRef<ValueScale>()

  const facts = computed(() => {
    const [m, s] = [manifest.manifest.value, meta.value]
    if (!m || m.resultId !== s?.result.resultId) return null
    return enrichmentFacts(m.manifest.enrichment)
  })
  const scene = computed<AssociationScene | null>(() => {
    const [s, f] = [shown.value, facts.value]
    if (!s || !f) return null
    const { result, setName } = s.meta
    const [rows, cells] = s.arrays.a.shape
    const whole = tableArrays((name) => s.arrays[name].data)
    const bins = result.window > 0 ? `bins of ${formatBp(result.bin)}` : 'windows of matched width'
    return {
      targets: f.targets.slice(0, rows),
      arrays: s.arrays.part ? partArrays(s.arrays.part) : whole,
      ghost: s.arrays.part ? whole : null,
      axis: windowAxis(cells, result.window, result.bin, props.regionSet?.facts.regions?.bothStrands === true && !pairs.value),
      setName,
      universe: universeWords(result.value, f.size, bins, (id) => datasets.byId.get(id)?.name ?? `region set ${id}`),
      options: options.value,
      range: live.value,
    }
  })
  const label = computed(() => (scene.value ? describeAssociation(scene.value) : ''))

  /** Another universe, or the other anchor: computed when it is missing. */
  function choose(what: string, change: Partial<AssociationOptions>): void {
    set(what, change)
    data.fill()
  }
  function setRange(range: RangeOption = DEFAULT_RANGE): void {
    live.value = undefined
    set('colour range', { range }, 'range')
  }

  const selection = useSelection(() => props.regionSet)
  /** Why the regions behind a bar or cell could not be selected. */
  const problem = ref('')
  /** Selects the regions that a set touches at a bin, for all pictures of this region set. */
  async function selectMembers(target: number, bin: number, how: Combine): Promise<void> {
    const [m, s] = [meta.value, scene.value]
    if (!m || !s) return
    problem.value = ''
    try {
      const { n, bitmap } = await resultCalls.members(m.result.resultId, target, bin)
      const place = cellLabel(s.axis, bin)
      if (n === 0) problem.value = `No region of this set hits ${s.targets[target].name} at ${place}.`
      else selection.select(rowsOf(decode(bitmap) ?? new Uint8Array()), `${formatCount(n)} that hit ${s.targets[target].name} at ${place}`, how)
    } catch (e) {
      problem.value = `The regions could not be selected: ${asApiError(e).message}`
    }
  }

  return { options, set, pairs, data, arrays, meta, live, scene, label, choose, setRange, selectMembers, problem }
}

/** The part of a manifest that tells what was compared. */
function enrichmentFacts(raw: unknown): { targets: Target[]; size: number } | null {
  if (!isRecord(raw) || !Array.isArray(raw.targets)) return null
  const targets = raw.targets.filter(isRecord).map((t) => ({ name: String(t.name ?? ''), regions: Number(t.regions ?? NaN) }))
  return { targets, size: Number(raw.universeSize ?? NaN) }
}
