import { computed, type ComputedRef } from 'vue'

import * as ops from '@/lib/workspaceOps'
import { useWorkspace } from '@/stores/workspace'
import type { WidgetProps } from '@/widgets/registry'

/** The typed options of a widget, and edits of it that can be undone. */
export function useWidgetOptions<O extends object>(
  props: WidgetProps,
  parse: (raw: Record<string, unknown>) => O,
): {
  options: ComputedRef<O>
  set: (label: string, change: Partial<O>, merge?: string) => void
} {
  const workspace = useWorkspace()
  const options = computed(() => parse(props.widget.options))
  const id = props.widget.id
  return {
    options,
    set: (label, change, merge = '') =>
      workspace.edit(label, (d) => ops.updateWidget(d, id, { options: { ...options.value, ...change } }), merge && `${merge}:${id}`),
  }
}
