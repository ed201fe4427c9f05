import type { Dataset } from '@/api/types'
import { plural } from '@/text/units'

/** A region set in a few words: "2,964 regions, point". */
export function regionSetNote(d: Dataset): string {
  const count = d.facts.regions?.count
  return [count === undefined ? '' : plural(count, d.dimension === 2 ? 'pair' : 'region'), d.sizeType ?? ''].filter(Boolean).join(', ')
}
