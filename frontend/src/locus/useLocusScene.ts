import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { annotations, genes as geneCalls, type Gene } from '@/api/genes'
import { asApiError, isAbort } from '@/api/errors'
import { contactsPath, signalPath } from '@/api/locus'
import type { NpyArray } from '@/api/npy'
import type { Dataset } from '@/api/types'
import { formatBp } from '@/lib/format'
import type { Place } from '@/lib/place'
import type { ValueScale } from '@/lib/valueScale'

import { autoBin, binFits, mapFacts, mapStretch, trackStretch, type LocusMap, type LocusMark, type LocusOptions, type LocusScene, type LocusTrack } from './scene'
import { useLocusLoads } from './useLocusLoads'

export interface LocusAsked {
  assemblyId: number
  place: Place | null
  /** Of the chromosome. */
  length: number
  mark: LocusMark | null
  maps: Dataset[]
  tracks: Dataset[]
  /** 0: chosen by the view. */
  bin: number
  raw: boolean
  options: LocusOptions
}

const SIGNAL_BINS = 1000
const MOST_GENES = 1000
const REST_MS = 120

/** The weight column that a level of a map is shown with: cooler's own, or else its first; "" = it has none. */
export function weightOf(d: Dataset, bin: number): string {
  const names = d.facts.contacts?.resolutions.find((r) => r.binSize === bin)?.weights.map((w) => w.name) ?? []
  return names.includes('weight') ? 'weight' : (names[0] ?? '')
}

export function resolutionsOf(d: Dataset): number[] {
  return (d.facts.contacts?.resolutions ?? []).map((r) => r.binSize)
}

/** The bin size of a map: the one asked for where it has it and it fits, else what suits the view. */
export function binOf(d: Dataset, asked: number, place: Place, length: number): number {
  const all = resolutionsOf(d)
  return asked > 0 && all.includes(asked) && binFits(asked, place, length) ? asked : autoBin(all, place)
}

/** Everything that the figure shows, of what was asked for; what lies outside the view is loaded a little later. */
export function useLocusScene(asked: () => LocusAsked, live: Ref<ValueScale | undefined>): {
  scene: ComputedRef<LocusScene | null>
  busy: ComputedRef<boolean>
  problems: ComputedRef<{ key: string; name: string; message: string }[]>
  retry: (key: string) => void
} {
  /** Where the view came to rest: data are asked for from there. */
  const rest = shallowRef<Place | null>(null)
  watch(
    () => asked().place,
    (p, old, onCleanup) => {
      if (!p || !old || p.chrom !== old.chrom) {
        rest.value = p
        return
      }
      const t = setTimeout(() => (rest.value = p), REST_MS)
      onCleanup(() => clearTimeout(t))
    },
    { immediate: true },
  )

  const mapLoads = useLocusLoads<LocusMap & { chrom: string; weight: string }>(() => {
    const [a, p] = [asked(), rest.value]
    if (!p) return []
    return a.maps.map((d) => {
      const bin = binOf(d, a.bin, p, a.length)
      const weight = a.raw ? '' : weightOf(d, bin)
      const s = mapStretch(p, a.length)
      const start = Math.floor(s.start / bin) * bin
      return {
        key: `map:${d.id}`, path: contactsPath(d, { chrom: p.chrom, ...s }, bin, weight),
        read: (x: NpyArray) => ({ id: d.id, name: d.name, start, end: start + x.shape[0] * bin, bin, n: x.shape[0], values: floats(x), chrom: p.chrom, weight }),
      }
    })
  })
  const trackLoads = useLocusLoads<LocusTrack & { chrom: string }>(() => {
    const [a, p] = [asked(), rest.value]
    if (!p) return []
    return a.tracks.map((d) => {
      const s = trackStretch(p, a.length)
      const bins = Math.max(1, Math.min(s.end - s.start, Math.round((SIGNAL_BINS * (s.end - s.start)) / (p.end - p.start))))
      return {
        key: `track:${d.id}`, path: signalPath(d, { chrom: p.chrom, ...s }, bins),
        read: (x: NpyArray) => {
          const v = floats(x)
          return { id: d.id, name: d.name, ...s, mean: v.subarray(0, bins), min: v.subarray(bins, 2 * bins), max: v.subarray(2 * bins), chrom: p.chrom }
        },
      }
    })
  })
  const { genes, note } = useLocusGenes(() => asked().assemblyId, () => rest.value, () => asked().length)

  const shown = computed(() => {
    const a = asked()
    return a.maps.flatMap((d) => {
      const m = mapLoads.loads.get(`map:${d.id}`)?.value
      return m && m.chrom === a.place?.chrom ? [m] : []
    })
  })
  // Colours hold still while the view moves over what is there already.
  const facts = computed(() => mapFacts(shown.value, rest.value ?? { start: 0, end: 1 }, asked().options.scale))

  const scene = computed<LocusScene | null>(() => {
    const a = asked()
    const p = a.place
    if (!p) return null
    const row = <T extends { chrom: string }>(l: { value: T | null; error: string; loading: boolean } | undefined): { data: T | null; note: string } =>
      ({ data: l?.value?.chrom === p.chrom ? l.value : null, note: l?.error || (l?.loading === false ? '' : 'Loading …') })
    return {
      ...p, length: a.length, mark: a.mark, options: a.options, facts: facts.value, live: live.value, value: a.raw ? 'contacts (counts)' : 'balanced contact frequency',
      maps: a.maps.map((d) => {
        const r = row(mapLoads.loads.get(`map:${d.id}`))
        return { ...r, name: r.data && !a.raw && !r.data.weight ? `${d.name} (counts: bins of ${formatBp(r.data.bin)} have no weights)` : d.name }
      }),
      tracks: a.tracks.map((d) => ({ ...row(trackLoads.loads.get(`track:${d.id}`)), name: d.name })),
      genes: genes.value, genesNote: note.value,
    }
  })

  return {
    scene,
    busy: computed(() => mapLoads.busy.value || trackLoads.busy.value),
    problems: computed(() => [...asked().maps.map((d) => [`map:${d.id}`, d.name, mapLoads.loads] as const), ...asked().tracks.map((d) => [`track:${d.id}`, d.name, trackLoads.loads] as const)].flatMap(([key, name, loads]) => {
      const message = loads.get(key)?.error
      return message ? [{ key, name, message }] : []
    })),
    retry: (key) => {
      mapLoads.retry(key)
      trackLoads.retry(key)
    },
  }
}

function floats(a: NpyArray): Float32Array {
  return a.data instanceof Float32Array ? a.data : Float32Array.from(a.data as ArrayLike<number>)
}

/** The genes around a view, or why there are none. */
function useLocusGenes(assembly: () => number, place: () => Place | null, length: () => number): { genes: Ref<Gene[] | null>; note: Ref<string> } {
  const genes = shallowRef<Gene[] | null>(null)
  const note = shallowRef('')
  const known = new Map<number, boolean>()
  watch(
    [assembly, place] as const,
    async ([id, p], _old, onCleanup) => {
      if (!id || !p) return
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      try {
        if (!known.has(id)) known.set(id, (await annotations.list(id, abort.signal)).length > 0)
        if (!known.get(id)) {
          genes.value = []
          note.value = 'No gene annotation for this assembly yet: add one on its page.'
          return
        }
        const s = trackStretch(p, length())
        const found = await geneCalls.within(id, p.chrom, s.start, s.end, MOST_GENES, abort.signal)
        genes.value = found
        note.value = found.length >= MOST_GENES ? `the first ${MOST_GENES} genes only` : found.length === 0 ? 'No gene here.' : ''
      } catch (e) {
        if (isAbort(e)) return
        genes.value = []
        note.value = `Genes cannot be read: ${asApiError(e).message}`
      }
    },
    { immediate: true },
  )
  return { genes, note }
}
