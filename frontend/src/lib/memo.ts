/** Keeps the last answer of a function of two numbers: pictures are asked for again and again at one size. */
export function lastBySize<T>(make: (width: number, height: number) => T): (width: number, height: number) => T {
  let last: { width: number; height: number; made: T } | null = null
  return (width, height) => {
    if (last?.width !== width || last.height !== height) last = { width, height, made: make(width, height) }
    return last.made
  }
}
