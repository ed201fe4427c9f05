import { BAR } from '@/lib/colourBar'
import type { Rect } from '@/lib/surface'

import { DEPTH, type LocusScene } from './scene'

export const LEFT = 66
const TOP = 6
const BOTTOM = 36
const GAP = 8
const TRACK = 54
const LANE = 20
export const LANES = 4
const LARGEST = 280

export interface LocusLayout {
  /** From the top of the first picture to the axis. */
  plot: Rect
  maps: Rect[]
  tracks: Rect[]
  genes: Rect
  bar: Rect | null
  height: number
}

/** One row per map, track and for the genes, all over the same stretch; the colour bar right of the maps. */
export function layoutLocus(width: number, scene: Pick<LocusScene, 'maps' | 'tracks'>): LocusLayout {
  const w = Math.max(60, width - LEFT - BAR.total)
  const high = Math.round(Math.min((w * DEPTH) / 2, scene.maps.length > 1 ? LARGEST * 0.75 : LARGEST))
  let y = TOP
  const row = (h: number): Rect => {
    const r = { x: LEFT, y, w, h }
    y += h + GAP
    return r
  }
  const maps = scene.maps.map(() => row(high))
  const tracks = scene.tracks.map(() => row(TRACK))
  const genes = row(LANES * LANE)
  const plot = { x: LEFT, y: TOP, w, h: y - GAP - TOP }
  const last = maps.at(-1)
  const bar = last ? { x: LEFT + w + BAR.gap, y: TOP, w: BAR.width, h: Math.min(last.y + last.h - TOP, LARGEST) - 22 } : null
  return { plot, maps, tracks, genes, bar, height: y - GAP + BOTTOM }
}
