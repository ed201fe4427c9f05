export interface Place {
  chrom: string
  start: number
  end: number
}

/** A stretch as browsers write it, counted from 1 with the end included: "chr1:1,000-2,000". Half-open from 0 here. */
export function parsePlace(text: string): Place | null {
  const m = /^\s*([^\s:]+):([\d,]+)\s*[-–]\s*([\d,]+)\s*$/.exec(text)
  if (!m) return null
  const start = Number(m[2].replaceAll(',', '')) - 1
  const end = Number(m[3].replaceAll(',', ''))
  return start >= 0 && end > start ? { chrom: m[1], start, end } : null
}

export function placeText(p: Place): string {
  return `${p.chrom}:${(p.start + 1).toLocaleString('en-US')}-${p.end.toLocaleString('en-US')}`
}
