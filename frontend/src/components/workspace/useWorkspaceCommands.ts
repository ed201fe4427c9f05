import { useCommandList, type Command } from '@/commands/registry'
import { inverted, decode, encode } from '@/lib/selection'
import type { PanelDoc, WidgetDoc } from '@/lib/workspaceDoc'
import * as ops from '@/lib/workspaceOps'
import { useAsked } from '@/stores/asked'
import { useCollections } from '@/stores/collections'
import { useDatasets } from '@/stores/datasets'
import { usePreferences } from '@/stores/preferences'
import { useWorkspace } from '@/stores/workspace'
import { shows, WIDGET_TYPES } from '@/widgets/registry'
import { startOptions } from '@/widgets/startOptions'

import { useExportCommands } from './useExportCommands'
import { useWidgetCommands } from './useWidgetCommands'

/** Presses a button of the page, so that the palette does what the mouse does; with the focus there, menus open at their place. */
function press(testid: string): () => void {
  return () => {
    const el = document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)
    el?.focus()
    el?.click()
  }
}

const of = { group: 'Workspace' }
/** What of it has keys; the rest is added where it is run. */
export const WORKSPACE_KEYS = {
  undo: { ...of, id: 'undo', title: 'Undo', keys: ['Ctrl+Z'] },
  redo: { ...of, id: 'redo', title: 'Redo', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'] },
  save: { ...of, id: 'save', title: 'Save the session', keys: ['Ctrl+S'] },
  place: { ...of, id: 'find-place', title: 'Go to a place or a gene …', words: 'locus search coordinates', keys: ['/'] },
}

/** What can be done with the workspace, for the palette and the keyboard. */
export function useWorkspaceCommands(): void {
  const workspace = useWorkspace()
  const preferences = usePreferences()
  const [datasets, collections] = [useDatasets(), useCollections()]
  const asked = useAsked()
  const exportCommands = useExportCommands()
  const widgetCommands = useWidgetCommands()
  const noPanel = (): string => (workspace.doc.panels.length > 0 ? '' : 'There is no panel yet.')

  function nameOf(p: PanelDoc, i: number): string {
    return p.title || datasets.byId.get(p.regionSetId)?.name || `panel ${i + 1}`
  }
  const dataOf = (w: WidgetDoc): string => w.featureIds.map((id) => datasets.byId.get(id)?.name ?? collections.byId.get(id)?.name ?? '').filter(Boolean)[0] ?? ''
  function panelCommands(p: PanelDoc, i: number): Command[] {
    const name = nameOf(p, i)
    const group = `Panel ${name}`
    const set = datasets.byId.get(p.regionSetId)
    const edit = (title: string, what: string, change: Parameters<typeof workspace.edit>[1], blocked?: () => string): Command => ({ id: `${title}:${p.id}`, group, title, run: () => workspace.edit(what, change), blocked })
    return [
      ...WIDGET_TYPES.map((t): Command => {
        const data = datasets.features.filter((d) => shows(t, d) && d.state === 'ready' && d.assemblyId === set?.assemblyId)
        const ofDatasets = t.kind === 'contacts' || t.kind === 'signal'
        return {
          id: `add:${t.type}:${p.id}`, group, title: `Add widget: ${t.label}`, words: t.description,
          blocked: () => (!set ? 'Choose a region set first.' : ofDatasets && data.length === 0 ? 'There is no data for it yet.' : ''),
          run: () => workspace.edit(`add ${t.label}`, (d) => ops.addWidget(d, p.id, { type: t.type, span: 1, featureIds: data.slice(0, 1).map((x) => x.id), bin: 0, options: startOptions(t.type, preferences.kept) })),
        }
      }),
      edit('Duplicate the panel', 'duplicate panel', (d) => ops.duplicatePanel(d, p.id)),
      edit(p.collapsed ? 'Unfold the panel' : 'Fold the panel', p.collapsed ? 'unfold panel' : 'fold panel', (d) => ops.updatePanel(d, p.id, { collapsed: !p.collapsed })),
      edit('Move the panel before', 'move panel', (d) => ops.movePanel(d, p.id, i - 1), () => (i > 0 ? '' : 'It is the first.')),
      edit('Move the panel after', 'move panel', (d) => ops.movePanel(d, p.id, i + 1), () => (i < workspace.doc.panels.length - 1 ? '' : 'It is the last.')),
      edit('Delete the panel', 'delete panel', (d) => ops.removePanel(d, p.id)),
      ...selectionCommands(p, group),
      ...exportCommands.ofPanel(p, name, group),
      ...p.widgets.flatMap((w, k) => widgetCommands(p, w, k, dataOf(w), group)),
    ]
  }
  function selectionCommands(p: PanelDoc, group: string): Command[] {
    const chosen = (): { bitmap: string; label: string } | undefined => workspace.doc.selections?.find((s) => s.regionSetId === p.regionSetId)
    const none = (): string => (chosen() ? '' : 'Nothing is selected.')
    const first = workspace.doc.panels.find((x) => x.regionSetId === p.regionSetId)
    if (!first || first.id !== p.id) return [] // one selection per set
    return [
      { id: `invert:${p.id}`, group, title: 'Invert the selection', blocked: none, run: () => {
        const s = chosen()
        const bits = s && decode(s.bitmap)
        const total = datasets.byId.get(p.regionSetId)?.facts.regions?.count ?? 0
        if (s && bits) workspace.edit('invert the selection', (d) => ops.select(d, p.regionSetId, { bitmap: encode(inverted(bits, total)), label: `not (${s.label})` }))
      } },
      { id: `save-selection:${p.id}`, group, title: 'Save the selection as region set …', blocked: none, run: () => asked.askSelection(p.regionSetId, 'set') },
      { id: `label-selection:${p.id}`, group, title: 'Save the selection as a column …', words: 'label', blocked: none, run: () => asked.askSelection(p.regionSetId, 'column') },
      { id: `clear:${p.id}`, group, title: 'Clear the selection', blocked: none, run: () => workspace.edit('clear the selection', (d) => ops.select(d, p.regionSetId, null)) },
    ]
  }

  useCommandList(() => [
    { ...WORKSPACE_KEYS.undo, title: workspace.undoLabel ? `Undo: ${workspace.undoLabel}` : 'Undo', over: true, blocked: () => (workspace.undoLabel ? '' : 'There is nothing to undo.'), run: workspace.undo },
    { ...WORKSPACE_KEYS.redo, title: workspace.redoLabel ? `Redo: ${workspace.redoLabel}` : 'Redo', over: true, blocked: () => (workspace.redoLabel ? '' : 'There is nothing to redo.'), run: workspace.redo },
    { ...of, id: 'add-panel', title: 'Add a panel …', words: 'new region set', run: press('add-panel') },
    ...datasets.regionSets.filter((d) => d.state === 'ready').slice(0, 200).map((d): Command => ({ ...of, id: `panel-of:${d.id}`, title: `Add a panel of ${d.name}`, run: () => workspace.edit('add panel', (doc) => ops.addPanel(doc, { regionSetId: d.id })) })),
    { ...WORKSPACE_KEYS.save, blocked: noPanel, run: press('save-session') },
    { ...WORKSPACE_KEYS.place, blocked: noPanel, run: press('place-search') },
    ...exportCommands.ofAll(workspace.doc.panels),
    ...workspace.doc.panels.flatMap(panelCommands),
  ])
}
