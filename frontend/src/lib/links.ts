import type { LinkDoc, LinkKind, WidgetDoc, WorkspaceDoc } from './workspaceDoc'
import { isRecord } from './workspaceDoc'

// Links between widgets: followers show with the value scale, row order or colours of their donor. All functions are pure and keep
// the rules: nobody follows a follower, nobody follows twice in one kind, everybody in a link is of one type and exists, and
// rows are only ordered alike within a panel, because only there they are the same regions.

type Raw = Record<string, unknown>

export const LINK_NAMES: Record<LinkKind, string> = { scale: 'value scale', sort: 'row order', colours: 'colour map', hover: 'pointer' }

/** The kinds of links that a type of widget can have. */
export function linkKinds(type: string): LinkKind[] {
  return { average2d: ['scale', 'colours', 'hover'], average1d: ['scale', 'hover'], stackup: ['scale', 'sort', 'colours', 'hover'], embedding1d: ['colours'], embedding2d: ['colours'] }[type] as LinkKind[] | undefined ?? []
}

export function linkOf(doc: WorkspaceDoc, kind: LinkKind, id: string): LinkDoc | undefined {
  return doc.links?.find((l) => l.kind === kind && (l.donor === id || l.followers.includes(id)))
}

/** The stackup whose order all of its panel have, when `id` is another one of a panel with one order. */
export function orderOfPanel(doc: WorkspaceDoc, id: string): string | null {
  const stacks = doc.panels.find((p) => p.sameOrder && p.widgets.some((w) => w.id === id))?.widgets.filter((w) => linkKinds(w.type).includes('sort')) ?? []
  const first = stacks[0]?.id
  return first !== undefined && first !== id && stacks.some((w) => w.id === id) ? first : null
}

/** The widget that `id` follows; null: none. The order of a panel goes before links. */
export function donorOf(doc: WorkspaceDoc, kind: LinkKind, id: string): string | null {
  if (kind === 'sort') {
    const panel = doc.panels.find((p) => p.widgets.some((w) => w.id === id))
    if (panel?.sameOrder) return orderOfPanel(doc, id)
  }
  return doc.links?.find((l) => l.kind === kind && l.followers.includes(id))?.donor ?? null
}

/** Widgets that `id` can be linked with. Pointers are shared by whatever has a window; all else by widgets of one type. */
export function partners(doc: WorkspaceDoc, kind: LinkKind, id: string): WidgetDoc[] {
  const panel = doc.panels.find((p) => p.widgets.some((w) => w.id === id))
  const own = panel?.widgets.find((w) => w.id === id)
  if (!panel || !own || !linkKinds(own.type).includes(kind)) return []
  const around = kind === 'sort' ? panel.widgets : doc.panels.flatMap((p) => p.widgets)
  return around.filter((w) => w.id !== id && (kind === 'hover' ? linkKinds(w.type).includes('hover') : w.type === own.type))
}

/** `ids` follow `donor`, or the one that it follows itself; their own followers come along. */
export function follow(doc: WorkspaceDoc, kind: LinkKind, ids: string[], donor: string): WorkspaceDoc {
  const head = donorOf(doc, kind, donor) ?? donor
  const allowed = new Set(partners(doc, kind, head).map((w) => w.id))
  const joining = ids.filter((id) => id !== head && allowed.has(id))
  if (joining.length === 0 || joining.every((id) => donorOf(doc, kind, id) === head)) return doc
  const moving = new Set(joining.flatMap((id) => [id, ...(doc.links?.find((l) => l.kind === kind && l.donor === id)?.followers ?? [])]))
  moving.delete(head)
  const rest = without(doc.links ?? [], kind, moving)
  const old = rest.find((l) => l.kind === kind && l.donor === head)
  const link: LinkDoc = { kind, donor: head, followers: [...(old?.followers ?? []), ...moving] }
  return withLinks(doc, old ? rest.map((l) => (l === old ? link : l)) : [...rest, link])
}

/**
 * All widgets of a type follow the first of them, on the page or in each panel by itself; pointers are shared by whatever has a window. Row
 * orders are only linked within panels.
 */
export function linkAll(doc: WorkspaceDoc, kind: LinkKind, within: 'panel' | 'page'): WorkspaceDoc {
  const scopes = within === 'page' && kind !== 'sort' ? [doc.panels.flatMap((p) => p.widgets)] : doc.panels.map((p) => p.widgets)
  return scopes.reduce((out, widgets) => {
    const able = widgets.filter((w) => linkKinds(w.type).includes(kind))
    const groups = kind === 'hover' ? [able] : [...new Set(able.map((w) => w.type))].map((type) => able.filter((w) => w.type === type))
    return groups.reduce((d, g) => (g.length > 1 ? follow(d, kind, g.slice(1).map((w) => w.id), g[0].id) : d), out)
  }, doc)
}

/** No links of a kind any more. */
export function unlinkAll(doc: WorkspaceDoc, kind: LinkKind): WorkspaceDoc {
  return doc.links?.some((l) => l.kind === kind) ? withLinks(doc, doc.links.filter((l) => l.kind !== kind)) : doc
}

/** `id` no longer follows; when it is the donor, the link ends. */
export function release(doc: WorkspaceDoc, kind: LinkKind, id: string): WorkspaceDoc {
  return linkOf(doc, kind, id) ? withLinks(doc, without(doc.links ?? [], kind, new Set([id]))) : doc
}

function without(links: LinkDoc[], kind: LinkKind, ids: Set<string>): LinkDoc[] {
  return links.flatMap((l) => {
    if (l.kind !== kind) return [l]
    const followers = l.followers.filter((f) => !ids.has(f))
    return ids.has(l.donor) || followers.length === 0 ? [] : [followers.length === l.followers.length ? l : { ...l, followers }]
  })
}

/** The same document without links that the rules forbid: after deletions and moves, and for documents from outside. */
export function tidyLinks(doc: WorkspaceDoc): WorkspaceDoc {
  const links = doc.links
  if (!links) return doc
  const taken = new Set<string>()
  const kept = links.flatMap((l) => {
    const possible = new Set(partners(doc, l.kind, l.donor).map((w) => w.id))
    const key = (id: string) => `${l.kind} ${id}`
    const followers = l.followers.filter((f, i) => possible.has(f) && !taken.has(key(f)) && l.followers.indexOf(f) === i)
    if (followers.length === 0 || taken.has(key(l.donor))) return []
    for (const id of [l.donor, ...followers]) taken.add(key(id))
    return [followers.length === l.followers.length ? l : { ...l, followers }]
  })
  return kept.length === links.length && kept.every((l, i) => l === links[i]) ? doc : withLinks(doc, kept)
}

function withLinks(doc: WorkspaceDoc, links: LinkDoc[]): WorkspaceDoc {
  const { links: _, ...rest } = doc
  return links.length > 0 ? { ...rest, links } : rest
}

const VIEWS = ['iccf', 'oe', 'raw', 'ratio', 'difference']
/** The options that a follower has from its donor. */
const TAKEN: Record<string, Partial<Record<LinkKind, string[]>>> = {
  average2d: { scale: ['value', 'notation', ...VIEWS] },
  average1d: { scale: ['y', 'scaling'] },
  stackup: { scale: ['range', 'colormap', 'sequential', 'diverging'], colours: ['colormap', 'sequential', 'diverging'], sort: ['sort', 'sortTrack', 'descending', 'column', 'score', 'group', 'clusters', 'between', 'seed'] },
  embedding1d: { colours: ['colormap'] },
  embedding2d: { colours: ['colormap'] },
}

function followed(doc: WorkspaceDoc, w: WidgetDoc): { kind: LinkKind; donor: WidgetDoc }[] {
  return linkKinds(w.type).flatMap((kind) => {
    const id = donorOf(doc, kind, w.id)
    const donor = id === null ? undefined : doc.panels.flatMap((p) => p.widgets).find((x) => x.id === id)
    return donor ? [{ kind, donor }] : []
  })
}

const colourOf = (view: unknown): unknown => (isRecord(view) ? view.colormap : undefined)

/** The stored options of a widget, with those of its donors in place of its own. */
export function effective(doc: WorkspaceDoc, w: WidgetDoc): Raw {
  const out: Raw = { ...w.options }
  for (const { kind, donor } of followed(doc, w)) {
    for (const key of TAKEN[w.type]?.[kind] ?? []) out[key] = donor.options[key]
    if (w.type === 'average2d' && kind === 'colours') {
      for (const key of VIEWS) out[key] = { ...(isRecord(out[key]) ? out[key] : {}), colormap: colourOf(donor.options[key]) }
    }
  }
  return out
}

/** A change of options in a follower, told apart: what is its own, and what its donors are given, so that all of a link change. */
export function dealt(doc: WorkspaceDoc, w: WidgetDoc, change: Raw): { own: Raw; given: { id: string; options: Raw }[] } {
  const own = { ...change }
  const given: { id: string; options: Raw }[] = []
  for (const { kind, donor } of followed(doc, w)) {
    const options: Raw = {}
    for (const key of TAKEN[w.type]?.[kind] ?? []) {
      if (!(key in change)) continue
      options[key] = change[key]
      delete own[key]
    }
    if (w.type === 'average2d' && kind === 'colours') {
      for (const key of VIEWS) {
        const view = donor.options[key]
        if (key in change) options[key] = { ...(isRecord(view) ? view : {}), colormap: colourOf(change[key]) }
      }
    }
    if (Object.keys(options).length > 0) given.push({ id: donor.id, options })
  }
  return { own, given }
}

/** Okabe–Ito again for links, in the order in which they were made; there may be more links than colours. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8a6d3b']

export function linkColour(doc: WorkspaceDoc, link: LinkDoc): string {
  return COLOURS[(doc.links ?? []).indexOf(link) % COLOURS.length]
}
