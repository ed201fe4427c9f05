import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

import type { Place } from '@/lib/place'
import { isRecord } from '@/lib/workspaceDoc'
import type { Anchor } from '@/locus/region'

import { useAuth } from './auth'

/** Regions one after the other, as the picture has them that the locus view was opened from. */
export interface LocusOrder {
  /** For people: "by centre ↓". */
  label: string
  total: number
  /** The row in the file of the region at a place of the order. */
  rowAt: (at: number) => number | Promise<number>
}

export function fileOrder(total: number): LocusOrder {
  return { label: 'in the order of the file', total, rowAt: (at) => at }
}

/** What the locus view shows: a region of a set, or any place. */
export interface LocusTarget {
  assemblyId: number
  /** 0: no region. */
  regionSetId: number
  order: LocusOrder | null
  at: number
  /** Shown instead of the region's own surroundings; the whole story where there is no region. */
  place: Place | null
  /** With `place`: the vertical axis of a rectangle, whose horizontal one is `place`. */
  other?: Place | null
  /** How a pair is looked at; none: as suits it. */
  anchor?: Anchor | null
  /** Half-width of the panel's window in bp; 0 = none. */
  window: number
  /** Maps and tracks to begin with; empty: those of the last time. */
  features: number[]
}

/** Maps and tracks that were looked at last, per assembly. */
type Chosen = Record<string, number[]>
/** Words that regions were labelled with: set → row → word. */
type Labels = Record<string, Record<string, string>>

function stored<T>(key: string): Record<string, T> {
  try {
    const raw: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return isRecord(raw) ? (raw as Record<string, T>) : {}
  } catch {
    return {}
  }
}

/** The locus view: what it shows, which data somebody chose for it, and labels that are not yet a column. Both outlive a reload. */
export const useLocus = defineStore('locus', () => {
  const auth = useAuth()
  const target = shallowRef<LocusTarget | null>(null)
  const [chosenKey, labelKey] = [`regioscope.locus.${auth.user?.id ?? 0}`, `regioscope.labels.${auth.user?.id ?? 0}`]
  const chosen = ref<Chosen>(stored(chosenKey))
  const labels = ref<Labels>(stored(labelKey))

  function show(t: LocusTarget): void {
    if (auth.user?.showcase) return // a link shows pictures, not what is in the files
    if (t.features.length > 0) choose(t.assemblyId, t.features)
    target.value = t
  }
  function close(): void {
    target.value = null
  }
  function choose(assemblyId: number, features: number[]): void {
    chosen.value = { ...chosen.value, [assemblyId]: features }
    localStorage.setItem(chosenKey, JSON.stringify(chosen.value))
  }
  /** An empty word takes the label away. */
  function label(setId: number, row: number, word: string): void {
    const { [row]: _, ...rest } = labels.value[setId] ?? {}
    keepLabels(setId, word ? { ...rest, [row]: word } : rest)
  }
  function keepLabels(setId: number, of: Record<string, string>): void {
    const { [setId]: _, ...others } = labels.value
    labels.value = Object.keys(of).length > 0 ? { ...others, [setId]: of } : others
    localStorage.setItem(labelKey, JSON.stringify(labels.value))
  }
  return { target, chosen, labels, show, close, choose, label, clearLabels: (setId: number) => keepLabels(setId, {}) }
})
