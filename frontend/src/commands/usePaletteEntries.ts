import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { sessions as sessionCalls } from '@/api/calls'
import { isAbort, asApiError } from '@/api/errors'
import type { Session } from '@/api/types'
import { usePlaceSearch } from '@/locus/usePlaceSearch'
import { router } from '@/router'
import { useAssemblies } from '@/stores/assemblies'
import { useDatasets } from '@/stores/datasets'
import { useLocus } from '@/stores/locus'
import { useWorkspace } from '@/stores/workspace'

import { ranked } from './fuzzy'
import { useCommands, type Command } from './registry'

/** One line of the palette. */
export interface Entry {
  id: string
  title: string
  group: string
  keys?: string[]
  words: string
  /** Why it cannot be done now, '' = it can. */
  blocked: string
  run: () => void
}

/** Commands of the widget that people are at come first; the others stay in their order. */
export function nearFirst(list: Command[], near: string): Command[] {
  return near ? [...list.filter((c) => c.widget === near), ...list.filter((c) => c.widget !== near)] : list
}

const KINDS = { regions: 'Region set', signal: 'Signal track', contacts: 'Contact map' }
const MOST = 60
/** Data come up once somebody looks for them; until then the list is of actions and pages. */
const LEAST = 2

/** What the palette finds for a query: commands, datasets, sessions, and places and genes of the assembly people work with. */
export function usePaletteEntries(query: Ref<string>): { entries: ComputedRef<Entry[]>; note: Ref<string> } {
  const [commands, datasets, assemblies, locus, workspace] = [useCommands(), useDatasets(), useAssemblies(), useLocus(), useWorkspace()]
  const sessions = shallowRef<Session[]>([])
  const note = ref('')
  void datasets.load()
  void assemblies.load()
  sessionCalls.list().then(
    (list) => (sessions.value = list),
    (e: unknown) => {
      if (!isAbort(e)) note.value = `Sessions cannot be read: ${asApiError(e).message}`
    },
  )

  /** That of the first panel, or of the newest data. */
  const assembly = computed(() => {
    const set = workspace.doc.panels.map((p) => datasets.byId.get(p.regionSetId)).find(Boolean)
    return assemblies.byId.get(locus.target?.assemblyId ?? set?.assemblyId ?? datasets.items[0]?.assemblyId ?? 0)
  })
  const places = usePlaceSearch(() => assembly.value, () => 0)
  watch(query, (q) => (places.text.value = q.trim().length >= LEAST ? q : ''))

  const entries = computed<Entry[]>(() => {
    const of = (e: Omit<Entry, 'blocked' | 'words'> & Partial<Entry>): Entry => ({ blocked: '', words: '', ...e })
    const own = nearFirst(commands.all, commands.near).filter((c) => c.run && c.id !== 'palette').map((c) => of({ id: c.id, title: c.title, group: c.widget && c.widget === commands.near ? 'Widget in focus' : c.group, keys: c.keys, words: c.words ?? '', blocked: c.blocked?.() ?? '', run: c.run ?? (() => undefined) }))
    const q = query.value.trim()
    if (q.length < LEAST) return ranked(q, own, (e) => `${e.title} ${e.group} ${e.words}`).slice(0, MOST)
    const data = datasets.items.map((d) => of({ id: `dataset:${d.id}`, title: d.name, group: KINDS[d.kind], run: () => void router.push(`/datasets/${d.id}`) }))
    const saved = sessions.value.map((s) => of({ id: `session:${s.id}`, title: s.name, group: 'Session', run: () => void router.push(`/compare/${s.id}`) }))
    const found = places.found.value.map((f, i) => of({
      id: `place:${i}`, title: `${f.title}${f.what.startsWith('gene') ? ` (${f.what})` : ''}`, group: f.what.startsWith('gene') ? 'Gene' : 'Place',
      run: () => locus.show({ assemblyId: assembly.value?.id ?? 0, regionSetId: 0, order: null, at: 0, place: f.place, window: 0, features: [] }),
    }))
    return [...found, ...ranked(q, [...own, ...data, ...saved], (e) => `${e.title} ${e.group} ${e.words}`)].slice(0, MOST)
  })
  // A place that is wrong is told of; a name that is no gene may well be something else.
  watch([places.problem, query], ([p, q]) => (note.value = p && q.includes(':') ? p : ''))
  return { entries, note }
}
