/** A stored draft as the server keeps it. */
export interface StoredDraft<D> {
  document: D
  sessionId: number
  revision: number
}

/** The copy in this browser: written at every edit, before the server has it. */
export interface LocalDraft<D> extends StoredDraft<D> {
  /** The server does not have it yet. */
  dirty: boolean
}

export type SaveState = 'saved' | 'waiting' | 'saving' | 'offline' | 'conflict'

/** What a saver needs from outside. `put` throws an error with `status` 409 when the revision is not the stored one. */
export interface DraftPorts<D> {
  put: (d: StoredDraft<D>) => Promise<number>
  keep: (d: LocalDraft<D>) => void
  changed: (state: SaveState) => void
  /** Calls fn after ms; returns a cancel function. */
  later: (ms: number, fn: () => void) => () => void
}

const QUIET_MS = 800
const RETRY_MS = 5000

/** Saves a draft a moment after the last edit, one request at a time, again and again until it has worked. */
export class DraftSaver<D> {
  state: SaveState = 'saved'
  revision = 0
  private pending: { document: D; sessionId: number } | null = null
  private running: Promise<void> | null = null
  private cancel: (() => void) | null = null
  private readonly ports: DraftPorts<D>

  constructor(ports: DraftPorts<D>) {
    this.ports = ports
  }

  /** Takes note of an edit. */
  edit(document: D, sessionId: number): void {
    this.pending = { document, sessionId }
    this.ports.keep({ document, sessionId, revision: this.revision, dirty: true })
    if (this.state === 'conflict') return
    if (!this.running) this.set('waiting')
    this.schedule(QUIET_MS)
  }

  /** Saves now what waits. Resolves when the request has ended, well or not. */
  async flush(): Promise<void> {
    this.cancel?.()
    this.cancel = null
    if (this.running) await this.running
    if (!this.pending || this.state === 'conflict') return
    this.running = this.save()
    await this.running
  }

  /** Ends a conflict in favour of what is here: `revision` is the one that is overwritten. */
  async overwrite(revision: number): Promise<void> {
    this.revision = revision
    if (this.state === 'conflict') this.set('waiting')
    await this.flush()
  }

  /** Begins with what was loaded, forgetting what waits. */
  reset(revision: number): void {
    this.cancel?.()
    this.cancel = null
    this.pending = null
    this.revision = revision
    this.set('saved')
  }

  conflict(): void {
    this.cancel?.()
    this.set('conflict')
  }

  private async save(): Promise<void> {
    const now = this.pending
    if (!now) return
    this.pending = null
    this.set('saving')
    try {
      this.revision = await this.ports.put({ ...now, revision: this.revision })
      this.running = null
      if (this.pending) {
        this.set('waiting')
        this.schedule(QUIET_MS)
        return
      }
      this.ports.keep({ ...now, revision: this.revision, dirty: false })
      this.set('saved')
    } catch (e) {
      this.running = null
      this.pending ??= now
      if (isConflict(e)) {
        this.set('conflict')
        return
      }
      this.set('offline')
      this.schedule(RETRY_MS)
    }
  }

  private schedule(ms: number): void {
    this.cancel?.()
    this.cancel = this.ports.later(ms, () => void this.flush())
  }

  private set(state: SaveState): void {
    this.state = state
    this.ports.changed(state)
  }
}

function isConflict(e: unknown): boolean {
  return typeof e === 'object' && e !== null && 'status' in e && e.status === 409
}
