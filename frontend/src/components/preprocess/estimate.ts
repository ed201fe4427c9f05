import type { Estimate } from '@/api/types'
import { pipelineName } from '@/stores/runs'
import { bytes, count, duration, plural } from '@/text/units'

type Span = NonNullable<Estimate['seconds']>

/** The sum of several estimates. */
export function together(parts: Estimate[]): Estimate {
  const sum = (pick: (e: Estimate) => number): number => parts.reduce((n, e) => n + pick(e), 0)
  const span = (pick: (e: Estimate) => Span | undefined): Span | undefined => {
    const list = parts.map(pick).filter((s): s is Span => s !== undefined)
    return list.length ? { low: list.reduce((n, s) => n + s.low, 0), mid: list.reduce((n, s) => n + s.mid, 0), high: list.reduce((n, s) => n + s.high, 0) } : undefined
  }
  return {
    runs: sum((e) => e.runs), underWay: sum((e) => e.underWay), skipped: sum((e) => e.skipped), pictures: sum((e) => e.pictures),
    seconds: span((e) => e.seconds), bytes: span((e) => e.bytes), measured: Math.max(0, ...parts.map((e) => e.measured)),
    unknown: [...new Set(parts.flatMap((e) => e.unknown))],
  }
}

/** Two digits are more than an estimate knows. */
function roughly(seconds: number): string {
  if (seconds < 1) return 'under 1 s'
  const unit = seconds < 60 ? 1 : seconds < 3600 ? 60 : 3600
  const n = seconds / unit
  const rough = n < 10 ? Math.round(n) : Math.round(n / 5) * 5
  return unit === 1 ? duration(rough * 1000) : `${count(rough)} ${unit === 60 ? 'min' : 'h'}`
}

/** What a request would start and cost, in words: the line, and what it rests on. */
export function words(e: Estimate): { line: string; basis: string } {
  if (!e.runs) {
    return { line: e.underWay ? `${plural(e.underWay, 'run')} at work on it already.` : 'Nothing to compute: all of it is there.', basis: '' }
  }
  const what = `${plural(e.runs, 'run')}, ${plural(e.pictures, 'window and bin', 'windows and bins')}`
  const unknown = e.unknown.map(pipelineName).join(', ')
  if (!e.seconds || !e.bytes) return { line: `${what}. No estimate of the time: no ${unknown} has been measured on this server yet.`, basis: '' }
  const { low, mid, high } = e.seconds
  const range = roughly(low) === roughly(high) ? '' : ` (${roughly(low)} to ${roughly(high)})`
  const size = e.bytes.mid >= 1 ? `, ${bytes(Math.round(e.bytes.mid))} of results` : ''
  return {
    line: `${what}. Estimate: ${roughly(mid)} of computing${range}${size}.`,
    basis: `Worked out from the ${plural(e.measured, 'earlier run')} on this server that are most like these, by file, number of regions and number of windows. Time in the queue is not in it; several workers share it.${unknown ? ` Not in it: ${unknown}, of which none has been measured yet.` : ''}`,
  }
}
