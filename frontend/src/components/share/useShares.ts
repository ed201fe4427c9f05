import { computed, ref, shallowRef } from 'vue'

import { asApiError } from '@/api/errors'
import { grants as api, groups as groupCalls, type Grant, type Group, type ShareKind, type Shares } from '@/api/sharing'

import { findCandidates, type Candidate } from './candidates'

export const LEVELS = [
  { value: 'read', title: 'can read', means: 'see it, download it and compute with it' },
  { value: 'edit', title: 'can edit', means: 'also change what it says' },
  { value: 'own', title: 'owns it, too', means: 'also share and delete it' },
] as const

/**
 * Who may do what with one thing. Every change is stored at once; when the server refuses it, the list stays as it was asked
 * for, with the reason, so that nothing has to be done again.
 */
export function useShares(kind: ShareKind, id: number) {
  const shares = shallowRef<Shares | null>(null)
  const error = ref('')
  const saving = ref(false)
  const saved = ref(false)
  const withData = ref(false)
  const groups = shallowRef<Group[]>([])
  let last: Promise<boolean> = Promise.resolve(true)

  async function load(): Promise<void> {
    error.value = ''
    try {
      ;[shares.value, groups.value] = await Promise.all([api.get(kind, id), groupCalls.list()])
    } catch (e) {
      error.value = asApiError(e).message
    }
  }

  /** One after the other: the last wish is what is stored. */
  function put(change: Partial<Pick<Shares, 'everyone' | 'grants'>>): Promise<boolean> {
    if (!shares.value) return last
    shares.value = { ...shares.value, ...change }
    last = last.then(store)
    return last
  }

  async function store(): Promise<boolean> {
    const wish = shares.value
    if (!wish) return false
    saving.value = true
    error.value = ''
    saved.value = false
    try {
      const answer = await api.put(kind, id, { everyone: wish.everyone, grants: wish.grants, withData: withData.value || undefined })
      if (shares.value === wish) shares.value = answer
      saved.value = true
      return true
    } catch (e) {
      error.value = asApiError(e).message
      return false
    } finally {
      saving.value = false
    }
  }

  const taken = computed(() => new Set((shares.value?.grants ?? []).map(keyOf)))

  /** Those that have no right yet. */
  const find = (q: string, signal: AbortSignal): Promise<Candidate[]> => findCandidates(q, groups.value, taken.value, shares.value?.ownerName, signal)

  return {
    shares, error, saving, saved, withData, load, find,
    everyone: (on: boolean) => put({ everyone: on }),
    add: (c: Candidate, level: Grant['level']) =>
      put({ grants: [...(shares.value?.grants ?? []), { userId: c.userId, groupId: c.groupId, name: c.name, level }] }),
    change: (g: Grant, level: Grant['level']) =>
      put({ grants: (shares.value?.grants ?? []).map((x) => (keyOf(x) === keyOf(g) ? { ...x, level } : x)) }),
    remove: (g: Grant) => put({ grants: (shares.value?.grants ?? []).filter((x) => keyOf(x) !== keyOf(g)) }),
    setWithData: (on: boolean) => {
      withData.value = on
      return on ? put({}) : last
    },
    retry: () => (shares.value ? put({}) : load()),
  }
}

export function keyOf(g: { userId?: number; groupId?: number }): string {
  return g.groupId ? `g${g.groupId}` : `u${g.userId ?? 0}`
}
