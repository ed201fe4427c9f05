import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { contactsPath, signalPath } from '@/api/locus'
import type { NpyArray } from '@/api/npy'
import type { Dataset } from '@/api/types'
import { formatBp } from '@/lib/format'
import type { Place } from '@/lib/place'
import { defaultWeight } from '@/lib/resultParams'
import type { ValueScale } from '@/lib/valueScale'

import { autoBin, binFits, mapFacts, mapStretch, trackStretch, type LocusMap, type LocusMark, type LocusScene, type LocusTrack, type Stretch } from './scene'
import { useLocusGenes } from './useLocusGenes'
import { useLocusLoads } from './useLocusLoads'
import { lacking, viewOf, type LocusOptions } from './values'

export interface LocusAsked {
  assemblyId: number
  place: Place | null
  /** Of the chromosome. */
  length: number
  mark: LocusMark | null
  /** The place on the vertical axis of a rectangle; null: a triangle. */
  other: (Place & { length: number; spans: Stretch[] }) | null
  maps: Dataset[]
  tracks: Dataset[]
  /** 0: chosen by the view. */
  bin: number
  options: LocusOptions
}

/** A map as it was asked for: of which chromosomes. */
type LoadedMap = LocusMap & { chrom: string; otherChrom: string }

const SIGNAL_BINS = 1000
const REST_MS = 120

export function resolutionsOf(d: Dataset): number[] {
  return (d.facts.contacts?.resolutions ?? []).map((r) => r.binSize)
}

/** The bin size of a map: the one asked for where it has it and it fits, else what suits the view. */
export function binOf(d: Dataset, asked: number, place: Place, length: number, pair = false): number {
  const all = resolutionsOf(d)
  return asked > 0 && all.includes(asked) && binFits(asked, place, length, pair) ? asked : autoBin(all, place, pair)
}

/** Everything that the figure shows, of what was asked for; what lies outside the view is loaded a little later. */
export function useLocusScene(asked: () => LocusAsked, live: Ref<ValueScale | undefined>): {
  scene: ComputedRef<LocusScene | null>
  busy: ComputedRef<boolean>
  problems: ComputedRef<{ key: string; name: string; message: string }[]>
  retry: (key: string) => void
} {
  /** Where the view came to rest: data are asked for from there. */
  const rest = shallowRef<{ place: Place; other: Place | null } | null>(null)
  watch(
    () => [asked().place, asked().other] as const,
    ([place, other], old, onCleanup) => {
      const at = place && { place, other }
      if (!at || !old?.[0] || place.chrom !== old[0].chrom || other?.chrom !== old[1]?.chrom) {
        rest.value = at
        return
      }
      const t = setTimeout(() => (rest.value = at), REST_MS)
      onCleanup(() => clearTimeout(t))
    },
    { immediate: true },
  )
  const settings = (d: Dataset): { bin: number; weight: string; lacks: string } => {
    const [a, at] = [asked(), rest.value]
    if (!at) return { bin: 0, weight: '', lacks: '' }
    const bin = binOf(d, a.bin, at.place, a.length, at.other !== null)
    const weight = a.options.value === 'raw' ? '' : defaultWeight(d)
    return { bin, weight, lacks: lacking(d, bin, a.options.value, weight, formatBp(bin)) }
  }

  const mapLoads = useLocusLoads<LoadedMap>(() => {
    const [a, at] = [asked(), rest.value]
    if (!at) return []
    return a.maps.flatMap((d) => {
      const { bin, weight, lacks } = settings(d)
      if (lacks) return []
      const { value } = a.options
      const stretch = (p: Place, length: number): Place => ({ chrom: p.chrom, ...(at.other ? trackStretch(p, length) : mapStretch(p, length)) })
      const cols = stretch(at.place, a.length)
      const rows = at.other && a.other ? stretch(at.other, a.other.length) : null
      const binned = (p: Place, n: number): { start: number; end: number; n: number } => {
        const start = Math.floor(p.start / bin) * bin
        return { start, end: start + n * bin, n }
      }
      return [{
        key: `map:${d.id}`, path: contactsPath(d, rows ? [rows, cols] : [cols], bin, value, weight),
        read: (x: NpyArray) => ({
          id: d.id, name: d.name, bin, value, weight, values: floats(x), chrom: cols.chrom, otherChrom: rows?.chrom ?? '',
          ...binned(cols, x.shape[1]), ...(rows ? { rows: binned(rows, x.shape[0]) } : {}),
        }),
      }]
    })
  })
  const signals = (place: () => Place | null, length: () => number) =>
    useLocusLoads<LocusTrack & { chrom: string }>(() => {
      const p = place()
      if (!p) return []
      return asked().tracks.map((d) => {
        const s = trackStretch(p, length())
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
  const trackLoads = signals(() => rest.value?.place ?? null, () => asked().length)
  const sideLoads = signals(() => rest.value?.other ?? null, () => asked().other?.length ?? 0)
  const { genes, note } = useLocusGenes(() => asked().assemblyId, () => rest.value?.place ?? null, () => asked().length)

  /** Of this place and kind of number: what came last stays on show while the view moves, but not under a wrong name. */
  const mapOf = (d: Dataset): LoadedMap | null => {
    const a = asked()
    const m = mapLoads.loads.get(`map:${d.id}`)?.value
    return m && m.chrom === a.place?.chrom && m.otherChrom === (a.other?.chrom ?? '') && m.value === a.options.value ? m : null
  }
  // Colours hold still while the view moves over what is there already.
  const facts = computed(() => mapFacts(asked().maps.flatMap((d) => mapOf(d) ?? []), rest.value?.place ?? { start: 0, end: 1 }, viewOf(asked().options).scale, rest.value?.other))
  const waiting = (l: { error: string; loading: boolean } | undefined): string => l?.error || (l?.loading === false ? '' : 'Loading …')

  const scene = computed<LocusScene | null>(() => {
    const a = asked()
    const p = a.place
    if (!p) return null
    const track = (loads: typeof trackLoads, d: Dataset, chrom: string): LocusTrack | null => {
      const t = loads.loads.get(`track:${d.id}`)?.value
      return t?.chrom === chrom ? t : null
    }
    return {
      ...p, length: a.length, mark: a.mark, options: a.options, facts: facts.value, live: live.value,
      other: a.other && { ...a.other, tracks: a.tracks.map((d) => track(sideLoads, d, a.other?.chrom ?? '')) },
      maps: a.maps.map((d) => {
        const data = mapOf(d)
        return { data, name: d.name, note: data ? '' : settings(d).lacks || waiting(mapLoads.loads.get(`map:${d.id}`)) }
      }),
      tracks: a.tracks.map((d) => ({ data: track(trackLoads, d, p.chrom), note: waiting(trackLoads.loads.get(`track:${d.id}`)), name: d.name })),
      genes: genes.value, genesNote: note.value,
    }
  })

  return {
    scene,
    busy: computed(() => mapLoads.busy.value || trackLoads.busy.value || sideLoads.busy.value),
    problems: computed(() => [...asked().maps.map((d) => [`map:${d.id}`, d.name, mapLoads.loads] as const), ...asked().tracks.map((d) => [`track:${d.id}`, d.name, trackLoads.loads] as const)].flatMap(([key, name, loads]) => {
      const message = loads.get(key)?.error
      return message ? [{ key, name, message }] : []
    })),
    retry: (key) => {
      mapLoads.retry(key)
      trackLoads.retry(key)
      sideLoads.retry(key)
    },
  }
}

function floats(a: NpyArray): Float32Array {
  return a.data instanceof Float32Array ? a.data : Float32Array.from(a.data as ArrayLike<number>)
}
