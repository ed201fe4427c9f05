import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'

import type { Bits } from '@/lib/selection'
import type { ValueScale } from '@/lib/valueScale'

/** What widgets on the page tell those that follow them: it depends on data, so that it is in no document. */
export interface SharedScale extends ValueScale {
  /** Of which numbers; the scale of others is no use. */
  of: string
}

export interface SharedRows {
  resultId: number
  columns: number
  /** Another track of the set, whose values the rows are sorted by. */
  by?: { resultId: number; columns: number; track: string }
}

/** Where the pointer is, as a share of the window from its left end. */
export interface SharedPlace {
  by: string
  x: number
}

/** The groups of regions of a widget: clusters, or rows that lie together. */
export interface SharedGroups {
  /** What they are: "cluster". */
  kind: string
  list: { label: string; bits: Bits; n: number }[]
}

export const useShared = defineStore('shared', () => ({
  scales: shallowReactive(new Map<string, SharedScale>()),
  /** Axes of the colour bars of facets. */
  domains: shallowReactive(new Map<string, SharedScale>()),
  rows: shallowReactive(new Map<string, SharedRows>()),
  groups: shallowReactive(new Map<string, SharedGroups>()),
  places: shallowReactive(new Map<string, SharedPlace>()),
}))
