import { onBeforeMount, onUnmounted } from 'vue'

/** Gives the focus back to where it was when the component appeared, so that the keyboard goes on there after a dialog or a form. */
export function useReturnFocus(): void {
  let before: Element | null = null
  onBeforeMount(() => (before = document.activeElement))
  onUnmounted(() => {
    // Only when it went down with the component: somebody may have moved on.
    const lost = !document.activeElement || document.activeElement === document.body
    if (lost && before instanceof HTMLElement && before.isConnected) before.focus()
  })
}
