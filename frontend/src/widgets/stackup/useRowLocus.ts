import { fetchArray } from '@/api/results'
import { asApiError } from '@/api/errors'
import { useOpenLocus } from '@/composables/useOpenLocus'
import { useToasts } from '@/stores/toasts'

import type { WidgetProps } from '../registry'
import { sortLabel } from './options'
import { blockRows, type RowsShown } from './rows'

/** Opens the locus view at a painted row: at the first of its regions, with the others as the stack has them. */
export function useRowLocus(props: WidgetProps, meta: () => (RowsShown & { feature: string }) | null): (painted: number) => Promise<void> {
  const toasts = useToasts()
  const { openRows } = useOpenLocus(() => props)
  return async (painted) => {
    const m = meta()
    if (!m) return
    const { key, by, track, words: _words, ...asked } = m.order
    const { resultId, manifestHash } = m.result
    try {
      const order = await fetchArray({ resultId, hash: manifestHash, name: 'order', ...asked, ...(by && by !== resultId ? { by } : {}) }, new AbortController().signal)
      openRows(order.data as ArrayLike<number>, `rows of ${m.feature} by ${sortLabel({ sort: key, column: m.order.words ?? m.order.column ?? '', track })} ${m.order.desc ? '↓' : '↑'}`, blockRows(m.rows, m.block, painted).from)
    } catch (e) {
      toasts.push({ kind: 'error', text: `The locus cannot be opened: ${asApiError(e).message}` })
    }
  }
}
