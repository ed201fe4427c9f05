import type { PanelDoc, WidgetDoc, WorkspaceDoc } from './workspaceDoc'

/** What parts the regions behind the lines of one widget: a column of the set, or the groups of another widget of the panel. */
export type SplitDoc = { by: 'column'; column: string; bins: number } | { by: 'widget'; widget: string }

/** The types of widgets that have groups of regions: clusters, and rows that lie together. */
export const GROUPING = ['embedding1d', 'embedding2d', 'stackup']

export function parseSplit(raw: unknown): { split?: SplitDoc } {
  if (typeof raw !== 'object' || raw === null) return {}
  const { by, column, bins, widget } = raw as Record<string, unknown>
  if (by === 'widget' && typeof widget === 'string' && widget !== '') return { split: { by, widget } }
  if (by !== 'column' || typeof column !== 'string' || column === '') return {}
  const ranges = typeof bins === 'number' && Number.isInteger(bins) && bins >= 2 && bins <= 20 ? bins : 0
  return { split: { by, column: column.slice(0, 256), bins: ranges } }
}

/** The widgets of its panel whose groups a widget can be parted by: they are groups of the same regions. */
export function grouping(panel: PanelDoc | undefined, id: string): WidgetDoc[] {
  return (panel?.widgets ?? []).filter((w) => w.id !== id && GROUPING.includes(w.type))
}

/** The same document without partings by widgets that are not, or no longer, in the panel. */
export function tidySplits(doc: WorkspaceDoc): WorkspaceDoc {
  const lost = (p: PanelDoc, w: WidgetDoc): boolean => {
    const { split } = w
    return split?.by === 'widget' && !grouping(p, w.id).some((g) => g.id === split.widget)
  }
  if (!doc.panels.some((p) => p.widgets.some((w) => lost(p, w)))) return doc
  const panels = doc.panels.map((p) => {
    if (!p.widgets.some((w) => lost(p, w))) return p
    return {
      ...p,
      widgets: p.widgets.map((w) => {
        if (!lost(p, w)) return w
        const { split: _, ...rest } = w
        return rest
      }),
    }
  })
  return { ...doc, panels }
}
