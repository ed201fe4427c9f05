import { packHex } from '@/lib/colormaps'
import type { Pixels } from '@/lib/raster'
import type { Rect } from '@/lib/surface'

import type { Mirror, Part } from './options'

/** How the layout is mapped to px: the same scale on both axes, as distances are what an embedding shows. */
export interface Frame {
  x0: number
  y0: number
  /** px per unit, with the sign of a mirrored axis. */
  sx: number
  sy: number
}

/** The ends of both axes over regions that have a place; null when none has. */
export function layoutBounds(xy: ArrayLike<number>): { x: [number, number]; y: [number, number] } | null {
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const [x, y] = [xy[i], xy[i + 1]]
    if (Number.isNaN(x) || Number.isNaN(y)) continue
    if (x < x0) x0 = x
    if (x > x1) x1 = x
    if (y < y0) y0 = y
    if (y > y1) y1 = y
  }
  return x0 <= x1 ? { x: [x0, x1], y: [y0, y1] } : null
}

const PAD = 1.08

export function frameOf(plot: Rect, xy: ArrayLike<number>, part: Part, mirror: Mirror): Frame {
  const b = layoutBounds(xy) ?? { x: [0, 1], y: [0, 1] }
  const whole = Math.min(plot.w / ((b.x[1] - b.x[0]) * PAD || 1), plot.h / ((b.y[1] - b.y[0]) * PAD || 1))
  const scale = whole * (part ? part[2] : 1)
  const [cx, cy] = part ?? [(b.x[0] + b.x[1]) / 2, (b.y[0] + b.y[1]) / 2]
  const sx = mirror === 'x' || mirror === 'both' ? -scale : scale
  // Up is positive.
  const sy = mirror === 'y' || mirror === 'both' ? scale : -scale
  return { x0: plot.x + plot.w / 2 - cx * sx, y0: plot.y + plot.h / 2 - cy * sy, sx, sy }
}

/** The part that is seen after a change of the frame by a wheel (`factor` around px x, y) or a drag (dx, dy px). */
export function moved(plot: Rect, xy: ArrayLike<number>, part: Part, mirror: Mirror, at: { x: number; y: number }, factor: number, dx = 0, dy = 0): Part {
  const f = frameOf(plot, xy, part, mirror)
  const zoom = Math.min(200, Math.max(1, (part ? part[2] : 1) * factor))
  if (zoom === 1 && factor < 1) return null
  const by = zoom / (part ? part[2] : 1)
  const middle = { x: plot.x + plot.w / 2, y: plot.y + plot.h / 2 }
  // The place under the pointer stays under it.
  const px = at.x + (middle.x - at.x) / by - dx
  const py = at.y + (middle.y - at.y) / by - dy
  return [(px - f.x0) / f.sx, (py - f.y0) / f.sy, zoom]
}

/** How many regions lie around each, from counts in a fine grid blurred twice; NaN for regions without a place. */
export function densities(xy: ArrayLike<number>): Float32Array {
  const n = xy.length / 2
  const out = new Float32Array(n).fill(NaN)
  const b = layoutBounds(xy)
  if (!b) return out
  const G = n > 10_000 ? 160 : n > 2_000 ? 100 : 50
  const step = Math.max(b.x[1] - b.x[0], b.y[1] - b.y[0]) / G || 1
  const side = G + 7
  const cell = (i: number) => (Math.floor((xy[2 * i + 1] - b.y[0]) / step) + 3) * side + Math.floor((xy[2 * i] - b.x[0]) / step) + 3
  let grid = new Float32Array(side * side)
  for (let i = 0; i < n; i++) if (!Number.isNaN(xy[2 * i])) grid[cell(i)]++
  for (const by of [1, side, 1, side]) {
    const next = new Float32Array(grid.length)
    for (let k = 2 * by; k < grid.length - 2 * by; k++) next[k] = (grid[k - 2 * by] + 2 * grid[k - by] + 3 * grid[k] + 2 * grid[k + by] + grid[k + 2 * by]) / 9
    grid = next
  }
  for (let i = 0; i < n; i++) if (!Number.isNaN(xy[2 * i])) out[i] = grid[cell(i)]
  return out
}

export function dotRadius(n: number, zoom: number): number {
  const base = n > 30_000 ? 1 : n > 8_000 ? 1.4 : n > 1_500 ? 1.9 : 2.6
  return base * Math.min(2.5, Math.sqrt(Math.sqrt(zoom)))
}

/** Discs with soft edges on the ground colour, in `order`; a colour of 0 leaves the region out. One pass, no objects. */
export function paintPoints(plot: Rect, dpr: number, xy: ArrayLike<number>, f: Frame, colours: Uint32Array, order: ArrayLike<number>, radius: number, ground: string): Pixels {
  const w = Math.max(1, Math.round(plot.w * dpr))
  const h = Math.max(1, Math.round(plot.h * dpr))
  const rgba = new Uint8ClampedArray(w * h * 4)
  const px = new Uint32Array(rgba.buffer).fill(packHex(ground))
  const r = radius * dpr
  const reach = Math.ceil(r + 0.5)
  for (let k = 0; k < order.length; k++) {
    const i = order[k]
    const colour = colours[i]
    const x = (f.x0 + xy[2 * i] * f.sx - plot.x) * dpr
    const y = (f.y0 + xy[2 * i + 1] * f.sy - plot.y) * dpr
    if (colour === 0 || !(x > -reach && y > -reach && x < w + reach && y < h + reach)) continue
    const [x0, x1] = [Math.max(0, Math.floor(x) - reach), Math.min(w - 1, Math.floor(x) + reach)]
    const [y0, y1] = [Math.max(0, Math.floor(y) - reach), Math.min(h - 1, Math.floor(y) + reach)]
    for (let v = y0; v <= y1; v++) {
      for (let u = x0; u <= x1; u++) {
        const cover = r + 0.5 - Math.sqrt((u + 0.5 - x) ** 2 + (v + 0.5 - y) ** 2)
        if (cover <= 0) continue
        const at = v * w + u
        px[at] = cover >= 1 ? colour : blend(px[at], colour, cover)
      }
    }
  }
  return { width: w, height: h, rgba }
}

function blend(under: number, over: number, share: number): number {
  const mix = (shift: number) => Math.round(((under >> shift) & 255) * (1 - share) + ((over >> shift) & 255) * share) << shift
  return (0xff000000 | mix(16) | mix(8) | mix(0)) >>> 0
}

/** The region whose dot is nearest to a place, within `reach` px; −1 when there is none. */
export function nearestPoint(xy: ArrayLike<number>, f: Frame, x: number, y: number, reach: number): number {
  let best = -1
  let least = reach * reach
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const d = (f.x0 + xy[i] * f.sx - x) ** 2 + (f.y0 + xy[i + 1] * f.sy - y) ** 2
    if (d <= least) {
      least = d
      best = i / 2
    }
  }
  return best
}
