import { MISSING } from './valueScale'

/** Colours of a raster: a packed table and the two greys of the hatch that marks missing data. */
export interface Palette {
  table: Uint32Array
  hatch: [number, number]
}

/** RGBA pixels, row by row. */
export interface Pixels {
  width: number
  height: number
  rgba: Uint8ClampedArray<ArrayBuffer>
}

/** Width in device pixels of one stripe of the hatch, so that it looks alike on every screen. */
export function hatchStripe(dpr: number): number {
  return Math.max(1, Math.round(2 * dpr))
}

/**
 * Paints table indices (rows × cols, MISSING = no data) into width × height device pixels. Every pixel shows the cell it lies
 * in: nothing is interpolated. Missing cells get diagonal stripes that run on from cell to cell.
 */
export function rasterise(
  index: Uint16Array, rows: number, cols: number, width: number, height: number, palette: Palette, stripe: number, reuse?: Pixels,
): Pixels {
  const out = reuse?.width === width && reuse.height === height
    ? reuse
    : { width, height, rgba: new Uint8ClampedArray(width * height * 4) }
  const px = new Uint32Array(out.rgba.buffer)
  const colOf = cellOf(cols, width)
  const rowOf = cellOf(rows, height)
  const { table, hatch } = palette
  for (let y = 0; y < height; y++) {
    const base = rowOf[y] * cols
    const line = y * width
    if (y > 0 && rowOf[y] === rowOf[y - 1] && !missingIn(index, base, cols)) {
      px.copyWithin(line, line - width, line)
      continue
    }
    for (let x = 0; x < width; x++) {
      const k = index[base + colOf[x]]
      px[line + x] = k === MISSING ? hatch[Math.floor((x + y) / stripe) & 1] : table[k]
    }
  }
  return out
}

function missingIn(index: Uint16Array, from: number, n: number): boolean {
  for (let i = from; i < from + n; i++) if (index[i] === MISSING) return true
  return false
}

/** The cell under the middle of every pixel. */
function cellOf(cells: number, pixels: number): Uint32Array {
  const out = new Uint32Array(pixels)
  for (let p = 0; p < pixels; p++) out[p] = Math.min(cells - 1, Math.floor(((p + 0.5) * cells) / pixels))
  return out
}
