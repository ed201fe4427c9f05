import { packHex } from '@/lib/colormaps'
import type { Palette, Pixels } from '@/lib/raster'
import { MISSING } from '@/lib/valueScale'

import type { LocusMap, Stretch } from './scene'

/**
 * Paints the contacts over a view turned by 45°: a pixel at height h above the lower edge is the pair of places that lie the
 * distance 2·h·(bp per pixel) apart around its position. Nothing is interpolated. Masked cells are hatched; pairs with a place
 * outside the chromosome, or outside of what was read, have the colour of the ground.
 */
export function paintTriangle(index: Uint16Array, map: LocusMap, view: Stretch, width: number, height: number, colours: Palette, ground: string, stripe: number): Pixels {
  const rgba = new Uint8ClampedArray(width * height * 4)
  const px = new Uint32Array(rgba.buffer)
  const none = packHex(ground)
  const bpp = (view.end - view.start) / width
  const { n, bin, start } = map
  for (let y = 0; y < height; y++) {
    const half = (height - y - 0.5) * bpp
    const line = y * width
    for (let x = 0; x < width; x++) {
      const at = view.start + (x + 0.5) * bpp
      const i = Math.floor((at - half - start) / bin)
      const j = Math.floor((at + half - start) / bin)
      if (i < 0 || j >= n) {
        px[line + x] = none
        continue
      }
      const k = index[i * n + j]
      px[line + x] = k === MISSING ? colours.hatch[Math.floor((x + y) / stripe) & 1] : colours.table[k]
    }
  }
  return { width, height, rgba }
}

/** The bins of a map that are painted at a place of its picture: position in the view, height in px above its lower edge. */
export function pairAt(map: LocusMap, view: Stretch, width: number, x: number, above: number): { i: number; j: number } | null {
  const bpp = (view.end - view.start) / width
  const at = view.start + x * bpp
  const i = Math.floor((at - above * bpp - map.start) / map.bin)
  const j = Math.floor((at + above * bpp - map.start) / map.bin)
  return i < 0 || j >= map.n || above < 0 ? null : { i, j }
}
