import type { FacetDoc } from './facets'
import { tidyLinks } from './links'
import { countBits, decode } from './selection'
import { parseSplit, tidySplits, type SplitDoc } from './splits'

/**
 * The workspace document, version 1: what a session or a draft stores. It names data by id and holds view state only,
 * never arrays. The server reads `panels[].regionSetId`, `widgets[].featureIds` and `widgets[].regionSetIds` to tell what depends
 * on a dataset.
 */
export interface WorkspaceDoc {
  version: 1
  panels: PanelDoc[]
  /** At most one per region set; not there when nothing is selected. */
  selections?: SelectionDoc[]
  /** What widgets have in common; not there when nothing is linked. See lib/links.ts for the rules. */
  links?: LinkDoc[]
}

export type LinkKind = 'scale' | 'sort' | 'colours' | 'hover'

export interface LinkDoc {
  kind: LinkKind
  /** Ids of widgets. */
  donor: string
  followers: string[]
}

export interface SelectionDoc {
  regionSetId: number
  /** See lib/selection.ts. */
  bitmap: string
  /** How it was made, for people. */
  label: string
}

export interface PanelDoc {
  id: string
  /** Empty: the name of the region set is shown. */
  title: string
  /** 0 = not chosen yet. */
  regionSetId: number
  /** Half-width in bp; 0 for interval sets, -1 = not chosen yet: the first window that has results is taken. */
  window: number
  collapsed: boolean
  /** How many widget columns it is wide; clipped to what fits. */
  span: number
  widgets: WidgetDoc[]
  /** All stackups have the row order of the first one, links or not; not there when they need not. */
  sameOrder?: true
  /** Every widget is drawn once per value of a column of the set; not there when it is not. */
  facet?: FacetDoc
}

export interface WidgetDoc {
  id: string
  /** A name in widgets/registry.ts; an unknown one is kept and drawn as a notice. */
  type: string
  /** Columns of its panel; clipped to what the panel has. */
  span: number
  featureIds: number[]
  /** Wanted bin size in bp (percent when the window is 0); 0 = the middle one of those available. */
  bin: number
  /** Validated by the widget type's own options.ts. */
  options: Record<string, unknown>
  /** Further region sets whose profiles are drawn with those of the panel's; not there when there are none. */
  regionSetIds?: number[]
  /** What the regions of the panel are parted by in this widget alone: a line each; not there when they are not. */
  split?: SplitDoc
}

export const MAX_SPAN = 6

export function emptyDoc(): WorkspaceDoc {
  return { version: 1, panels: [] }
}

/** A text that is the same for the same document, in whatever order its members were written down. */
export function canonical(doc: WorkspaceDoc): string {
  return JSON.stringify(doc, (_, v: unknown) => (isRecord(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v))
}

export function newId(): string {
  return Math.random().toString(36).slice(2, 10).padEnd(8, '0')
}

/** A document that cannot be shown at all. The message is for users. */
export class DocError extends Error {
  override name = 'DocError'
}

/**
 * Reads a stored document. Missing members get defaults, so that documents written by hand or by older versions open; what is
 * no workspace at all, or newer than this program, is a DocError. Ids are made unique.
 */
export function parseDoc(raw: unknown): WorkspaceDoc {
  if (!isRecord(raw)) throw new DocError('The stored workspace is not readable.')
  const version = raw.version ?? 1
  if (version !== 1) throw new DocError(`This workspace was saved by a newer version of Regioscope (document version ${String(version)}).`)
  if (raw.panels !== undefined && !Array.isArray(raw.panels)) throw new DocError('The stored workspace has no list of panels.')
  const ids = new Set<string>()
  const unique = (id: unknown): string => {
    let s = typeof id === 'string' && id !== '' ? id : typeof id === 'number' ? String(id) : newId()
    while (ids.has(s)) s = newId()
    ids.add(s)
    return s
  }
  const panels = ((raw.panels ?? []) as unknown[]).filter(isRecord).map((p): PanelDoc => ({
    id: unique(p.id),
    title: typeof p.title === 'string' ? p.title : '',
    regionSetId: natural(p.regionSetId, 0),
    window: typeof p.window === 'number' && Number.isFinite(p.window) && p.window >= 0 ? Math.round(p.window) : -1,
    collapsed: p.collapsed === true,
    span: span(p.span, 2),
    widgets: (Array.isArray(p.widgets) ? p.widgets : []).filter(isRecord).map((w): WidgetDoc => ({
      id: unique(w.id),
      type: typeof w.type === 'string' ? w.type : '',
      span: span(w.span, 1),
      featureIds: idsOf(w.featureIds),
      bin: natural(w.bin, 0),
      options: isRecord(w.options) ? w.options : {},
      ...(idsOf(w.regionSetIds).length > 0 ? { regionSetIds: idsOf(w.regionSetIds) } : {}),
      ...parseSplit(w.split),
    })),
    ...(p.sameOrder === true ? { sameOrder: true as const } : {}),
    ...parseFacet(p.facet),
  }))
  const selections = parseSelections(raw.selections)
  const links = parseLinks(raw.links)
  return tidySplits(tidyLinks({ version: 1, panels, ...(selections.length > 0 ? { selections } : {}), ...(links.length > 0 ? { links } : {}) }))
}

function idsOf(raw: unknown): number[] {
  return [...new Set((Array.isArray(raw) ? raw : []).map((f) => natural(f, 0)).filter((f) => f > 0))]
}

function parseFacet(raw: unknown): { facet?: FacetDoc } {
  if (!isRecord(raw) || typeof raw.column !== 'string' || raw.column === '') return {}
  const bins = natural(raw.bins, 0)
  return { facet: { column: raw.column.slice(0, 256), bins: bins >= 2 && bins <= 20 ? bins : 0 } }
}

function parseLinks(raw: unknown): LinkDoc[] {
  const kinds: LinkKind[] = ['scale', 'sort', 'colours', 'hover']
  return (Array.isArray(raw) ? raw : []).filter(isRecord).flatMap((l) => {
    const kind = kinds.find((k) => k === l.kind)
    if (!kind || typeof l.donor !== 'string' || !Array.isArray(l.followers)) return []
    return [{ kind, donor: l.donor, followers: l.followers.filter((f): f is string => typeof f === 'string') }]
  })
}

function parseSelections(raw: unknown): SelectionDoc[] {
  const sets = new Set<number>()
  return (Array.isArray(raw) ? raw : []).filter(isRecord).flatMap((s) => {
    const regionSetId = natural(s.regionSetId, 0)
    const bits = typeof s.bitmap === 'string' ? decode(s.bitmap) : null
    if (regionSetId === 0 || sets.has(regionSetId) || !bits || countBits(bits) === 0) return []
    sets.add(regionSetId)
    return [{ regionSetId, bitmap: s.bitmap as string, label: typeof s.label === 'string' ? s.label : '' }]
  })
}

export function isRecord(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

function natural(v: unknown, fallback: number): number {
  return typeof v === 'number' && Number.isFinite(v) && v >= 0 ? Math.round(v) : fallback
}

function span(v: unknown, fallback: number): number {
  return Math.min(MAX_SPAN, Math.max(1, natural(v, fallback)))
}
