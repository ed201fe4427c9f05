import type { Change } from '@/api/admin'
import { bytes, duration } from '@/text/units'

const titles: Record<string, string> = {
  queue: 'Queue', pipeline: 'Pipeline', grid: 'Windows and bins', workers: 'All workers', registration: 'Registration', limits: 'Space limits',
  quota: 'Quota', user: 'Account', invitation: 'Invitation', repository: 'Repository', run: 'Runs', storage: 'Storage',
}

export const kindTitle = (kind: string): string => titles[kind] ?? kind
export const kindItems = [{ value: '', title: 'Everything' }, ...Object.entries(titles).map(([value, title]) => ({ value, title }))]

export interface Difference {
  name: string
  before?: string
  after?: string
}

/** What counts changes and moments is no news: they change with everything. */
const silent = new Set(['version', 'since', 'id', 'name', 'pipeline'])
const words: Record<string, string> = {
  mode: 'mode', concurrency: 'runs at once per worker', weight: 'weight', memory: 'memory', queue: 'queue', priority: 'priority', timeoutSeconds: 'time limit',
  maxAttempts: 'attempts', enabled: 'switched on', slots: 'runs at once over all queues', quotaBytes: 'quota', reserveBytes: 'reserve', keepHours: 'unfinished uploads kept, hours',
  expired: 'datasets deleted for good', condemned: 'unused files put aside', putBack: 'files put back', purged: 'unused files deleted', purgedBytes: 'space given back', temporary: 'temporary files deleted', annotations: 'half-loaded annotations deleted', tables: 'unused tables deleted', notices: 'old notifications deleted',
}

/** What differs between before and after, member by member; of lists what was added and what was removed. */
export function differences(c: Pick<Change, 'before' | 'after'>): Difference[] {
  const { before, after } = c as { before: unknown; after: unknown }
  if (Array.isArray(before) || Array.isArray(after)) {
    const [was, now] = [before, after].map((list) => ((list ?? []) as unknown[]).map((v) => text('', v)))
    const gone = was.filter((v) => !now.includes(v))
    const fresh = now.filter((v) => !was.includes(v))
    return [
      ...(gone.length ? [{ name: 'removed', after: gone.join(', ') }] : []),
      ...(fresh.length ? [{ name: 'added', after: fresh.join(', ') }] : []),
    ]
  }
  const was = (before ?? {}) as Record<string, unknown>
  const now = (after ?? {}) as Record<string, unknown>
  return [...new Set([...Object.keys(was), ...Object.keys(now)])]
    .filter((k) => !silent.has(k) && JSON.stringify(was[k]) !== JSON.stringify(now[k]))
    .map((k) => ({ name: words[k] ?? k, ...(k in was ? { before: text(k, was[k]) } : {}), ...(k in now ? { after: text(k, now[k]) } : {}) }))
}

function text(key: string, v: unknown): string {
  if (v === null || v === undefined || v === '') return 'none'
  if (typeof v === 'boolean') return v ? 'yes' : 'no'
  if (typeof v === 'number') {
    if (key === 'timeoutSeconds') return duration(v * 1000)
    if (/memory|bytes/i.test(key)) return v === 0 ? '0 (without limit)' : bytes(v)
    return String(v)
  }
  if (isPair(v)) return v.window === 0 ? `intervals in ${v.bin} %` : `${v.window} bp in ${v.bin} bp`
  if (typeof v === 'string') return v
  return JSON.stringify(v)
}

function isPair(v: unknown): v is { window: number; bin: number } {
  return typeof v === 'object' && v !== null && 'window' in v && 'bin' in v
}
