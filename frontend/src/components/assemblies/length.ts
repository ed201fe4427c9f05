import type { Assembly } from '@/api/types'
import { count } from '@/text/units'

export const bases = (a: Assembly): number => a.chroms.reduce((n, c) => n + c.length, 0)

/** "3,088.3 Mb", "12.2 kb". */
export function genomeLength(a: Assembly): string {
  const n = bases(a)
  if (n >= 1e6) return `${count(Math.round(n / 1e5) / 10)} Mb`
  return n >= 1e3 ? `${count(Math.round(n / 100) / 10)} kb` : `${n} bp`
}
