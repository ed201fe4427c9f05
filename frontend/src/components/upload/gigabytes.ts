const GB = 1e9
/** More than any disk has; beyond it a number of bytes is no longer exact. */
const MOST = Number.MAX_SAFE_INTEGER / GB

/** Bytes as people type them, in GB. */
export const inGB = (bytes: number): string => String(bytes / GB)
export const fromGB = (text: string): number => Math.round(Number(text.trim()) * GB)

/** The complaint about a field that must hold a number not below `least`; '' when it does. */
export function amount(text: string, what: string, least = 0, most = MOST): string {
  const t = text.trim()
  if (!/^\d+(\.\d*)?$|^\.\d+$/.test(t)) return `Type a number of ${what}, such as 2.5.`
  if (Number(t) < least) return `At least ${least} ${what}.`
  return Number(t) > most ? `At most ${Math.floor(most)} ${what}.` : ''
}
