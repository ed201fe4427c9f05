import { computed, type ComputedRef } from 'vue'

import { dealt, effective } from '@/lib/links'
import * as ops from '@/lib/workspaceOps'
import { useWorkspace } from '@/stores/workspace'
import type { WidgetProps } from '@/widgets/registry'

/**
 * The typed options of a widget, with those of the widgets that it follows in place of its own, and edits of them that can be undone. What
 * a follower shares is changed in its donor, and so in all that are linked.
 */
export function useWidgetOptions<O extends object>(
  props: WidgetProps,
  parse: (raw: Record<string, unknown>) => O,
): {
  options: ComputedRef<O>
  set: (label: string, change: Partial<O>, merge?: string) => void
} {
  const workspace = useWorkspace()
  const options = computed(() => parse(effective(workspace.doc, props.widget)))
  const id = props.widget.id
  return {
    options,
    set: (label, change, merge = '') =>
      workspace.edit(
        label,
        (d) => {
          const { own, given } = dealt(d, props.widget, change as Record<string, unknown>)
          const mine = Object.keys(own).length > 0 ? ops.updateWidget(d, id, { options: { ...parse(props.widget.options), ...own } }) : d
          return given.reduce((doc, g) => {
            const donor = doc.panels.flatMap((p) => p.widgets).find((w) => w.id === g.id)
            return donor ? ops.updateWidget(doc, g.id, { options: { ...donor.options, ...g.options } }) : doc
          }, mine)
        },
        merge && `${merge}:${id}`,
      ),
  }
}
