import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** How many columns of at least `least` px fit into an element. */
export function useColumns(box: () => HTMLElement | null, least: number, gap: number): Ref<number> {
  const columns = ref(1)
  const observer = new ResizeObserver(measure)
  function measure(): void {
    const w = box()?.clientWidth ?? 0
    if (w > 0) columns.value = Math.max(1, Math.floor((w + gap) / (least + gap)))
  }
  onMounted(() => {
    const el = box()
    if (el) observer.observe(el)
    measure()
  })
  onBeforeUnmount(() => observer.disconnect())
  return columns
}
