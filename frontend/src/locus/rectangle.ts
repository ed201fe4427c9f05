import type { Palette, Pixels } from '@/lib/raster'
import { packHex } from '@/lib/colormaps'
import { MISSING } from '@/lib/valueScale'

import type { LocusMap, Stretch } from './scene'

/**
 * Paints the contacts of two stretches: columns along `view`, rows along `other`, from its beginning at the top. Nothing is
 * interpolated. Masked cells are hatched; places outside of what was read have the colour of the ground.
 */
export function paintRectangle(index: Uint16Array, map: LocusMap, view: Stretch, other: Stretch, width: number, height: number, colours: Palette, ground: string, stripe: number): Pixels {
  const rgba = new Uint8ClampedArray(width * height * 4)
  const px = new Uint32Array(rgba.buffer)
  const none = packHex(ground)
  const rows = map.rows ?? map
  const cells = (of: Stretch & { n: number }, shown: Stretch, pixels: number): Int32Array =>
    Int32Array.from({ length: pixels }, (_, p) => {
      const k = Math.floor((shown.start + ((p + 0.5) * (shown.end - shown.start)) / pixels - of.start) / map.bin)
      return k >= of.n ? -1 : k
    })
  const [colOf, rowOf] = [cells(map, view, width), cells(rows, other, height)]
  for (let y = 0; y < height; y++) {
    const line = y * width
    for (let x = 0; x < width; x++) {
      if (rowOf[y] < 0 || colOf[x] < 0) {
        px[line + x] = none
        continue
      }
      const k = index[rowOf[y] * map.n + colOf[x]]
      px[line + x] = k === MISSING ? colours.hatch[Math.floor((x + y) / stripe) & 1] : colours.table[k]
    }
  }
  return { width, height, rgba }
}

/** The bins that are painted at a place of the picture, given as shares of its width and height: row i, column j. */
export function cellAt(map: LocusMap, view: Stretch, other: Stretch, x: number, y: number): { i: number; j: number } | null {
  const rows = map.rows ?? map
  const j = Math.floor((view.start + x * (view.end - view.start) - map.start) / map.bin)
  const i = Math.floor((other.start + y * (other.end - other.start) - rows.start) / map.bin)
  return i < 0 || j < 0 || i >= rows.n || j >= map.n ? null : { i, j }
}
