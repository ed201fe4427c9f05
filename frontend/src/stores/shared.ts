import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'

import type { ValueScale } from '@/lib/valueScale'

/** What widgets on the page tell those that follow them: it depends on data, so that it is in no document. */
export interface SharedScale extends ValueScale {
  /** Of which numbers; the scale of others is no use. */
  of: string
}

export interface SharedRows {
  resultId: number
  columns: number
}

/** Where the pointer is, as a share of the window from its left end. */
export interface SharedPlace {
  by: string
  x: number
}

export const useShared = defineStore('shared', () => ({
  scales: shallowReactive(new Map<string, SharedScale>()),
  rows: shallowReactive(new Map<string, SharedRows>()),
  places: shallowReactive(new Map<string, SharedPlace>()),
}))
