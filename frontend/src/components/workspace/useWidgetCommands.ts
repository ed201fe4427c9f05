import type { Command } from '@/commands/registry'
import { linkKinds } from '@/lib/links'
import { MAX_SPAN, type PanelDoc, type WidgetDoc } from '@/lib/workspaceDoc'
import * as ops from '@/lib/workspaceOps'
import { useAsked } from '@/stores/asked'
import { useWorkspace } from '@/stores/workspace'
import { widgetType } from '@/widgets/registry'

/** What can be done with a widget as a whole, for the palette: the same as in its menu. */
export function useWidgetCommands(): (p: PanelDoc, w: WidgetDoc, i: number, data: string, group: string) => Command[] {
  const [workspace, asked] = [useWorkspace(), useAsked()]

  return (p, w, i, data, group) => {
    const type = widgetType(w.type)
    const name = `${type?.label ?? 'widget'}${data ? ` of ${data}` : ''}`
    const edit = (id: string, title: string, what: string, change: Parameters<typeof workspace.edit>[1], blocked = ''): Command => ({ id: `${id}:${w.id}`, widget: w.id, group, title, blocked: () => blocked, run: () => workspace.edit(what, change) })
    const resize = (by: number) => (d: Parameters<Parameters<typeof workspace.edit>[1]>[0]) => ops.updateWidget(d, w.id, { span: ops.clampSpan(w.span + by) })
    return [
      edit('duplicate', `Duplicate ${name}`, 'duplicate widget', (d) => ops.duplicateWidget(d, w.id)),
      edit('left', `Move ${name} left`, 'move widget', (d) => ops.moveWidget(d, w.id, p.id, i - 1), i > 0 ? '' : 'It is the first.'),
      edit('right', `Move ${name} right`, 'move widget', (d) => ops.moveWidget(d, w.id, p.id, i + 1), i < p.widgets.length - 1 ? '' : 'It is the last.'),
      edit('wider', `Make ${name} wider`, 'resize widget', resize(1), w.span < MAX_SPAN ? '' : 'It is as wide as can be.'),
      edit('narrower', `Make ${name} narrower`, 'resize widget', resize(-1), w.span > 1 ? '' : 'It is one column wide.'),
      ...(linkKinds(w.type).length > 0 ? [{ id: `link:${w.id}`, widget: w.id, group, title: `Link ${name} …`, words: 'scale order colours pointer', run: () => asked.askLink(w.id) }] : []),
      edit('delete', `Delete ${name}`, 'delete widget', (d) => ops.removeWidget(d, w.id)),
    ]
  }
}
