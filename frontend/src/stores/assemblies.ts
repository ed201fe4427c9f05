import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { assemblies as api } from '@/api/calls'
import { asApiError, type ApiError } from '@/api/errors'
import type { Assembly } from '@/api/types'

const LAST = 'regioscope.assembly'

/** Genome builds: the built-in ones and the user's own. */
export const useAssemblies = defineStore('assemblies', () => {
  const items = shallowRef<Assembly[]>([])
  const loaded = ref(false)
  const error = shallowRef<ApiError | null>(null)
  let running: Promise<void> | null = null

  /** Assemblies of other people, on which shared datasets lie; in no choice, because nobody else can put data on them. */
  const foreign = shallowRef(new Map<number, Assembly>())
  const asked = new Set<number>()
  const byId = computed(() => new Map(items.value.map((a) => [a.id, a])))

  function load(again = false): Promise<void> {
    if (loaded.value && !again) return Promise.resolve()
    running ??= (async () => {
      error.value = null
      try {
        items.value = await api.list()
        loaded.value = true
      } catch (e) {
        error.value = asApiError(e)
      } finally {
        running = null
      }
    })()
    return running
  }

  function nameOf(id: number): string {
    const known = byId.value.get(id) ?? foreign.value.get(id)
    if (!known && loaded.value) queueMicrotask(() => void look(id))
    return known?.name ?? `assembly ${id}`
  }

  /** Reads an assembly that is not in the list, once. */
  async function look(id: number): Promise<void> {
    if (asked.has(id)) return
    asked.add(id)
    try {
      const a = await api.get(id)
      foreign.value = new Map(foreign.value).set(id, a)
    } catch {
      // The number stays; nothing depends on the name.
    }
  }

  /** The assembly chosen last in this browser, a good first guess for the next file. */
  function last(): number | undefined {
    const id = Number(localStorage.getItem(LAST))
    return byId.value.has(id) ? id : undefined
  }

  function remember(id: number): void {
    localStorage.setItem(LAST, String(id))
  }

  async function create(meta: { name: string; organism: string }, sizes: File, arms?: File): Promise<Assembly> {
    const a = await api.create(meta, sizes, arms)
    await load(true)
    return a
  }

  async function remove(id: number): Promise<void> {
    await api.remove(id)
    items.value = items.value.filter((a) => a.id !== id)
  }

  return { items, byId, loaded, error, load, nameOf, last, remember, create, remove }
})
