import { tidyLinks } from './links'
import { tidySplits, type SplitDoc } from './splits'
import { MAX_SPAN, newId, type PanelDoc, type WidgetDoc, type WorkspaceDoc } from './workspaceDoc'

// Edits of a workspace. All are pure: they return a new document that shares what did not change, or the same document
// when there was nothing to do.

export function addPanel(doc: WorkspaceDoc, panel: Partial<PanelDoc> & { regionSetId: number }): WorkspaceDoc {
  const fresh: PanelDoc = { title: '', window: -1, collapsed: false, span: 2, widgets: [], ...panel, id: newId() }
  return { ...doc, panels: [...doc.panels, fresh] }
}

/** Selects regions of a set in place of those before; null: none. */
export function select(doc: WorkspaceDoc, regionSetId: number, selection: { bitmap: string; label: string } | null): WorkspaceDoc {
  const { selections = [], ...rest } = doc
  const others = selections.filter((s) => s.regionSetId !== regionSetId)
  if (!selection) return others.length === selections.length ? doc : { ...rest, ...(others.length > 0 ? { selections: others } : {}) }
  return { ...rest, selections: [...others, { regionSetId, ...selection }] }
}

export function updatePanel(doc: WorkspaceDoc, id: string, change: Partial<Omit<PanelDoc, 'id'>>): WorkspaceDoc {
  return mapPanel(doc, id, (p) => merge(p, change as Partial<PanelDoc>))
}

/** Switches on and off that all stackups of a panel have one row order. */
export function setSameOrder(doc: WorkspaceDoc, id: string, on: boolean): WorkspaceDoc {
  return mapPanel(doc, id, ({ sameOrder: _, ...p }) => (on ? { ...p, sameOrder: true } : p))
}

/** Parts a panel by a column; null: no longer. */
export function setFacet(doc: WorkspaceDoc, id: string, facet: PanelDoc['facet'] | null): WorkspaceDoc {
  return mapPanel(doc, id, ({ facet: _, ...p }) => (facet ? { ...p, facet } : p))
}

export function removePanel(doc: WorkspaceDoc, id: string): WorkspaceDoc {
  const panels = doc.panels.filter((p) => p.id !== id)
  return panels.length === doc.panels.length ? doc : tidy({ ...doc, panels })
}

/** A copy right after the original, with new ids; `change` gives it another region set or window. */
export function duplicatePanel(doc: WorkspaceDoc, id: string, change: Partial<Pick<PanelDoc, 'regionSetId' | 'window' | 'title' | 'facet'>> = {}): WorkspaceDoc {
  const panels = doc.panels.flatMap((p) => (p.id === id ? [p, { ...p, ...change, id: newId(), widgets: copies(p.widgets) }] : [p]))
  return panels.length === doc.panels.length ? doc : { ...doc, panels }
}

/** Copies of the widgets of a panel; what one has from another it has from the copy of that one. */
function copies(widgets: WidgetDoc[]): WidgetDoc[] {
  const ids = new Map(widgets.map((w) => [w.id, newId()]))
  return widgets.map((w) => {
    const id = ids.get(w.id) ?? newId()
    const of = w.split?.by === 'widget' ? ids.get(w.split.widget) : undefined
    return { ...w, id, ...(of ? { split: { by: 'widget' as const, widget: of } } : {}) }
  })
}

/** Moves a panel to index `to`, clipped to the list. */
export function movePanel(doc: WorkspaceDoc, id: string, to: number): WorkspaceDoc {
  const panels = moved(doc.panels, doc.panels.findIndex((p) => p.id === id), to)
  return panels === doc.panels ? doc : { ...doc, panels }
}

export function addWidget(doc: WorkspaceDoc, panelId: string, widget: Omit<WidgetDoc, 'id'>): WorkspaceDoc {
  return mapPanel(doc, panelId, (p) => ({ ...p, widgets: [...p.widgets, { ...widget, id: newId() }] }))
}

export function updateWidget(doc: WorkspaceDoc, id: string, change: Partial<Omit<WidgetDoc, 'id' | 'type'>>): WorkspaceDoc {
  return mapOwner(doc, id, (p) => ({ ...p, widgets: p.widgets.map((w) => (w.id === id ? merge(w, change as Partial<WidgetDoc>) : w)) }))
}

/** Lines of further region sets, and of parts of the regions; null ends the parting. */
export function setLines(doc: WorkspaceDoc, id: string, change: { regionSetIds?: number[]; split?: SplitDoc | null }): WorkspaceDoc {
  return mapOwner(doc, id, (p) => ({
    ...p,
    widgets: p.widgets.map((w) => {
      if (w.id !== id) return w
      const { regionSetIds: oldSets, split: oldSplit, ...rest } = w
      const sets = change.regionSetIds ?? oldSets ?? []
      const split = change.split === undefined ? oldSplit : change.split
      return { ...rest, ...(sets.length > 0 ? { regionSetIds: sets } : {}), ...(split ? { split } : {}) }
    }),
  }))
}

export function removeWidget(doc: WorkspaceDoc, id: string): WorkspaceDoc {
  return tidy(withoutWidget(doc, id))
}

function withoutWidget(doc: WorkspaceDoc, id: string): WorkspaceDoc {
  return mapOwner(doc, id, (p) => ({ ...p, widgets: p.widgets.filter((w) => w.id !== id) }))
}

/** A copy of a widget at index `to` of a panel. */
export function copyWidget(doc: WorkspaceDoc, id: string, panelId: string, to: number): WorkspaceDoc {
  const widget = ownerOf(doc, id)?.widgets.find((w) => w.id === id)
  if (!widget) return doc
  return tidy(mapPanel(doc, panelId, (p) => ({ ...p, widgets: p.widgets.toSpliced(to < 0 ? p.widgets.length : to, 0, { ...widget, id: newId() }) })))
}

/** Two widgets take each other's places, in one panel or in two. */
export function swapWidgets(doc: WorkspaceDoc, one: string, other: string): WorkspaceDoc {
  const all = doc.panels.flatMap((p) => p.widgets)
  const [a, b] = [one, other].map((id) => all.find((w) => w.id === id))
  if (!a || !b || a === b) return doc
  const panels = doc.panels.map((p) => (p.widgets.includes(a) || p.widgets.includes(b) ? { ...p, widgets: p.widgets.map((w) => (w === a ? b : w === b ? a : w)) } : p))
  return tidy({ ...doc, panels })
}

export function duplicateWidget(doc: WorkspaceDoc, id: string): WorkspaceDoc {
  return mapOwner(doc, id, (p) => ({ ...p, widgets: p.widgets.flatMap((w) => (w.id === id ? [w, { ...w, id: newId() }] : [w])) }))
}

/** Moves a widget to index `to` of a panel, its own or another; -1 = the end. */
export function moveWidget(doc: WorkspaceDoc, id: string, panelId: string, to: number): WorkspaceDoc {
  const from = ownerOf(doc, id)
  const widget = from?.widgets.find((w) => w.id === id)
  if (!from || !widget || !doc.panels.some((p) => p.id === panelId)) return doc
  if (from.id === panelId) {
    return mapPanel(doc, panelId, (p) => {
      const widgets = moved(p.widgets, p.widgets.indexOf(widget), to < 0 ? p.widgets.length - 1 : to)
      return widgets === p.widgets ? p : { ...p, widgets }
    })
  }
  return tidy(mapPanel(withoutWidget(doc, id), panelId, (p) => {
    const at = to < 0 ? p.widgets.length : Math.min(to, p.widgets.length)
    return { ...p, widgets: [...p.widgets.slice(0, at), widget, ...p.widgets.slice(at)] }
  }))
}

/** Without what refers to widgets that are gone, or in another panel now. */
function tidy(doc: WorkspaceDoc): WorkspaceDoc {
  return tidySplits(tidyLinks(doc))
}

export function ownerOf(doc: WorkspaceDoc, widgetId: string): PanelDoc | undefined {
  return doc.panels.find((p) => p.widgets.some((w) => w.id === widgetId))
}

export function clampSpan(span: number): number {
  return Math.min(MAX_SPAN, Math.max(1, span))
}

function mapPanel(doc: WorkspaceDoc, id: string, fn: (p: PanelDoc) => PanelDoc): WorkspaceDoc {
  const i = doc.panels.findIndex((p) => p.id === id)
  const old = doc.panels[i]
  if (!old) return doc
  const next = fn(old)
  return next === old ? doc : { ...doc, panels: doc.panels.with(i, next) }
}

function mapOwner(doc: WorkspaceDoc, widgetId: string, fn: (p: PanelDoc) => PanelDoc): WorkspaceDoc {
  const owner = ownerOf(doc, widgetId)
  return owner ? mapPanel(doc, owner.id, fn) : doc
}

/** The same object when nothing differs, so that an idle edit makes no undo step. */
function merge<T extends object>(old: T, change: Partial<T>): T {
  const keys = Object.keys(change) as (keyof T)[]
  return keys.every((k) => JSON.stringify(old[k]) === JSON.stringify(change[k])) ? old : { ...old, ...change }
}

function moved<T>(list: T[], from: number, to: number): T[] {
  const target = Math.min(list.length - 1, Math.max(0, to))
  const item = list[from]
  if (item === undefined || target === from) return list
  const rest = list.toSpliced(from, 1)
  return rest.toSpliced(target, 0, item)
}
