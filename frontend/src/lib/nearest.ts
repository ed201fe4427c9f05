/** A window (half-width, 0 for interval sets) and a bin of it. */
export interface WindowBin {
  window: number
  bin: number
}

/** The pair most like the wanted one: the nearest window by ratio, then the nearest bin; null when there is none of its kind. */
export function nearestPair<P extends WindowBin>(wanted: WindowBin, have: readonly P[]): P | null {
  const kind = have.filter((p) => (p.window === 0) === (wanted.window === 0))
  const far = (a: number, b: number) => (a === b ? 0 : a > 0 && b > 0 ? Math.abs(Math.log(a / b)) : Infinity)
  return kind.toSorted((a, b) => far(a.window, wanted.window) - far(b.window, wanted.window) || far(a.bin, wanted.bin) - far(b.bin, wanted.bin))[0] ?? null
}

const FEWEST = 10
const MOST = 400

/**
 * The bins in which pictures of a window can be made: those of the grid for it; for a window that the grid has not, all bins of the
 * grid that divide it into a number of bins (2 × window / bin) that a picture can show.
 */
export function binsFor(window: number, grid: readonly WindowBin[]): number[] {
  const own = grid.filter((p) => p.window === window)
  const others = (): readonly WindowBin[] => grid.filter((p) => p.window > 0 && window % p.bin === 0 && (2 * window) / p.bin >= FEWEST && (2 * window) / p.bin <= MOST)
  return [...new Set((own.length > 0 || window <= 0 ? own : others()).map((p) => p.bin))].sort((a, b) => a - b)
}
