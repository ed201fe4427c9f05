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
