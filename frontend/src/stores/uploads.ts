import { defineStore } from 'pinia'
import { computed, reactive, ref, watch } from 'vue'

import { datasets as datasetCalls } from '@/api/calls'
import { ApiError, asApiError, isAbort, type FieldError } from '@/api/errors'
import type { DatasetMeta, Kind, SizeType } from '@/api/types'
import { uploadDataset } from '@/api/upload'
import { guessAssembly } from '@/upload/guessAssembly'
import { sniff, type Sniffed } from '@/upload/sniff'

import { useAssemblies } from './assemblies'
import { useDatasets } from './datasets'

/** looking → confirm → waiting → sending → checking → ready | failed; cancelled and failed go back to waiting. */
export type UploadPhase = 'looking' | 'confirm' | 'waiting' | 'sending' | 'reading' | 'checking' | 'ready' | 'failed' | 'cancelled'

export interface UploadItem {
  id: number
  file: File
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
  sent: number
  total: number
  warning: string
  error: { message: string; lines: FieldError[]; count: number } | null
  datasetId: number | null
}

const AT_ONCE = 2
const ASK_MS = 4000

/** The files somebody wants to upload; they go on while other pages are looked at. */
export const useUploads = defineStore('uploads', () => {
  const items = ref<UploadItem[]>([])
  const assemblies = useAssemblies()
  const datasets = useDatasets()
  const aborts = new Map<number, AbortController>()
  const sniffed = new Map<number, Sniffed>()
  let lastId = 0

  const pending = computed(() => items.value.filter((i) => i.phase === 'confirm'))
  const busy = computed(() => items.value.filter((i) => ['waiting', 'sending', 'reading'].includes(i.phase)))

  async function add(files: Iterable<File>): Promise<void> {
    await assemblies.load()
    const fresh: UploadItem[] = []
    for (const file of files) {
      const item = reactive<UploadItem>({
        id: ++lastId, file, phase: 'looking', format: '', kind: null, name: plainName(file.name), assemblyId: null,
        assemblyReason: '', assemblySure: false, sizeType: null, cellType: '', perturbation: '', sampleId: '', description: '',
        tags: [], public: false, sent: 0, total: file.size, warning: '', error: null, datasetId: null,
      })
      fresh.push(item)
    }
    items.value.push(...fresh)
    for (const item of fresh) {
      const s = await sniff(item.file).catch((): Sniffed => ({ kind: null, format: '', chroms: new Map(), exactLengths: false, problem: 'The browser cannot read this file.' }))
      sniffed.set(item.id, s)
      item.kind = s.kind ?? kindByName(item.file.name)
      item.format = s.format
      item.sizeType = s.sizeType ?? null
      item.warning = s.problem ?? ''
      item.phase = 'confirm'
    }
    guess()
  }

  /** Files that prove their assembly help the others of the same batch. */
  function guess(): void {
    const open = items.value.filter((i) => i.phase === 'confirm' && !i.assemblyId)
    for (const pass of [1, 2]) {
      const proven = items.value.find((i) => i.assemblySure)?.assemblyId ?? undefined
      for (const item of open) {
        const s = sniffed.get(item.id)
        if (!s || (pass === 2 && item.assemblySure)) continue
        const g = guessAssembly(s, item.file.name, assemblies.items, proven ?? assemblies.last())
        item.assemblyId = g.assemblyId ?? null
        item.assemblyReason = g.reason
        item.assemblySure = g.sure
      }
    }
  }

  function complaint(i: UploadItem): string {
    if (!i.kind) return 'Choose what this file is.'
    if (!i.assemblyId) return 'Choose the assembly.'
    if (!i.name.trim()) return 'Give it a name.'
    return ''
  }

  function start(list: UploadItem[]): void {
    for (const i of list) {
      if (complaint(i)) continue
      i.phase = 'waiting'
      i.error = null
      if (i.assemblyId) assemblies.remember(i.assemblyId)
    }
    pump()
  }

  function pump(): void {
    const running = items.value.filter((i) => i.phase === 'sending' || i.phase === 'reading').length
    for (const i of items.value.filter((x) => x.phase === 'waiting').slice(0, AT_ONCE - running)) void send(i)
  }

  async function send(i: UploadItem): Promise<void> {
    const abort = new AbortController()
    aborts.set(i.id, abort)
    i.phase = 'sending'
    i.sent = 0
    try {
      const d = await uploadDataset(i.file, metaOf(i), {
        signal: abort.signal,
        onProgress: (sent, total) => {
          i.sent = sent
          i.total = total
          // Everything has left the browser; the server is still reading it.
          if (sent >= total) i.phase = 'reading'
        },
      })
      i.datasetId = d.id
      i.phase = d.state === 'ready' ? 'ready' : d.state === 'failed' ? 'failed' : 'checking'
      datasets.upsert(d)
      follow()
    } catch (e) {
      if (isAbort(e)) i.phase = 'cancelled'
      else fail(i, asApiError(e))
    } finally {
      aborts.delete(i.id)
      pump()
    }
  }

  function fail(i: UploadItem, e: ApiError): void {
    i.phase = 'failed'
    i.error = { message: e.message, lines: e.fields.filter((f) => f.line), count: e.fields.length }
  }

  /** Region sets are checked by a worker after the upload; the outcome arrives as an event of the dataset. */
  function follow(): void {
    for (const i of items.value) {
      const d = i.datasetId === null ? undefined : datasets.byId.get(i.datasetId)
      if (!d || i.phase === 'ready' || i.phase === 'failed') continue
      if (d.state === 'ready') i.phase = 'ready'
      else if (d.state === 'failed') {
        i.phase = 'failed'
        i.error = { message: d.error?.message ?? 'The file was refused.', lines: d.error?.lines ?? [], count: d.error?.count ?? 0 }
      }
    }
  }
  watch(() => datasets.items, follow)

  // Events are quick but may be lost; asking now and then is slow and sure.
  setInterval(() => {
    for (const i of items.value.filter((x) => x.phase === 'checking' && x.datasetId !== null)) {
      void datasetCalls.get(i.datasetId as number).then(datasets.upsert, () => undefined)
    }
  }, ASK_MS)

  function cancel(i: UploadItem): void {
    if (i.phase === 'waiting') i.phase = 'cancelled'
    aborts.get(i.id)?.abort()
  }

  /** A dataset that was stored and then refused is removed, so that a second try does not leave two. */
  async function retry(i: UploadItem): Promise<void> {
    await discard(i)
    start([i])
  }

  async function remove(i: UploadItem): Promise<void> {
    if (i.phase === 'failed') await discard(i)
    items.value = items.value.filter((x) => x.id !== i.id)
    sniffed.delete(i.id)
  }

  async function discard(i: UploadItem): Promise<void> {
    if (i.datasetId === null) return
    await datasets.remove(i.datasetId).catch(() => undefined)
    i.datasetId = null
  }

  function clearDone(): void {
    items.value = items.value.filter((i) => i.phase !== 'ready')
  }

  async function clearFailed(): Promise<void> {
    await Promise.all(items.value.filter((i) => i.phase === 'failed').map(remove))
  }

  return { items, pending, busy, add, complaint, start, cancel, retry, remove, clearDone, clearFailed }
})

function metaOf(i: UploadItem): DatasetMeta {
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

function plainName(file: string): string {
  return file.replace(/\.gz$/i, '').replace(/\.(bed|bedpe|narrowPeak|broadPeak|txt|tsv|bw|bigwig|mcool|cool)$/i, '') || file
}

function kindByName(file: string): Kind | null {
  if (/\.(bed|bedpe|narrowPeak|broadPeak)(\.gz)?$/i.test(file)) return 'regions'
  if (/\.(bw|bigwig)$/i.test(file)) return 'signal'
  if (/\.m?cool$/i.test(file)) return 'contacts'
  return null
}
