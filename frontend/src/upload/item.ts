import type { FieldError } from '@/api/errors'
import type { DatasetMeta, Kind, SizeType } from '@/api/types'
import type { Source, Upload } from '@/api/uploads'

/**
 * A file of this computer: looking → confirm → waiting → sending → reading → (checking) → ready.
 * A file elsewhere: looking → confirm → waiting → reading → fetching → (checking) → ready.
 * Any of them may become failed; sending may become paused, and go on; waiting and sending may be cancelled.
 */
export type UploadPhase = 'looking' | 'confirm' | 'waiting' | 'sending' | 'paused' | 'reading' | 'fetching' | 'checking' | 'ready' | 'failed' | 'cancelled'

/** One line of the upload page. */
export interface UploadItem {
  id: number
  /** Of this computer; null for files elsewhere, and for a complete upload whose file is not needed any more. */
  file: File | null
  /** Elsewhere. */
  source: Source | null
  title: string
  fileName: string
  phase: UploadPhase
  format: string
  kind: Kind | null
  name: string
  assemblyId: number | null
  assemblyReason: string
  assemblySure: boolean
  sizeType: SizeType | null
  cellType: string
  perturbation: string
  sampleId: string
  description: string
  tags: string[]
  public: boolean
  sha256: string
  sent: number
  total: number
  /** "12 MB/s, about 2 min left", or why it waits. */
  note: string
  warning: string
  error: { message: string; lines: FieldError[]; count: number; fields: FieldError[] } | null
  /** Of the server; kept on failure, so that nothing is sent twice. */
  uploadId: string | null
  datasetId: number | null
}

export function newItem(id: number, more: Partial<UploadItem> & Pick<UploadItem, 'title'>): UploadItem {
  return {
    id, file: null, source: null, fileName: more.title, phase: 'looking', format: '', kind: null, name: plainName(more.title), assemblyId: null, assemblyReason: '',
    assemblySure: false, sizeType: null, cellType: '', perturbation: '', sampleId: '', description: '', tags: [], public: false, sha256: '', sent: 0, total: 0,
    note: '', warning: '', error: null, uploadId: null, datasetId: null, ...more,
  }
}

/** What is still to be said before it can be sent. */
export function complaint(i: UploadItem): string {
  if (!i.kind) return 'Choose what this file is.'
  if (!i.assemblyId) return 'Choose the assembly.'
  if (!i.name.trim()) return 'Give it a name.'
  // Of a file elsewhere nobody has seen the widths yet; the server goes by them. What looks broken is refused for that.
  if (i.kind === 'regions' && !i.sizeType && !i.source && !i.warning) return 'Say whether its regions are points or intervals.'
  if (i.sha256.trim() && !/^[0-9a-f]{64}$/i.test(i.sha256.trim())) return 'A SHA-256 has 64 hexadecimal digits.'
  return ''
}

export function metaOf(i: UploadItem): DatasetMeta {
  return {
    name: i.name.trim(),
    kind: i.kind ?? 'regions',
    assemblyId: i.assemblyId ?? 0,
    ...(i.kind === 'regions' && i.sizeType ? { sizeType: i.sizeType } : {}),
    cellType: i.cellType.trim(),
    perturbation: i.perturbation.trim(),
    sampleId: i.sampleId.trim(),
    description: i.description.trim(),
    tags: i.tags,
    public: i.public,
  }
}

/** Fills in what was kept with an unfinished upload; anything else than our own form is left out. */
export function restoreMeta(i: UploadItem, u: Upload): void {
  i.uploadId = u.id
  i.sent = u.offset
  i.total = u.size
  i.fileName = u.fileName
  const m = u.meta as Partial<DatasetMeta> | undefined
  if (!m || typeof m !== 'object') return
  for (const key of ['name', 'cellType', 'perturbation', 'sampleId', 'description'] as const) if (typeof m[key] === 'string') i[key] = m[key]
  if (m.kind === 'regions' || m.kind === 'signal' || m.kind === 'contacts') i.kind = m.kind
  if (m.sizeType === 'point' || m.sizeType === 'interval') i.sizeType = m.sizeType
  if (typeof m.assemblyId === 'number' && m.assemblyId > 0) {
    i.assemblyId = m.assemblyId
    i.assemblyReason = 'chosen before'
    i.assemblySure = true
  }
  if (Array.isArray(m.tags)) i.tags = m.tags.filter((t) => typeof t === 'string')
  i.public = m.public === true
}

export function plainName(file: string): string {
  return file.replace(/\.gz$/i, '').replace(/\.(bed|bedpe|narrowPeak|broadPeak|txt|tsv|bw|bigwig|mcool|cool)$/i, '') || file
}

export function kindByName(file: string): Kind | null {
  if (/\.(bed|bedpe|narrowPeak|broadPeak)(\.gz)?$/i.test(file)) return 'regions'
  if (/\.(bw|bigwig)$/i.test(file)) return 'signal'
  if (/\.m?cool$/i.test(file)) return 'contacts'
  return null
}
