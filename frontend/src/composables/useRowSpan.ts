import { computed, onScopeDispose, ref, watch, type ComputedRef } from 'vue'

import { rowSpan } from '@/lib/pageGrid'

/** The `grid-row` of an element in a grid of thin rows, following its height. */
export function useRowSpan(box: () => HTMLElement | null, gap: number): ComputedRef<string> {
  const rows = ref(1)
  const observer = new ResizeObserver(measure)
  function measure(): void {
    const h = box()?.offsetHeight ?? 0
    if (h > 0) rows.value = rowSpan(h, gap)
  }
  watch(
    box,
    (el, old) => {
      if (old) observer.unobserve(old)
      if (!el) return
      observer.observe(el)
      measure()
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(() => observer.disconnect())
  return computed(() => `span ${rows.value}`)
}
