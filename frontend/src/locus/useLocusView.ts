import { computed, ref, shallowRef, watch } from 'vue'

import { assemblies as assemblyCalls, datasets as datasetCalls } from '@/api/calls'
import { asApiError, isAbort } from '@/api/errors'
import type { Assembly, Dataset, Region } from '@/api/types'
import type { Place } from '@/lib/place'
import { useAssemblies } from '@/stores/assemblies'
import { useDatasets } from '@/stores/datasets'
import { useLocus, type LocusTarget } from '@/stores/locus'

import { anchorsOf, LEAST_BINS, markOf, panned, viewOf, within, zoomed, type Anchor } from './region'

const FIRST_TRACKS = 3

/** Where the locus view is: the region in its order, the stretch around it, and the data that are looked at there. */
export function useLocusView(target: () => LocusTarget) {
  const datasets = useDatasets()
  const assemblies = useAssemblies()
  const locus = useLocus()
  void datasets.load()
  void assemblies.load()

  const at = ref(target().at)
  const region = shallowRef<Region | null>(null)
  const regionError = ref('')
  const anchor = ref<Anchor>('both')
  /** How much closer or farther than its own surroundings people look; it stays from one region to the next. */
  const zoom = ref(1)
  const view = shallowRef<Place | null>(null)

  const set = computed(() => datasets.byId.get(target().regionSetId))
  const fetched = shallowRef<Assembly | null>(null)
  const assembly = computed(() => assemblies.byId.get(target().assemblyId) ?? (fetched.value?.id === target().assemblyId ? fetched.value : undefined))
  watch(
    () => [target().assemblyId, assemblies.loaded] as const,
    async ([id, loaded]) => {
      // A set that somebody shared with us may lie on an assembly that is in no list.
      if (!loaded || !id || assemblies.byId.has(id)) return
      try {
        fetched.value = await assemblyCalls.get(id)
      } catch (e) {
        regionError.value = asApiError(e).message
      }
    },
    { immediate: true },
  )
  const lengthOf = (chrom: string): number => assembly.value?.chroms.find((c) => c.name === chrom)?.length ?? 0
  const length = computed(() => lengthOf(view.value?.chrom ?? ''))

  watch(target, (t) => {
    at.value = t.at
    zoom.value = 1
  })
  watch(
    () => [target(), at.value] as const,
    async ([t, place], _old, onCleanup) => {
      regionError.value = ''
      if (!t.order || !t.regionSetId) {
        region.value = null
        return
      }
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      try {
        const row = await t.order.rowAt(place)
        const page = await datasetCalls.regions(t.regionSetId, row, 1, abort.signal)
        if (abort.signal.aborted) return
        region.value = page.items[0] ?? null
        if (!page.items[0]) regionError.value = 'This region is no longer in the set.'
      } catch (e) {
        if (!isAbort(e)) regionError.value = asApiError(e).message
      }
    },
    { immediate: true },
  )

  const fitting = computed(() => datasets.features.filter((d) => d.state === 'ready' && d.assemblyId === target().assemblyId).toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })))
  const allMaps = computed(() => fitting.value.filter((d) => d.kind === 'contacts'))
  const allTracks = computed(() => fitting.value.filter((d) => d.kind === 'signal'))
  const chosen = computed<Dataset[]>(() => {
    const ids = locus.chosen[target().assemblyId]
    return ids ? fitting.value.filter((d) => ids.includes(d.id)) : [...allMaps.value.slice(0, 1), ...allTracks.value.slice(0, FIRST_TRACKS)]
  })
  const maps = computed(() => chosen.value.filter((d) => d.kind === 'contacts'))
  const tracks = computed(() => chosen.value.filter((d) => d.kind === 'signal'))

  const anchors = computed(() => (region.value ? anchorsOf(region.value) : []))
  /** So that the finest map on show has some bins across. */
  function least(): number | undefined {
    const finest = maps.value.map((d) => Math.min(...(d.facts.contacts?.resolutions ?? []).map((x) => x.binSize))).filter(Number.isFinite)
    return finest.length > 0 ? LEAST_BINS * Math.min(...finest) : undefined
  }
  function home(): void {
    const [t, r] = [target(), region.value]
    if (t.place && !r) view.value = within(t.place, lengthOf(t.place.chrom))
    else if (r) view.value = viewOf(r, anchor.value, t.window, zoom.value, lengthOf(markOf(r, anchor.value).chrom), least())
  }
  watch([region, assembly, () => target().place, () => datasets.loaded], ([r]) => {
    if (!assembly.value) return
    if (r && !anchors.value.includes(anchor.value)) anchor.value = anchors.value[0]
    home()
  }, { immediate: true })
  watch(anchor, home)

  const mark = computed(() => {
    const r = region.value
    if (!r || !view.value) return null
    const of = anchors.value.length > 1 ? (['left', 'right'] as const).map((a) => markOf(r, a)) : [markOf(r, 'left')]
    return of.find((m) => m.chrom === view.value?.chrom) ?? null
  })

  /** Goes on by some regions; stops at the ends of the order. */
  function step(by: number): void {
    const n = target().order?.total ?? 0
    at.value = Math.min(n - 1, Math.max(0, at.value + by))
  }
  function go(p: Place): void {
    view.value = within(p, lengthOf(p.chrom))
  }
  function zoomBy(factor: number, share = 0.5): void {
    if (!view.value) return
    const before = view.value.end - view.value.start
    view.value = zoomed(view.value, factor, length.value, share)
    zoom.value *= (view.value.end - view.value.start) / before
  }
  function panBy(share: number): void {
    if (view.value) view.value = panned(view.value, share, length.value)
  }
  function reset(): void {
    zoom.value = 1
    home()
  }

  function toggle(id: number): void {
    const ids = chosen.value.map((d) => d.id)
    locus.choose(target().assemblyId, ids.includes(id) ? ids.filter((x) => x !== id) : [...ids, id])
  }

  return { set, assembly, at, region, regionError, anchor, anchors, view, length, mark, step, go, zoomBy, panBy, reset, allMaps, allTracks, maps, tracks, toggle, loaded: computed(() => datasets.loaded) }
}
