import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** How many columns of at least `least` px fit into an element, whenever it is there. */
export function useColumns(box: () => HTMLElement | null, least: number, gap: number): Ref<number> {
  const columns = ref(1)
  const observer = new ResizeObserver(measure)
  function measure(): void {
    const w = box()?.clientWidth ?? 0
    if (w > 0) columns.value = Math.max(1, Math.floor((w + gap) / (least + gap)))
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
  return columns
}
