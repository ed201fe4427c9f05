/** Height in px of one row of the page's grid: panels take as many as they are high, so that no row waits for its highest one. */
export const ROW_UNIT = 2

/** How many rows of the grid an element of this height takes, with the gap below it. */
export function rowSpan(height: number, gap: number): number {
  return Math.max(1, Math.ceil((height + gap) / ROW_UNIT))
}

/**
 * How many columns the page has: as many as fit, but no more than rows of panels with these spans can fill, so that with room for
 * three columns panels of two do not leave a third of the page empty for ever.
 */
export function pageColumns(fitting: number, spans: number[]): number {
  if (spans.length === 0 || spans.some((s) => s >= fitting)) return fitting
  const filled = [true]
  for (let n = 1; n <= fitting; n++) filled[n] = spans.some((s) => filled[n - s])
  return filled.lastIndexOf(true)
}
