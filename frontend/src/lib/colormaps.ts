import { CIVIDIS, COOLWARM, MAGMA, PUOR, RDBU, REDS, VIRIDIS } from './colormapTables'

export type ColormapName = 'fall' | 'viridis' | 'magma' | 'cividis' | 'Reds' | 'RdBu' | 'PuOr' | 'coolwarm'

export interface Colormap {
  name: ColormapName
  diverging: boolean
  source: string
  /** 256 × RGB, low values first. */
  table: Uint8Array
}

/** fall: white, orange, red, black at equal steps, as HiGlass and cooltools draw contact frequency. */
const FALL = 'ffffff' + 'f5a623' + 'd0021b' + '000000'

/** All maps. Diverging ones are blue or purple below the centre and red or orange above it, near white at it. */
export const COLORMAPS: Record<ColormapName, Colormap> = {
  fall: make('fall', false, 'HiGlass, cooltools: white, orange, red, black', FALL),
  viridis: make('viridis', false, 'matplotlib, van der Walt and Smith 2015', VIRIDIS),
  magma: make('magma', false, 'matplotlib, van der Walt and Smith 2015', MAGMA),
  cividis: make('cividis', false, 'Nuñez, Anderton, Renslow 2018', CIVIDIS),
  Reds: make('Reds', false, 'ColorBrewer, 9 classes', REDS),
  RdBu: make('RdBu', true, 'ColorBrewer, 11 classes, red high', RDBU),
  PuOr: make('PuOr', true, 'ColorBrewer, 11 classes, orange high', PUOR),
  coolwarm: make('coolwarm', true, 'Moreland 2009, red high', COOLWARM),
}

export const SEQUENTIAL: ColormapName[] = ['fall', 'viridis', 'magma', 'cividis', 'Reds']
export const DIVERGING: ColormapName[] = ['RdBu', 'PuOr', 'coolwarm']

function make(name: ColormapName, diverging: boolean, source: string, stops: string): Colormap {
  return { name, diverging, source, table: interpolate(stops) }
}

/** Spreads equally spaced RGB stops over 256 entries, linearly in each channel. */
function interpolate(hex: string): Uint8Array {
  const n = hex.length / 6
  const stop = (i: number, c: number) => parseInt(hex.slice(i * 6 + c * 2, i * 6 + c * 2 + 2), 16)
  const table = new Uint8Array(256 * 3)
  for (let k = 0; k < 256; k++) {
    const at = (k / 255) * (n - 1)
    const i = Math.min(n - 2, Math.floor(at))
    for (let c = 0; c < 3; c++) table[k * 3 + c] = Math.round(stop(i, c) + (stop(i + 1, c) - stop(i, c)) * (at - i))
  }
  return table
}

/** The table as packed pixels (alpha 255) for a little-endian Uint32 view of image data. */
export function packed(map: Colormap): Uint32Array {
  const out = new Uint32Array(256)
  for (let k = 0; k < 256; k++) out[k] = pack(map.table[k * 3], map.table[k * 3 + 1], map.table[k * 3 + 2])
  return out
}

export function pack(r: number, g: number, b: number): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0
}

/** '#rrggbb' as a packed pixel. */
export function packHex(hex: string): number {
  const v = parseInt(hex.slice(1), 16)
  return pack((v >> 16) & 255, (v >> 8) & 255, v & 255)
}

/** A CSS gradient of a map, for menus. */
export function cssGradient(map: Colormap): string {
  const stops = Array.from({ length: 9 }, (_, i) => {
    const k = Math.round((i / 8) * 255) * 3
    return `rgb(${map.table[k]},${map.table[k + 1]},${map.table[k + 2]})`
  })
  return `linear-gradient(to right, ${stops.join(', ')})`
}
