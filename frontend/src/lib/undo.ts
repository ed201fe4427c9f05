interface Step<T> {
  label: string
  state: T
}

/**
 * Undo and redo over immutable states. Edits with the same `merge` key within `mergeMs` become one step, so that dragging
 * a handle is undone at once.
 */
export class History<T> {
  private past: Step<T>[] = []
  private future: Step<T>[] = []
  private mergeKey = ''
  private mergedAt = -Infinity
  current: T
  private readonly limit: number
  private readonly mergeMs: number
  private readonly now: () => number

  constructor(start: T, limit = 500, mergeMs = 800, now: () => number = () => Date.now()) {
    this.current = start
    this.limit = limit
    this.mergeMs = mergeMs
    this.now = now
  }

  /** Makes `next` the current state. The same object again is no edit. */
  push(label: string, next: T, merge = ''): void {
    if (next === this.current) return
    const at = this.now()
    const merges = merge !== '' && merge === this.mergeKey && at - this.mergedAt <= this.mergeMs && this.past.length > 0
    if (!merges) this.past.push({ label, state: this.current })
    if (this.past.length > this.limit) this.past.shift()
    this.mergeKey = merge
    this.mergedAt = at
    this.future = []
    this.current = next
  }

  get undoLabel(): string | null {
    return this.past.at(-1)?.label ?? null
  }

  get redoLabel(): string | null {
    return this.future.at(-1)?.label ?? null
  }

  undo(): boolean {
    const step = this.past.pop()
    if (!step) return false
    this.future.push({ label: step.label, state: this.current })
    this.current = step.state
    this.mergeKey = ''
    return true
  }

  redo(): boolean {
    const step = this.future.pop()
    if (!step) return false
    this.past.push({ label: step.label, state: this.current })
    this.current = step.state
    this.mergeKey = ''
    return true
  }

  /** Replaces every state, for what is no part of what can be undone. */
  rewrite(fn: (state: T) => T): void {
    for (const s of [...this.past, ...this.future]) s.state = fn(s.state)
    this.current = fn(this.current)
  }

  /** Starts anew at `state`, forgetting all steps. */
  reset(state: T): void {
    this.past = []
    this.future = []
    this.mergeKey = ''
    this.current = state
  }
}
