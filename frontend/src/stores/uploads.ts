import { defineStore } from 'pinia'
import { computed, reactive, ref, watch } from 'vue'

import { datasets as datasetCalls, runs as runCalls } from '@/api/calls'
import { asApiError, isAbort, type ApiError } from '@/api/errors'
import { uploads as api, imports as importCalls, type ManifestEntry, type RemoteFile, type Room, type Upload } from '@/api/uploads'
import type { Dataset } from '@/api/types'
import { fingerprint } from '@/upload/fingerprint'
import { guessAssembly } from '@/upload/guessAssembly'
import { complaint, kindByName, metaOf, newItem, restoreMeta, type UploadItem } from '@/upload/item'
import { sniff, type Sniffed } from '@/upload/sniff'
import { Speed } from '@/upload/speed'
import { sendFile } from '@/upload/tus'

import { useAssemblies } from './assemblies'
import { useDatasets } from './datasets'

const AT_ONCE = 2
const ASK_AT_ONCE = 4
const ASK_MS = 4000
const UNREADABLE: Sniffed = { kind: null, format: '', chroms: new Map(), exactLengths: false, problem: 'The browser cannot read this file.' }

/** What somebody wants to upload or import; it goes on while other pages are looked at. */
export const useUploads = defineStore('uploads', () => {
  const items = ref<UploadItem[]>([])
  /** On the server, begun before the page was loaded, and not in the list. */
  const unfinished = ref<Upload[]>([])
  const room = ref<Room | null>(null)
  const assemblies = useAssemblies()
  const datasets = useDatasets()
  const aborts = new Map<number, AbortController>()
  const sniffed = new Map<number, Sniffed>()
  const prints = new Map<number, string>()
  let lastId = 0

  const pending = computed(() => items.value.filter((i) => i.phase === 'confirm'))
  const busy = computed(() => items.value.filter((i) => ['waiting', 'sending', 'reading'].includes(i.phase)))

  function put(more: Parameters<typeof newItem>[1]): UploadItem {
    const item = reactive(newItem(++lastId, more))
    items.value.push(item)
    return item
  }

  async function load(): Promise<void> {
    const [list, space] = await Promise.all([api.unfinished().catch(() => []), api.room().catch(() => null)])
    const known = new Set(items.value.map((i) => i.uploadId))
    unfinished.value = list.filter((u) => !known.has(u.id))
    room.value = space
  }

  /** Files that were begun before go on at once; the others are looked at and shown for confirmation. */
  async function add(files: Iterable<File>): Promise<void> {
    const fresh = [...files].map((file) => put({ title: file.name, file, total: file.size }))
    await assemblies.load()
    const again: UploadItem[] = []
    for (const item of fresh) {
      const file = item.file as File
      const s = await sniff(file).catch(() => UNREADABLE)
      sniffed.set(item.id, s)
      item.kind = s.kind ?? kindByName(file.name)
      item.format = s.format
      item.sizeType = s.sizeType ?? null
      item.warning = s.problem ?? ''
      const print = await fingerprint(file).catch(() => '')
      prints.set(item.id, print)
      const begun = print ? unfinished.value.find((u) => u.fingerprint === print && u.size === file.size) : undefined
      if (begun) {
        unfinished.value = unfinished.value.filter((u) => u !== begun)
        restoreMeta(item, begun)
        if (!complaint(item)) again.push(item)
      }
      item.phase = 'confirm'
    }
    guess()
    start(again)
  }

  /** Goes on with one upload of before. Another file than that of then is refused, in words. */
  async function resume(u: Upload, file: File): Promise<string> {
    if (file.size !== u.size || (u.fingerprint && (await fingerprint(file)) !== u.fingerprint)) {
      return `${file.name} is not the file that was begun: its size or content differs.`
    }
    await add([file])
    return ''
  }

  /** All bytes are on the server: only the words are needed to make a dataset of it. */
  function complete(u: Upload): void {
    unfinished.value = unfinished.value.filter((x) => x.id !== u.id)
    const item = put({ title: u.fileName, total: u.size, kind: kindByName(u.fileName) })
    restoreMeta(item, u)
    item.phase = 'confirm'
  }

  async function forget(u: Upload): Promise<void> {
    await api.remove(u.id)
    unfinished.value = unfinished.value.filter((x) => x.id !== u.id)
    void load()
  }

  /** Files that prove their assembly help the others of the same batch. */
  function guess(): void {
    const open = items.value.filter((i) => i.phase === 'confirm' && !i.assemblyId && !i.source)
    for (const pass of [1, 2]) {
      const proven = items.value.find((i) => i.assemblySure)?.assemblyId ?? undefined
      for (const item of open) {
        const s = sniffed.get(item.id)
        if (!s || (pass === 2 && item.assemblySure)) continue
        const g = guessAssembly(s, item.fileName, assemblies.items, proven ?? assemblies.last())
        item.assemblyId = g.assemblyId ?? null
        item.assemblyReason = g.reason
        item.assemblySure = g.sure
      }
    }
  }

  /** Adds what a pasted text names and asks where it lies about it. Gives the number of files found. */
  async function addImports(text: string): Promise<number> {
    const [entries] = await Promise.all([importCalls.parse(text), assemblies.load()])
    const todo = entries.map((e) => {
      const item = put({ title: e.text, source: sourceOf(e) })
      if (e.error) fail(item, asApiError(new Error(e.error)))
      return item
    })
    const open = todo.filter((i) => i.phase === 'looking')
    await Promise.all(Array.from({ length: ASK_AT_ONCE }, async () => {
      for (let item = open.shift(); item; item = open.shift()) await look(item)
    }))
    return entries.length
  }

  async function look(item: UploadItem): Promise<void> {
    item.phase = 'looking'
    item.error = null
    try {
      fillFrom(item, await importCalls.describe(item.source ?? {}))
      item.phase = 'confirm'
    } catch (e) {
      fail(item, asApiError(e))
    }
  }

  function fillFrom(item: UploadItem, f: RemoteFile): void {
    item.title = f.accession || f.fileName
    item.fileName = f.fileName
    item.format = [f.repository, f.format || f.fileName].filter(Boolean).join(' · ')
    item.total = f.size ?? 0
    item.name = f.name
    item.description = f.description ?? ''
    item.cellType = f.cellType ?? ''
    item.perturbation = f.perturbation ?? ''
    item.sampleId = f.accession ?? ''
    item.kind = f.kind ?? null
    item.assemblyId = f.assemblyId || assemblies.last() || null
    item.assemblySure = Boolean(f.assemblyId)
    item.assemblyReason = f.assemblyId ? `${f.repository} says ${f.assembly}` : f.assembly ? `${f.repository} says ${f.assembly}, which is not here; please check` : 'not said; please check'
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
    for (const i of items.value.filter((x) => x.phase === 'waiting').slice(0, Math.max(0, AT_ONCE - running))) void go(i)
  }

  async function go(i: UploadItem): Promise<void> {
    const abort = new AbortController()
    aborts.set(i.id, abort)
    try {
      settle(i, i.source ? await begin(i) : await send(i, abort.signal))
    } catch (e) {
      if (!isAbort(e)) fail(i, asApiError(e))
    } finally {
      i.note = ''
      aborts.delete(i.id)
      pump()
    }
  }

  /** The run of the server does the rest. */
  async function begin(i: UploadItem): Promise<Dataset> {
    i.phase = 'reading'
    return importCalls.start({ ...i.source, ...(i.sha256.trim() ? { sha256: i.sha256.trim() } : {}) }, metaOf(i))
  }

  async function send(i: UploadItem, signal: AbortSignal): Promise<Dataset> {
    const speed = new Speed()
    if (i.file) {
      i.phase = 'sending'
      i.uploadId = await sendFile(i.file, {
        id: i.uploadId ?? undefined,
        fingerprint: prints.get(i.id) ?? '',
        sha256: i.sha256.trim() || undefined,
        signal,
        onCreated: (id) => {
          i.uploadId = id
          void api.describe(id, metaOf(i)).catch(() => undefined) // only lost when the page is reloaded
        },
        onProgress: (sent) => {
          i.sent = sent
          speed.add(sent)
          i.note = speed.text(i.total)
        },
        onPause: (seconds, why) => (i.note = seconds ? `${why} Trying again in ${seconds} s.` : ''),
      })
    }
    i.phase = 'reading'
    return api.finish(i.uploadId ?? '', metaOf(i), i.sha256.trim() || undefined)
  }

  function settle(i: UploadItem, d: Dataset): void {
    i.datasetId = d.id
    i.uploadId = null // its bytes are the dataset's now
    i.phase = d.state === 'ready' ? 'ready' : d.state === 'failed' ? 'failed' : d.state === 'uploading' ? 'fetching' : 'checking'
    datasets.upsert(d)
    follow()
    void api.room().then((r) => (room.value = r), () => undefined)
  }

  function fail(i: UploadItem, e: ApiError): void {
    i.phase = 'failed'
    i.error = { message: e.message, lines: e.fields.filter((f) => f.line), count: e.fields.length, fields: e.fields.filter((f) => f.field && !f.line) }
  }

  /** Workers fetch and check files; the outcome arrives as an event of the dataset. */
  function follow(): void {
    for (const i of items.value) {
      const d = i.datasetId === null ? undefined : datasets.byId.get(i.datasetId)
      if (!d || i.phase === 'ready' || i.phase === 'failed') continue
      if (d.state === 'ready') i.phase = 'ready'
      else if (d.state === 'checking') i.phase = 'checking'
      else if (d.state === 'failed') {
        i.phase = 'failed'
        i.error = { message: d.error?.message ?? 'The file was refused.', lines: d.error?.lines ?? [], count: d.error?.count ?? 0, fields: [] }
      }
    }
  }
  watch(() => datasets.items, follow)

  // Events are quick but may be lost; asking now and then is slow and sure.
  setInterval(() => {
    for (const i of items.value.filter((x) => (x.phase === 'checking' || x.phase === 'fetching') && x.datasetId !== null)) {
      void datasetCalls.get(i.datasetId as number).then(datasets.upsert, () => undefined)
    }
  }, ASK_MS)

  function pause(i: UploadItem): void {
    i.phase = 'paused'
    aborts.get(i.id)?.abort()
  }

  /** Stops it and deletes what was sent; for a file elsewhere, stops the run that fetches it. */
  async function cancel(i: UploadItem): Promise<void> {
    const run = i.datasetId === null ? undefined : datasets.byId.get(i.datasetId)?.runId
    i.phase = 'cancelled'
    aborts.get(i.id)?.abort()
    if (run) await runCalls.cancel(run).catch(() => undefined)
    await discard(i)
  }

  /** Goes on with what is on the server already. A dataset that was stored and then refused is removed first. */
  async function retry(i: UploadItem): Promise<void> {
    if (i.datasetId !== null) await discard(i)
    if (i.source && i.kind === null) await look(i)
    else start([i])
  }

  async function remove(i: UploadItem): Promise<void> {
    if (i.phase !== 'ready' && i.phase !== 'checking' && i.phase !== 'fetching') await discard(i)
    items.value = items.value.filter((x) => x.id !== i.id)
    sniffed.delete(i.id)
    prints.delete(i.id)
  }

  async function discard(i: UploadItem): Promise<void> {
    if (i.datasetId !== null) await datasets.remove(i.datasetId).catch(() => undefined)
    else if (i.uploadId !== null) await api.remove(i.uploadId).catch(() => undefined)
    i.datasetId = null
    i.uploadId = null
    i.sent = 0
  }

  function clearDone(): void {
    items.value = items.value.filter((i) => i.phase !== 'ready')
  }

  async function clearFailed(): Promise<void> {
    await Promise.all(items.value.filter((i) => i.phase === 'failed').map(remove))
  }

  return { items, unfinished, room, pending, busy, load, add, resume, complete, forget, addImports, complaint, start, pause, cancel, retry, remove, clearDone, clearFailed }
})

function sourceOf(e: ManifestEntry): UploadItem['source'] {
  const { url, accession, repositoryId, md5, sha256 } = e
  return Object.fromEntries(Object.entries({ url, accession, repositoryId, md5, sha256 }).filter(([, v]) => v)) as UploadItem['source']
}

export type { UploadItem }
