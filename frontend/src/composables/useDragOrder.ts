import { ref } from 'vue'

/** What is being dragged on the compare page: one thing at a time. */
export interface Dragged {
  kind: 'widget' | 'panel'
  id: string
}

/** The thing under way; shared by all panels, so that widgets can move between them. */
export const dragged = ref<Dragged | null>(null)

export function startDrag(e: DragEvent, what: Dragged): void {
  // A control inside the handle is operated, not dragged.
  if (!(e.target instanceof HTMLElement) || !e.dataTransfer) return
  dragged.value = what
  e.dataTransfer.effectAllowed = 'move'
  e.dataTransfer.setData('text/plain', what.id)
  e.stopPropagation()
}

export function endDrag(): void {
  dragged.value = null
}
