/** Sizes, times and counts as people say them. */

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let v = n
  let u = -1
  do {
    v /= 1000
    u++
  } while (v >= 999.5 && u < units.length - 1)
  return `${v >= 100 ? v.toFixed(0) : v.toPrecision(3)} ${units[u]}`
}

export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** "1 region", "2,434 regions". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** A duration in ms: "< 0.1 s", "0.4 s", "12 s", "3 min 20 s", "2 h 5 min". */
export function duration(ms: number): string {
  if (ms < 0) return '0 s'
  const s = ms / 1000
  if (s < 0.05) return '< 0.1 s'
  if (s < 9.95) return `${s.toFixed(1)} s`
  const whole = Math.round(s)
  if (whole < 60) return `${whole} s`
  const min = Math.floor(whole / 60)
  if (min < 60) return `${min} min ${whole % 60} s`
  return `${Math.floor(min / 60)} h ${min % 60} min`
}

/** "just now", "5 min ago", "yesterday 14:02", or the date. */
export function ago(iso: string, now = Date.now()): string {
  const t = new Date(iso)
  const s = (now - t.getTime()) / 1000
  if (s < 45) return 'just now'
  if (s < 3600) return `${Math.max(1, Math.round(s / 60))} min ago`
  const clock = t.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  const today = new Date(now)
  if (t.toDateString() === today.toDateString()) return `today ${clock}`
  const yesterday = new Date(now - 86_400_000)
  if (t.toDateString() === yesterday.toDateString()) return `yesterday ${clock}`
  return t.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

export function fullTime(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
}
