import { asApiError } from '@/api/errors'
import type { Command } from '@/commands/registry'
import { useExports } from '@/composables/useExports'
import { EXPORTS, NUMBERS, PICTURES, type ExportKind } from '@/lib/exportKinds'
import type { PanelDoc } from '@/lib/workspaceDoc'
import { useCollections } from '@/stores/collections'
import { useDatasets } from '@/stores/datasets'
import { useFigures } from '@/stores/figures'
import { useToasts } from '@/stores/toasts'
import { widgetType } from '@/widgets/registry'

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** Files of every widget, of a panel and of the whole workspace, for the palette. */
export function useExportCommands(): { ofPanel: (p: PanelDoc, name: string, group: string) => Command[]; ofAll: (panels: PanelDoc[]) => Command[] } {
  const [exports, figures, toasts, datasets, collections] = [useExports(), useFigures(), useToasts(), useDatasets(), useCollections()]

  function attempt(work: () => Promise<void>): void {
    work().catch((e: unknown) => toasts.push({ kind: 'error', text: asApiError(e).message }))
  }
  function ofWidget(id: string, title: string, group: string, kinds: readonly ExportKind[]): Command[] {
    // Told when the palette is opened: pictures come and go without any change of the document.
    const first = (): string | undefined => figures.partsOf(id).find((key) => figures.widget(key)?.exported())
    return kinds.map((k) => ({
      id: `export:${k}:${id}`, widget: id, group, title: `${title}: ${lower(EXPORTS[k].title)}`, words: 'export save file figure',
      blocked: () => (first() ? '' : 'There is no picture yet.'),
      run: () => attempt(async () => {
        const [all, drawn] = [figures.partsOf(id), figures.partsOf(id).filter((key) => figures.widget(key)?.exported())]
        for (const key of drawn.length > 0 ? drawn : all.slice(0, 1)) await exports.saveWidget(k, key)
      }),
    }))
  }

  return {
    ofPanel: (p, name, group) => [
      ...PICTURES.map((k): Command => ({
        id: `export:${k}:${p.id}`, group, title: `Export the panel: ${lower(EXPORTS[k].title)}`, words: 'save file figure',
        blocked: () => (p.widgets.length === 0 ? 'The panel has no widgets.' : p.collapsed ? 'Unfold the panel first.' : ''),
        run: () => attempt(() => exports.savePanels(k, [p.id], [name])),
      })),
      ...p.widgets.flatMap((w) => {
        const type = widgetType(w.type)
        const data = w.featureIds.map((id) => datasets.byId.get(id)?.name ?? collections.byId.get(id)?.name ?? '').filter(Boolean)[0]
        return type ? ofWidget(w.id, `Export ${type.label}${data ? ` of ${data}` : ''}`, group, [...PICTURES, ...NUMBERS, ...(type.labels ? (['bed'] as const) : [])]) : []
      }),
    ],
    ofAll: (panels) =>
      PICTURES.map((k): Command => ({
        id: `export:${k}:all`, group: 'Workspace', title: `Export the whole workspace: ${lower(EXPORTS[k].title)}`, words: 'save file figure everything',
        blocked: () => (panels.some((p) => p.widgets.length > 0) ? '' : 'There is no picture yet.'),
        run: () => attempt(() => exports.savePanels(k, panels.map((p) => p.id), ['workspace'])),
      })),
  }
}
