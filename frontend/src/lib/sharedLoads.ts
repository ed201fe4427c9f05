import { Lru } from './lru'

interface Loading<V> {
  promise: Promise<V>
  abort: AbortController
  waiting: number
}

export interface Lease<V> {
  promise: Promise<V>
  /** Says that nobody waits here any more. The last one to leave aborts the request. */
  release: () => void
}

/** Loads things by key, each once at a time, and keeps the last ones. */
export class SharedLoads<V> {
  private readonly kept: Lru<V>
  private readonly loading = new Map<string, Loading<V>>()
  private readonly sizeOf: (v: V) => number

  constructor(capacity: number, sizeOf: (v: V) => number) {
    this.kept = new Lru<V>(capacity)
    this.sizeOf = sizeOf
  }

  /** What is kept already. */
  peek(key: string): V | undefined {
    return this.kept.get(key)
  }

  load(key: string, start: (signal: AbortSignal) => Promise<V>): Lease<V> {
    const kept = this.kept.get(key)
    if (kept !== undefined) return { promise: Promise.resolve(kept), release: () => {} }
    const job = this.loading.get(key) ?? this.begin(key, start)
    job.waiting++
    let released = false
    const release = (): void => {
      if (released) return
      released = true
      if (--job.waiting > 0 || this.loading.get(key) !== job) return
      this.loading.delete(key)
      job.abort.abort()
    }
    return { promise: job.promise, release }
  }

  private begin(key: string, start: (signal: AbortSignal) => Promise<V>): Loading<V> {
    const abort = new AbortController()
    const job: Loading<V> = { abort, waiting: 0, promise: Promise.resolve() as never }
    job.promise = start(abort.signal).then(
      (v) => {
        this.kept.set(key, v, this.sizeOf(v))
        if (this.loading.get(key) === job) this.loading.delete(key)
        return v
      },
      (e: unknown) => {
        if (this.loading.get(key) === job) this.loading.delete(key)
        throw e
      },
    )
    this.loading.set(key, job)
    return job
  }
}
