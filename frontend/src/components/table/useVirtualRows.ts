import { computed, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

/** Which rows of a long list of equally high rows are in view. Below `threshold` rows all of them are. */
export function useVirtualRows(container: Ref<HTMLElement | null>, count: Ref<number>, rowHeight: number, threshold: number) {
  const top = ref(0)
  const height = ref(600)
  const overscan = 12
  let observer: ResizeObserver | undefined

  const onScroll = (): void => {
    top.value = container.value?.scrollTop ?? 0
  }
  onMounted(() => {
    const el = container.value
    if (!el) return
    el.addEventListener('scroll', onScroll, { passive: true })
    observer = new ResizeObserver(() => (height.value = el.clientHeight))
    observer.observe(el)
  })
  onBeforeUnmount(() => {
    container.value?.removeEventListener('scroll', onScroll)
    observer?.disconnect()
  })
  watch(count, onScroll, { flush: 'post' })

  const range = computed(() => {
    if (count.value <= threshold) return { first: 0, last: count.value }
    const first = Math.max(0, Math.floor(top.value / rowHeight) - overscan)
    return { first, last: Math.min(count.value, first + Math.ceil(height.value / rowHeight) + 2 * overscan) }
  })
  return { range }
}
