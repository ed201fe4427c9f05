import { plural } from '@/text/units'

/** How long something stays in the trash: "for 12 more days", "for less than a day". */
export function stays(expiresAt: string, now = Date.now()): string {
  const days = Math.floor((new Date(expiresAt).getTime() - now) / 86_400_000)
  return days >= 1 ? `for ${plural(days, 'more day')}` : 'for less than a day'
}
