import { computed, onMounted, ref, shallowRef } from 'vue'

import { sessions as api } from '@/api/calls'
import { asApiError } from '@/api/errors'
import type { Session } from '@/api/types'

/** The sessions that somebody may open, and what they do with them. */
export function useSessionList() {
  const items = shallowRef<Session[] | null>(null)
  const error = ref('')
  const failed = ref('')
  const q = ref('')
  const renaming = ref<number | null>(null)
  const renameError = ref('')
  const deleting = ref<Session | null>(null)
  const busy = ref(false)

  async function load(): Promise<void> {
    error.value = ''
    try {
      items.value = await api.list()
    } catch (e) {
      error.value = asApiError(e).message
    }
  }
  onMounted(load)

  const rows = computed(() => (items.value ?? []).filter((s) => `${s.name}\n${s.ownerName}`.toLowerCase().includes((q.value ?? '').toLowerCase())))

  function put(id: number, change: Partial<Session>): void {
    items.value = (items.value ?? []).map((x) => (x.id === id ? { ...x, ...change } : x))
  }

  /** Changes the name. The list has no documents, so the stored one is read and sent back with its version. */
  async function change(id: number, name: string): Promise<void> {
    const s = await api.get(id)
    const saved = await api.update(id, { name, document: s.document, version: s.version })
    put(id, { name: saved.name, updatedAt: saved.updatedAt, version: saved.version })
  }

  /** What was typed stays in the field when the server refuses it. */
  async function rename(id: number, name: string): Promise<void> {
    busy.value = true
    renameError.value = ''
    try {
      await change(id, name)
      renaming.value = null
    } catch (e) {
      renameError.value = asApiError(e).message
    } finally {
      busy.value = false
    }
  }

  /** A copy of one's own, whoever the session belongs to; nobody else sees it. Its name is changed next. */
  async function duplicate(id: number): Promise<void> {
    if (busy.value) return
    busy.value = true
    failed.value = ''
    try {
      const s = await api.get(id)
      const made = await api.create({ name: copyName(s.name, (items.value ?? []).map((x) => x.name)), public: false, document: s.document })
      items.value = [made, ...(items.value ?? [])]
      q.value = ''
      renaming.value = made.id
      renameError.value = ''
    } catch (e) {
      failed.value = `The session could not be duplicated: ${asApiError(e).message}`
    } finally {
      busy.value = false
    }
  }

  async function remove(): Promise<void> {
    const s = deleting.value
    if (!s) return
    busy.value = true
    failed.value = ''
    try {
      await api.remove(s.id)
      items.value = (items.value ?? []).filter((x) => x.id !== s.id)
      deleting.value = null
    } catch (e) {
      failed.value = asApiError(e).message
    } finally {
      busy.value = false
    }
  }

  return { items, error, failed, q, rows, renaming, renameError, deleting, busy, load, put, rename, duplicate, remove }
}

const LONGEST = 255

/** "name (copy)", "name (copy 2)" …: the first that is not taken, short enough for a name. */
export function copyName(name: string, taken: string[]): string {
  const base = name.replace(/ \(copy(?: \d+)?\)$/, '')
  for (let i = 1; ; i++) {
    const end = i === 1 ? ' (copy)' : ` (copy ${i})`
    const next = [...base].slice(0, LONGEST - end.length).join('') + end
    if (!taken.includes(next)) return next
  }
}
