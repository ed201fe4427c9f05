/** Where a box of this size goes beside a point so that it stays between `from` and `to`: after the point where there is room, else before it, else at the end. */
export function placeBeside(at: number, size: number, from: number, to: number, gap: number): number {
  if (at + gap + size <= to) return at + gap
  if (at - gap - size >= from) return at - gap - size
  return Math.max(from, to - size)
}
