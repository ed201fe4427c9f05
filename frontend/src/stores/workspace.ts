import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { sessions as sessionCalls } from '@/api/calls'
import { asApiError } from '@/api/errors'
import { workspace as api } from '@/api/results'
import type { Session } from '@/api/types'
import { DraftSaver, type LocalDraft, type SaveState } from '@/lib/draftSaver'
import { History } from '@/lib/undo'
import { canonical, emptyDoc, isRecord, parseDoc, type WorkspaceDoc } from '@/lib/workspaceDoc'

import { useAuth } from './auth'

/** The session that the workspace belongs to. */
export interface OpenSession {
  id: number
  name: string
  version: number
  public: boolean
  mine: boolean
  /** Its document as it was last saved or opened, to tell whether there is something to save. */
  saved: string
}

interface State {
  doc: WorkspaceDoc
  session: OpenSession | null
}

/** The workspace of the compare page: its document, undo, autosave, and the session it belongs to. */
export const useWorkspace = defineStore('workspace', () => {
  const auth = useAuth()
  const state = shallowRef<State>({ doc: emptyDoc(), session: null })
  const phase = ref<'new' | 'loading' | 'ready' | 'failed'>('new')
  const loadError = ref('')
  const saveState = ref<SaveState>('saved')
  const savedAt = ref(0)
  const undoLabel = ref<string | null>(null)
  const redoLabel = ref<string | null>(null)
  const history = new History<State>(state.value)
  let loading: Promise<void> | null = null
  /** What is shown came by a link: nothing of it is stored. */
  let guest = auth.user?.showcase === true

  const saver = new DraftSaver<WorkspaceDoc>({
    put: async (d) => (await api.put({ document: d.document, sessionId: d.sessionId || undefined, revision: d.revision })).revision,
    keep: (d) => localStorage.setItem(key(), JSON.stringify(d)),
    changed: (s) => {
      saveState.value = s
      if (s === 'saved') savedAt.value = Date.now()
    },
    later: (ms, fn) => {
      const t = setTimeout(fn, ms)
      return () => clearTimeout(t)
    },
  })

  const doc = computed(() => state.value.doc)
  const session = computed(() => state.value.session)
  /** The session was changed since it was saved. */
  const modified = computed(() => session.value !== null && session.value.saved !== canonical(doc.value))

  function key(): string {
    return `regioscope.workspace.${auth.user?.id ?? 0}`
  }

  function local(): LocalDraft<WorkspaceDoc> | null {
    try {
      const raw: unknown = JSON.parse(localStorage.getItem(key()) ?? 'null')
      if (!isRecord(raw) || typeof raw.revision !== 'number') return null
      return { document: parseDoc(raw.document), sessionId: Number(raw.sessionId) || 0, revision: raw.revision, dirty: raw.dirty === true }
    } catch {
      return null
    }
  }

  /** Restores the draft, once. Edits that the server has not got yet win; when the server has others, it is a conflict. */
  function load(): Promise<void> {
    if (phase.value === 'failed') loading = null
    loading ??= restore()
    return loading
  }

  async function restore(): Promise<void> {
    phase.value = 'loading'
    try {
      const copy = local()
      const draft = await api.get()
      const revision = draft?.revision ?? 0
      const stored = draft ? parseDoc(draft.document) : emptyDoc()
      const unsaved = copy?.dirty === true && canonical(copy.document) !== canonical(stored)
      const sessionId = unsaved ? copy.sessionId : (draft?.sessionId ?? 0)
      saver.reset(revision)
      show({ doc: unsaved ? copy.document : stored, session: await describeSession(sessionId) })
      history.reset(state.value)
      noteHistory()
      savedAt.value = draft ? Date.parse(draft.updatedAt) : 0
      if (unsaved) {
        if (copy.revision !== revision) saver.conflict()
        saver.edit(copy.document, sessionId)
      }
      phase.value = 'ready'
    } catch (e) {
      loadError.value = asApiError(e).message
      phase.value = 'failed'
    }
  }

  /** A session that is gone or closed to us leaves the workspace as it is, only nameless. */
  async function describeSession(id: number): Promise<OpenSession | null> {
    if (id <= 0) return null
    try {
      return openSession(await sessionCalls.get(id))
    } catch (e) {
      if (asApiError(e).status === 404) return null
      throw e
    }
  }

  function openSession(s: Session): OpenSession {
    return { id: s.id, name: s.name, version: s.version, public: s.public, mine: s.mine, saved: canonical(parseDoc(s.document)) }
  }

  function show(next: State): void {
    state.value = next
  }

  function noteHistory(): void {
    undoLabel.value = history.undoLabel
    redoLabel.value = history.redoLabel
  }

  function commit(label: string, next: State, merge = ''): void {
    if (next.doc === state.value.doc && next.session === state.value.session) return
    history.push(label, next, merge)
    show(next)
    noteHistory()
    if (!guest) saver.edit(next.doc, next.session?.id ?? 0)
  }

  /** Shows the session of a link. The page that does so is left by loading another. */
  function showShared(s: Session): void {
    guest = true
    show({ doc: parseDoc(s.document), session: openSession(s) })
    history.reset(state.value)
    noteHistory()
    phase.value = 'ready'
    loading = Promise.resolve()
  }

  /** One edit, undone in one step. `merge`: edits with the same key in quick succession count as one. */
  function edit(label: string, change: (doc: WorkspaceDoc) => WorkspaceDoc, merge = ''): void {
    const next = change(state.value.doc)
    if (next !== state.value.doc) commit(label, { ...state.value, doc: next }, merge)
  }

  function step(move: () => boolean): void {
    if (!move()) return
    show(history.current)
    noteHistory()
    if (!guest) saver.edit(doc.value, session.value?.id ?? 0)
  }

  /** Shows a session. What was here before comes back with undo. */
  async function open(id: number): Promise<void> {
    await load()
    if (state.value.session?.id === id) return
    const s = await sessionCalls.get(id)
    commit(`open “${s.name}”`, { doc: parseDoc(s.document), session: openSession(s) })
  }

  /** Goes back to the stored state of the session. */
  async function reopen(): Promise<void> {
    const id = session.value?.id
    if (!id) return
    const s = await sessionCalls.get(id)
    commit(`reload “${s.name}”`, { doc: parseDoc(s.document), session: openSession(s) })
  }

  /** Shows a session as it was once. It is stored by saving, as every edit is. */
  async function openVersion(id: number, version: number): Promise<void> {
    await load()
    const [now, then] = await Promise.all([sessionCalls.get(id), sessionCalls.version(id, version)])
    commit(`open version ${version} of “${now.name}”`, { doc: parseDoc(then.document), session: openSession(now) })
  }

  /** The workspace now belongs to `s`; so do its earlier states, because saving is nothing that is undone. */
  function adopt(s: Session): void {
    const before = session.value?.id
    const now = openSession(s)
    history.rewrite((x) => (x.session?.id === before ? { ...x, session: now } : x))
    show(history.current)
    saver.edit(doc.value, s.id)
  }

  /** Stores the workspace in its session; throws ApiError 409 when somebody else has saved it since. */
  async function saveSession(overwrite = false): Promise<void> {
    const s = session.value
    if (!s) return
    const version = overwrite ? (await sessionCalls.get(s.id)).version : s.version
    adopt(await sessionCalls.update(s.id, { name: s.name, public: s.public, document: doc.value, version }))
  }

  async function saveSessionAs(name: string, isPublic: boolean): Promise<void> {
    adopt(await sessionCalls.create({ name, public: isPublic, document: doc.value }))
  }

  /** Empties the workspace; undo brings everything back. */
  function clear(): void {
    commit('start empty', { doc: emptyDoc(), session: null })
  }

  /** Ends a conflict: this browser's workspace stays, or the server's replaces it (undo brings this one back). */
  async function resolveConflict(keep: 'mine' | 'theirs'): Promise<void> {
    const draft = await api.get()
    if (keep === 'mine' || !draft) {
      await saver.overwrite(draft?.revision ?? 0)
      return
    }
    const next = { doc: parseDoc(draft.document), session: await describeSession(draft.sessionId ?? 0) }
    saver.reset(draft.revision)
    commit('load the other version', next)
  }

  return {
    doc, session, modified, phase, loadError, saveState, savedAt, undoLabel, redoLabel,
    load, showShared, edit, open, reopen, openVersion, saveSession, saveSessionAs, clear, resolveConflict,
    undo: () => step(() => history.undo()),
    redo: () => step(() => history.redo()),
    flush: () => saver.flush(),
  }
})
