import { computed, ref, shallowRef, watch } from 'vue'

import { assemblies as assemblyCalls, datasets as datasetCalls } from '@/api/calls'
import { asApiError, isAbort } from '@/api/errors'
import type { Assembly, Dataset, Region } from '@/api/types'
import type { Place } from '@/lib/place'
import { useAssemblies } from '@/stores/assemblies'
import { useDatasets } from '@/stores/datasets'
import { useLocus, type LocusTarget } from '@/stores/locus'

import { anchorsOf, LEAST_BINS, markOf, pairViews, panned, regionText, usualAnchor, viewOf, within, zoomed, type Anchor } from './region'

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
  const wanted = ref<Anchor | null>(target().anchor ?? null)
  /** How much closer or farther than its own surroundings people look; it stays from one region to the next. */
  const zoom = ref(1)
  const view = shallowRef<Place | null>(null)
  /** The vertical axis of a rectangle. */
  const other = shallowRef<Place | null>(null)

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

  /** The place of the target is on show: only the first region is shown there, the next ones in their surroundings. */
  let given = target().place !== null
  watch(target, (t) => {
    at.value = t.at
    zoom.value = 1
    if (t.anchor) wanted.value = t.anchor
    given = t.place !== null
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
  const anchor = computed<Anchor>(() => {
    const r = region.value
    if (!r) return 'both'
    return wanted.value && anchorsOf(r).includes(wanted.value) ? wanted.value : usualAnchor(r)
  })
  /** So that the finest map on show has some bins across. */
  function least(): number | undefined {
    const finest = maps.value.map((d) => Math.min(...(d.facts.contacts?.resolutions ?? []).map((x) => x.binSize))).filter(Number.isFinite)
    return finest.length > 0 ? LEAST_BINS * Math.min(...finest) : undefined
  }
  function home(): void {
    const [t, r] = [target(), region.value]
    if (t.place && (given || !r)) {
      view.value = within(t.place, lengthOf(t.place.chrom))
      other.value = t.other ? within(t.other, lengthOf(t.other.chrom)) : null
    } else if (r && anchor.value === 'pair') {
      const { rows, cols } = pairViews(r, t.window, zoom.value, lengthOf, least())
      view.value = cols
      other.value = rows
    } else if (r) {
      view.value = viewOf(r, anchor.value, t.window, zoom.value, lengthOf(markOf(r, anchor.value).chrom), least())
      other.value = null
    }
  }
  watch([region, assembly, () => target().place, () => datasets.loaded], () => {
    if (assembly.value) home()
  }, { immediate: true })
  function setAnchor(a: Anchor): void {
    wanted.value = a
    given = false
    home()
  }

  const mark = computed(() => {
    const r = region.value
    if (!r || !view.value) return null
    const second = { start: r.start2 ?? 0, end: r.end2 ?? 0 }
    if (other.value) return r.chrom2 === view.value.chrom ? { label: regionText(r), spans: [second] } : null
    const of = anchors.value.length > 1 ? (['left', 'right'] as const).map((a) => markOf(r, a)) : [markOf(r, 'left')]
    return of.find((m) => m.chrom === view.value?.chrom) ?? null
  })
  const side = computed(() => {
    const [r, p] = [region.value, other.value]
    return p && { ...p, length: lengthOf(p.chrom), spans: r?.chrom === p.chrom ? [{ start: r.start, end: r.end }] : [] }
  })

  /** Goes on by some regions; stops at the ends of the order. */
  function step(by: number): void {
    given = false
    const n = target().order?.total ?? 0
    at.value = Math.min(n - 1, Math.max(0, at.value + by))
  }
  function go(p: Place): void {
    view.value = within(p, lengthOf(p.chrom))
    other.value = null
  }
  /** Around shares of the view; both axes of a rectangle alike. */
  function zoomBy(factor: number, share = 0.5, down = 0.5): void {
    const [p, q] = [view.value, other.value]
    if (!p) return
    const before = p.end - p.start
    const least = q ? Math.min(lengthOf(p.chrom), lengthOf(q.chrom)) / before : factor
    const f = Math.min(factor, least)
    view.value = zoomed(p, f, length.value, share)
    if (q) other.value = zoomed(q, f, lengthOf(q.chrom), down)
    zoom.value *= (view.value.end - view.value.start) / before
  }
  function panBy(share: number, down = 0): void {
    if (view.value && share !== 0) view.value = panned(view.value, share, length.value)
    if (other.value && down !== 0) other.value = panned(other.value, down, lengthOf(other.value.chrom))
  }
  function reset(): void {
    zoom.value = 1
    given = false
    home()
  }

  function toggle(id: number): void {
    const ids = chosen.value.map((d) => d.id)
    locus.choose(target().assemblyId, ids.includes(id) ? ids.filter((x) => x !== id) : [...ids, id])
  }

  return { set, assembly, at, region, regionError, anchor, anchors, setAnchor, wanted, view, other, side, length, mark, step, go, zoomBy, panBy, reset, allMaps, allTracks, maps, tracks, toggle, loaded: computed(() => datasets.loaded) }
}
