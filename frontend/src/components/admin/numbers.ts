export const MIB = 1024 * 1024

/** The complaint about a field that must hold a whole number, not negative; '' when it does. */
export function whole(text: string): string {
  return /^\d{1,12}$/.test(text.trim()) ? '' : 'Type a whole number.'
}
