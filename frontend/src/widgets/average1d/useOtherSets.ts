import { computed, effectScope, onScopeDispose, shallowRef, watch, type ComputedRef, type EffectScope } from 'vue'

import type { Dataset } from '@/api/types'
import { useWidgetData, type DataWish, type FeatureState, type WidgetData } from '@/composables/useWidgetData'
import { useDatasets } from '@/stores/datasets'

interface Other {
  id: number
  data: WidgetData
  scope: EffectScope
}

/** A set can be drawn beside another one: both are of the same assembly, and points or intervals both. */
export function comparable(own: Dataset | undefined, other: Dataset): boolean {
  return own !== undefined && other.id !== own.id && other.kind === 'regions' && other.state === 'ready' && other.assemblyId === own.assemblyId && other.sizeType === own.sizeType
}

/**
 * The results of the same features at further region sets, with the bin of the panel's own. `own` is what is wanted at the panel's set and what there is;
 * `data` joins all, for the frame of a widget.
 */
export function useOtherSets(ids: () => number[], wish: () => DataWish, own: WidgetData): { data: WidgetData; ready: ComputedRef<{ set: Dataset; features: FeatureState[] }[]>; fill: () => void } {
  const datasets = useDatasets()
  const others = shallowRef<Other[]>([])
  const setOf = (id: number): Dataset | undefined => datasets.byId.get(id)
  watch(
    () => ids().filter((id) => id !== wish().regionSet?.id).join(' '),
    (text) => {
      const wanted = text.split(' ').filter(Boolean).map(Number)
      for (const o of others.value) if (!wanted.includes(o.id)) o.scope.stop()
      others.value = wanted.map((id) => others.value.find((o) => o.id === id) ?? begin(id))
    },
    { immediate: true },
  )
  onScopeDispose(() => others.value.forEach((o) => o.scope.stop()))

  function begin(id: number): Other {
    const scope = effectScope(true)
    const data = scope.run(() => useWidgetData(() => ({ ...wish(), regionSet: setOf(id), bin: own.bin.value }))) as WidgetData
    return { id, data, scope }
  }

  /** Why a set has no lines, whatever is computed; '' = it can have them. */
  function cannot(id: number): string {
    const set = setOf(id)
    if (!set) return datasets.loaded ? 'One of the further region sets no longer exists, or you may not read it.' : ''
    if (comparable(wish().regionSet, set)) return ''
    return set.assemblyId !== wish().regionSet?.assemblyId ? 'It is of another assembly than the region set of the panel.' : `Its regions are ${set.sizeType}s, those of the panel are not.`
  }

  function statesOf({ id, data }: Other): FeatureState[] {
    const no = cannot(id)
    const set = setOf(id)
    if (no) return [{ kind: 'unavailable', featureId: id, feature: undefined, reason: no, ...(set ? { of: set } : {}) }]
    if (data.status.value === 'listFailed') return [{ kind: 'unavailable', featureId: id, feature: undefined, reason: data.listError.value, of: set }]
    if (data.status.value === 'loading') return []
    // The window and the options are the panel's: another one would not be for this set alone.
    return data.features.value.map((f) => (f.kind === 'unavailable' ? { kind: f.kind, featureId: f.featureId, feature: f.feature, reason: f.reason, of: set } : { ...f, of: set }))
  }

  const states = computed(() => others.value.map((o) => ({ set: setOf(o.id), features: statesOf(o) })))
  const fill = (): void => {
    own.fill()
    others.value.forEach((o) => o.data.fill())
  }
  const data: WidgetData = {
    ...own,
    features: computed(() => [...own.features.value, ...states.value.flatMap((s) => s.features)]),
    status: computed(() => {
      const s = own.status.value
      return s === 'waiting' && states.value.some((o) => o.features.some((f) => f.kind === 'ready')) ? 'ready' : s
    }),
    compute: (featureId, setId) => (setId ? (others.value.find((o) => o.id === setId)?.data.compute(featureId) ?? Promise.resolve()) : own.compute(featureId)),
    fill,
    reload: () => {
      own.reload()
      others.value.forEach((o) => o.data.reload())
    },
  }
  return { data, ready: computed(() => states.value.flatMap((s) => (s.set && s.features.some((f) => f.kind === 'ready') ? [{ set: s.set, features: s.features }] : []))), fill }
}
