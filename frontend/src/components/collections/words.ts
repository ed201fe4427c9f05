import type { FilterPreview } from '@/api/collections'
import type { DatasetQuery, MemberKind } from '@/api/types'
import { plural } from '@/text/units'

export const memberWord: Record<MemberKind, string> = { regions: 'region set', signals: 'signal track' }
export const kindWord: Record<MemberKind, string> = { regions: 'Region sets, for association', signals: 'Signal tracks, for 1D embedding' }

/** A filter in words; kind, assembly and state of smart collections go without saying. */
export function queryWords(q: DatasetQuery): string {
  const said = (v: string): string => (v === '-' ? 'not given' : `“${v}”`)
  const parts = [
    q.q?.trim() ? `text ${q.q.trim().includes('"') ? q.q.trim() : `“${q.q.trim()}”`}${q.matchCase ? ' (case matters)' : ''}` : '',
    q.tags?.length ? `tagged ${q.tags.map((t) => (t === '-' ? 'with nothing' : `“${t}”`)).join(' and ')}` : '',
    q.cellTypes?.length ? `cell type ${q.cellTypes.map(said).join(' or ')}` : '',
    q.perturbations?.length ? `perturbation ${q.perturbations.map(said).join(' or ')}` : '',
    q.ownerIds?.length ? `of ${q.ownerIds.length === 1 ? 'one owner' : `${q.ownerIds.length} owners`}` : '',
  ]
  return parts.filter(Boolean).join(', ')
}

/** What another filter would do to a collection, before it is saved. */
export function previewWords(p: FilterPreview, kind: MemberKind): string {
  const moves = [p.added ? `${p.added} more` : '', p.removed ? `${p.removed} of now ${p.removed === 1 ? 'goes' : 'go'}` : ''].filter(Boolean).join(', ')
  const found = `Finds ${p.found ? plural(p.found, memberWord[kind]) : `no ${memberWord[kind]}`}: ${moves || 'the same as now'}.`
  return p.results ? `${found} ${plural(p.results, 'computed result')} of the present members would be deleted.` : found
}
