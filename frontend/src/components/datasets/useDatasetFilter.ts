import { computed, ref, watch, type Ref } from 'vue'
import { useRoute, useRouter, type LocationQueryValue } from 'vue-router'

import type { Dataset, Kind } from '@/api/types'
import { useAssemblies } from '@/stores/assemblies'

import { kindName } from './kinds'

/** Every word must occur somewhere in what people say about a dataset. */
export function matches(d: Dataset, q: string): boolean {
  const text = [d.name, d.description, d.cellType, d.perturbation, d.sampleId, d.fileName, d.ownerName, ...d.tags].join('\n').toLowerCase()
  return q.toLowerCase().split(/\s+/).every((w) => text.includes(w))
}

/** Search and facets over a list of datasets; they live in the URL, so that a filtered list can be sent to a colleague. */
export function useDatasetFilter(all: Ref<Dataset[]>) {
  const route = useRoute()
  const router = useRouter()
  const assembliesStore = useAssemblies()
  const first = (v: LocationQueryValue | LocationQueryValue[] | undefined): string => (Array.isArray(v) ? v[0] : v) ?? ''

  const q = ref(first(route.query.q))
  const assembly = ref<number | null>(Number(first(route.query.assembly)) || null)
  const owner = ref<string | null>(first(route.query.owner) || null)
  const kind = ref<Kind | null>((first(route.query.kind) || null) as Kind | null)

  watch([q, assembly, owner, kind], () => {
    const query = { q: q.value || undefined, assembly: assembly.value ?? undefined, owner: owner.value ?? undefined, kind: kind.value ?? undefined }
    void router.replace({ path: route.path, query })
  })
  watch(
    () => route.path,
    () => clear(),
  )

  const rows = computed(() =>
    all.value.filter(
      (d) =>
        (!assembly.value || d.assemblyId === assembly.value) &&
        (!owner.value || d.ownerName === owner.value) &&
        (!kind.value || d.kind === kind.value) &&
        matches(d, q.value ?? ''),
    ),
  )

  const tally = <K>(of: (d: Dataset) => K): [K, number][] => {
    const m = new Map<K, number>()
    for (const d of all.value) m.set(of(d), (m.get(of(d)) ?? 0) + 1)
    return [...m]
  }
  const assemblies = computed(() => tally((d) => d.assemblyId).map(([value, n]) => ({ value, title: `${assembliesStore.nameOf(value)} (${n})` })))
  const owners = computed(() => tally((d) => d.ownerName).map(([value, n]) => ({ value, title: `${value} (${n})` })))
  const kinds = computed(() => tally((d) => d.kind).map(([value, n]) => ({ value, title: `${kindName[value]} (${n})` })))

  function clear(): void {
    q.value = ''
    assembly.value = null
    owner.value = null
    kind.value = null
  }

  return { q, assembly, owner, kind, rows, assemblies, owners, kinds, clear }
}
