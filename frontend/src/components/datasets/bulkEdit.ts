import type { BulkPatch } from '@/api/types'

export interface BulkForm {
  /** Which of the texts are to be written. */
  change: Partial<Record<'cellType' | 'perturbation' | 'sampleId' | 'description', boolean>>
  cellType: string
  perturbation: string
  sampleId: string
  description: string
  addTags: string[]
  removeTags: string[]
}

/** What the form asks for: ticked texts, also when they are empty, and tags. */
export function bulkPatch(form: BulkForm): Omit<BulkPatch, 'ids'> {
  const out: Omit<BulkPatch, 'ids'> = {}
  for (const key of ['cellType', 'perturbation', 'sampleId', 'description'] as const) if (form.change[key]) out[key] = (form[key] ?? '').trim()
  const tags = (list: string[]): string[] => [...new Set(list.map((t) => t.trim()).filter(Boolean))]
  if (tags(form.addTags).length) out.addTags = tags(form.addTags)
  if (tags(form.removeTags).length) out.removeTags = tags(form.removeTags)
  return out
}
