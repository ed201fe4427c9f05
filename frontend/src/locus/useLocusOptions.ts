import { computed, ref, type ComputedRef, type Ref } from 'vue'
import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import { oneOf } from '@/lib/optionParse'
import type { Value } from '@/lib/resultParams'
import { usePreferences } from '@/stores/preferences'
import type { ValueView } from '@/widgets/average2d/options'
import { startOptions } from '@/widgets/startOptions'

import { startingWith, type LocusOptions } from './values'

/** What was chosen here; the rest is as new 2D averages begin. */
const value = ref<Value>('iccf')
const common = ref(false)
const views = ref<Partial<Record<Value, Partial<ValueView>>>>({})
const bin = ref(0)

/** How places are shown: the same from one to the next, as long as the page is open, with the colour maps that somebody prefers. */
export function useLocusOptions(): {
  options: ComputedRef<LocusOptions>
  bin: Ref<number>
  setValue: (value: Value) => void
  setView: (change: Partial<ValueView>) => void
  setCommon: (on: boolean) => void
} {
  const preferences = usePreferences()
  const options = computed<LocusOptions>(() => {
    const base = startingWith(startOptions('average2d', preferences.kept))
    const [iccf, oe, raw] = (['iccf', 'oe', 'raw'] as const).map((v) => ({ ...base[v], ...views.value[v] }))
    return { value: value.value, iccf, oe, raw, common: common.value }
  })
  return {
    options, bin,
    setValue: (v) => (value.value = v),
    setView: (change) => (views.value = { ...views.value, [value.value]: { ...views.value[value.value], ...change } }),
    setCommon: (on) => (common.value = on),
  }
}

/** What of it an address says: what differs from the usual. */
export function optionsQuery(o: LocusOptions, bin: number): LocationQueryRaw {
  const { scale } = o[o.value]
  return { ...(o.value !== 'iccf' ? { value: o.value } : {}), ...(scale !== 'log' ? { scale } : {}), ...(bin > 0 ? { bin: String(bin) } : {}) }
}

/** An address with a word that is not known says nothing. */
export function readOptionsQuery(q: LocationQuery): void {
  value.value = oneOf(q.value, ['iccf', 'oe', 'raw'], 'iccf')
  const scale = oneOf(q.scale, ['log', 'linear'], 'log')
  views.value = { ...views.value, [value.value]: { ...views.value[value.value], scale } }
  const wanted = Number(q.bin)
  bin.value = Number.isInteger(wanted) && wanted > 0 ? wanted : 0
}
