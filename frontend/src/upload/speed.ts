import { bytes, duration } from '@/text/units'

const WINDOW_MS = 10_000

/** How fast bytes have gone in the last seconds, and how long the rest will take. */
export class Speed {
  private samples: { at: number; sent: number }[] = []

  add(sent: number, at = performance.now()): void {
    const last = this.samples.at(-1)
    if (last && sent < last.sent) this.samples = [] // a piece is sent again
    this.samples.push({ at, sent })
    while (this.samples.length > 2 && at - this.samples[0].at > WINDOW_MS) this.samples.shift()
  }

  /** Bytes per second; 0 when there is nothing to go by yet. */
  perSecond(): number {
    const first = this.samples[0]
    const last = this.samples.at(-1)
    if (!first || !last || last.at - first.at < 500) return 0
    return ((last.sent - first.sent) / (last.at - first.at)) * 1000
  }

  /** "12.3 MB/s, about 2 min left", or "". */
  text(total: number): string {
    const v = this.perSecond()
    const last = this.samples.at(-1)
    if (v <= 0 || !last) return ''
    const left = ((total - last.sent) / v) * 1000
    return left < 2000 ? `${bytes(v)}/s` : `${bytes(v)}/s, about ${duration(left)} left`
  }
}
