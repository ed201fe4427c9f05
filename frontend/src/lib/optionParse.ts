import type { ColormapName } from './colormaps'

/** raw when it is one of the allowed words, else the fallback. */
export function oneOf<T extends string>(raw: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.includes(raw as T) ? (raw as T) : fallback
}

export function flag(raw: unknown, fallback: boolean): boolean {
  return typeof raw === 'boolean' ? raw : fallback
}

export function mapName(raw: unknown, allowed: readonly ColormapName[], fallback: ColormapName): ColormapName {
  return oneOf(raw, allowed, fallback)
}
