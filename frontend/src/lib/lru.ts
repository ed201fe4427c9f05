/** A map that forgets the longest unused entries once their sizes exceed `capacity`. */
export class Lru<V> {
  private readonly entries = new Map<string, { value: V; size: number }>()
  private total = 0
  private readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get(key: string): V | undefined {
    const hit = this.entries.get(key)
    if (!hit) return undefined
    this.entries.delete(key)
    this.entries.set(key, hit)
    return hit.value
  }

  set(key: string, value: V, size: number): void {
    this.delete(key)
    this.entries.set(key, { value, size })
    this.total += size
    for (const old of this.entries.keys()) {
      if (this.total <= this.capacity || old === key) break
      this.delete(old)
    }
  }

  delete(key: string): void {
    const old = this.entries.get(key)
    if (!old) return
    this.total -= old.size
    this.entries.delete(key)
  }

  clear(): void {
    this.entries.clear()
    this.total = 0
  }
}
