import type { Run } from '@/api/types'

const time = (iso: string | undefined): number => (iso ? Date.parse(iso) : 0)
const rank = (r: Run): number => (r.state === 'running' || r.state === 'cancelling' ? 0 : r.state === 'queued' ? 1 : 2)

/** What people look for first: at work, longest first; waiting, next first; ended, latest first. */
export function inRunOrder(runs: Run[]): Run[] {
  return [...runs].sort((a, b) => {
    const by = rank(a) - rank(b)
    if (by !== 0) return by
    if (rank(a) === 0) return time(a.startedAt) - time(b.startedAt) || a.id - b.id
    if (rank(a) === 1) return (a.position ?? Infinity) - (b.position ?? Infinity) || a.id - b.id
    return time(b.finishedAt) - time(a.finishedAt) || b.id - a.id
  })
}
