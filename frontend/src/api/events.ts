import { freshToken, API, renew } from './token'

/** One server-sent event as it came off the wire. */
export interface RawEvent {
  id: string
  event: string
  data: string
}

/**
 * Takes the text of an event stream piece by piece and gives the finished events. Comment lines (pings) are dropped.
 * Specification: HTML Living Standard, "Server-sent events", section on parsing.
 */
export class EventParser {
  private rest = ''
  private id = ''
  private name = ''
  private data: string[] = []

  push(text: string): RawEvent[] {
    const out: RawEvent[] = []
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/)
    this.rest = lines.pop() ?? ''
    for (const line of lines) {
      const done = this.line(line)
      if (done) out.push(done)
    }
    return out
  }

  private line(line: string): RawEvent | undefined {
    if (line === '') {
      const event = { id: this.id, event: this.name || 'message', data: this.data.join('\n') }
      const filled = this.data.length > 0
      this.name = ''
      this.data = []
      return filled ? event : undefined
    }
    const colon = line.indexOf(':')
    if (colon === 0) return undefined
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.data.push(value)
    else if (field === 'event') this.name = value
    else if (field === 'id') this.id = value
    return undefined
  }
}

export interface EventHandlers {
  event: (e: RawEvent) => void
  /** Called after every (re)connection but the first that lost nothing: what is on the page may be stale. */
  reconnected: () => void
  /** Whether the live connection stands. */
  live: (on: boolean) => void
}

/** The server pings every 15 s; silence longer than this means a dead connection. */
const SILENCE_MS = 45_000
const BACKOFF_MS = [500, 1000, 2000, 5000, 10_000, 20_000]

/** Keeps one event stream open until the returned function is called. Resumes with Last-Event-ID, backs off on failure. */
export function openEvents(handlers: EventHandlers): () => void {
  let stopped = false
  let lastId = ''
  let failures = 0
  let opened = false
  let abort = new AbortController()

  async function connectOnce(): Promise<void> {
    abort = new AbortController()
    const token = await freshToken()
    const headers: Record<string, string> = { Accept: 'text/event-stream' }
    if (token) headers.Authorization = `Bearer ${token}` // visitors of a showcase have none
    if (lastId) headers['Last-Event-ID'] = lastId
    const res = await fetch(`${API}/events`, { headers, signal: abort.signal, cache: 'no-store' })
    if (res.status === 401) {
      await renew(token)
      return
    }
    if (!res.ok || !res.body) throw new Error(`events: status ${res.status}`)
    failures = 0
    handlers.live(true)
    if (opened) handlers.reconnected()
    opened = true
    await read(res.body)
  }

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = new EventParser()
    const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
    let watchdog = setTimeout(() => abort.abort(), SILENCE_MS)
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        clearTimeout(watchdog)
        watchdog = setTimeout(() => abort.abort(), SILENCE_MS)
        for (const e of parser.push(value)) {
          if (e.id) lastId = e.id
          handlers.event(e)
        }
      }
    } finally {
      clearTimeout(watchdog)
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await connectOnce()
      } catch {
        // Told by live(false); the loop goes on.
      }
      handlers.live(false)
      if (stopped) return
      const wait = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)]
      failures++
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  void run()
  return () => {
    stopped = true
    abort.abort()
  }
}
