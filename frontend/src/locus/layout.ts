import { BAR } from '@/lib/colourBar'
import type { Rect } from '@/lib/surface'

import { DEPTH, type LocusScene } from './scene'

export const LEFT = 66
const TOP = 6
const BOTTOM = 36
const GAP = 8
const TRACK = 54
/** A track along the vertical axis of a rectangle. */
const SIDE = 34
const SIDE_GAP = 5
const LANE = 20
export const LANES = 4
const LARGEST = 280
const LARGEST_SQUARE = 480

export interface LocusLayout {
  /** From the top of the first picture to the axis. */
  plot: Rect
  maps: Rect[]
  /** Left of each rectangle, the tracks along its vertical axis. */
  sides: Rect[][]
  tracks: Rect[]
  genes: Rect
  bar: Rect | null
  height: number
}

/** One row per map, track and for the genes, all over the same stretch; the colour bar right of the maps. Rectangles are square. */
export function layoutLocus(width: number, scene: Pick<LocusScene, 'maps' | 'tracks' | 'other'>): LocusLayout {
  const strip = scene.other && scene.maps.length > 0 ? scene.other.tracks.length * (SIDE + SIDE_GAP) : 0
  const room = Math.max(60, width - LEFT - strip - BAR.total)
  const w = scene.other && scene.maps.length > 0 ? Math.min(room, LARGEST_SQUARE) : room
  // A square that leaves room stands in the middle.
  const left = LEFT + Math.floor((room - w) / 2)
  const x = left + strip
  const high = scene.other ? w : Math.round(Math.min((w * DEPTH) / 2, scene.maps.length > 1 ? LARGEST * 0.75 : LARGEST))
  let y = TOP
  const row = (h: number): Rect => {
    const r = { x, y, w, h }
    y += h + GAP
    return r
  }
  const maps = scene.maps.map(() => row(high))
  const sides = maps.map((m) => (scene.other?.tracks ?? []).map((_, k) => ({ x: left + k * (SIDE + SIDE_GAP), y: m.y, w: SIDE, h: m.h })))
  const tracks = scene.tracks.map(() => row(TRACK))
  const genes = row(LANES * LANE)
  const plot = { x, y: TOP, w, h: y - GAP - TOP }
  const last = maps.at(-1)
  const bar = last ? { x: x + w + BAR.gap, y: TOP, w: BAR.width, h: Math.min(last.y + last.h - TOP, LARGEST) - 22 } : null
  return { plot, maps, sides, tracks, genes, bar, height: y - GAP + BOTTOM }
}
