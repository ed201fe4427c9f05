import { computed, ref, type ComputedRef, type Ref } from 'vue'

import { DEFAULT_OPTIONS, type LocusOptions } from './scene'

const options = ref<LocusOptions>(DEFAULT_OPTIONS)
const raw = ref(false)
const bin = ref(0)

/** How places are shown: the same from one to the next, as long as the page is open. */
export function useLocusOptions(): { options: ComputedRef<LocusOptions>; raw: Ref<boolean>; bin: Ref<number>; setOptions: (change: Partial<LocusOptions>) => void } {
  return { options: computed(() => options.value), raw, bin, setOptions: (change) => (options.value = { ...options.value, ...change }) }
}
