import { computed, onScopeDispose, ref, shallowRef } from 'vue'

import { asApiError, isAbort, type FieldError } from '@/api/errors'
import { metadata as api, type MetaPlan, type MetaPreview, type MetaTable, type MetaType } from '@/api/metadata'

import type { JoinBy } from './words'

/** A column of the file: whether it is joined, what it is to be called, and how it is taken. */
export interface Chosen {
  at: number
  on: boolean
  name: string
  type: MetaType
}

/** Fields that have a place for a complaint, once the file has been read; any other is said in general. */
const PLACED = /^(name|by|twins|regionColumn|keys(\[\d+\])?|columns(\[\d+\].*)?)$/

/**
 * From a file to columns of a region set. The server reads the file, guesses how it is joined, and shows after every change what
 * would come of it; nothing changes before `join`. A file that is given up is deleted.
 */
export function useAddMetadata(setId: number) {
  const draft = shallowRef<MetaTable | null>(null)
  const preview = shallowRef<MetaPreview | null>(null)
  const plan = ref<MetaPlan>({})
  const chosen = ref<Chosen[]>([])
  const sending = ref(false)
  const looking = ref(false)
  const joining = ref(false)
  const error = ref('')
  const complaints = ref<Record<string, string>>({})
  const lines = shallowRef<FieldError[]>([])
  let abort = new AbortController()
  let over = false

  function fail(e: unknown): void {
    const err = asApiError(e)
    lines.value = err.fields.filter((f) => f.line && f.field === 'file')
    complaints.value = Object.fromEntries(err.fields.filter((f) => f.field && f.field !== 'file').map((f) => [f.field as string, f.message]))
    const named = Object.keys(complaints.value)
    error.value = named.length > 0 && preview.value && named.every((f) => PLACED.test(f)) ? '' : err.message
  }
  function clear(): void {
    error.value = ''
    complaints.value = {}
    lines.value = []
  }

  async function choose(file: File): Promise<void> {
    drop()
    clear()
    preview.value = null
    sending.value = true
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    try {
      const got = await api.upload(setId, file, signal)
      if (over) void api.remove(got.id).catch(() => undefined)
      draft.value = got
      plan.value = {}
      chosen.value = []
      await look({})
    } catch (e) {
      if (!isAbort(e)) fail(e)
    } finally {
      sending.value = false
    }
  }

  /** Shows what would come of a plan; what it leaves open is guessed anew. */
  async function look(next: MetaPlan): Promise<void> {
    if (!draft.value) return
    clear()
    looking.value = true
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    try {
      const got = await api.preview(draft.value.id, next, signal)
      plan.value = got.plan
      preview.value = got
      if (!next.columns) chosen.value = got.columns.map((c, at) => {
        const given = got.plan.columns?.find((x) => x.at === at)
        return { at, on: given !== undefined, name: given?.name ?? c.name, type: given?.type ?? c.type }
      })
      complaints.value = Object.fromEntries(got.problems.map((p) => [p.field ?? '', p.message]))
      looking.value = false
    } catch (e) {
      if (isAbort(e)) return
      looking.value = false
      fail(e)
    }
  }

  const columns = (): NonNullable<MetaPlan['columns']> => chosen.value.filter((c) => c.on).map(({ at, name, type }) => ({ at, name, type }))
  const all = (): MetaPlan => ({ ...plan.value, columns: columns() })

  /** Another way to read the file: everything behind it is guessed anew. */
  const read = (change: Pick<MetaPlan, 'separator' | 'header'>) => look({ separator: plan.value.separator, header: plan.value.header, name: plan.value.name, ...change })
  const joinBy = (by: JoinBy) => look({ separator: plan.value.separator, header: plan.value.header, name: plan.value.name, twins: plan.value.twins, by })
  const change = (part: MetaPlan) => look({ ...all(), ...part })

  /** What is wrong with a column, by its place in the file. */
  const columnError = computed(() => {
    const sent = columns()
    return new Map(Object.entries(complaints.value).flatMap(([field, text]) => {
      const k = /^columns\[(\d+)\]/.exec(field)
      return k ? [[sent[Number(k[1])]?.at ?? -1, text] as const] : []
    }))
  })

  async function join(): Promise<MetaTable | null> {
    if (!draft.value) return null
    clear()
    joining.value = true
    try {
      const done = await api.join(draft.value.id, all())
      draft.value = null
      return done
    } catch (e) {
      fail(e)
      return null
    } finally {
      joining.value = false
    }
  }

  /** What was uploaded and not joined goes; if that fails the server clears it away within days. */
  function drop(): void {
    const d = draft.value
    draft.value = null
    if (d) void api.remove(d.id).catch(() => undefined)
  }
  onScopeDispose(() => {
    over = true
    abort.abort()
    drop()
  })

  return { draft, preview, plan, chosen, sending, looking, joining, error, complaints, lines, columnError, choose, read, joinBy, change, join, count: computed(() => columns().length) }
}
