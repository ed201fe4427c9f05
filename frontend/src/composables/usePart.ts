import { computed, type ComputedRef } from 'vue'

import { combined, countBits, encode } from '@/lib/selection'
import type { WidgetProps } from '@/widgets/registry'

import { useSelection, type Selected } from './useSelection'

/** The regions that a picture is of: those selected, those of its facet, or those that are both; null is the whole set. */
export function usePart(props: WidgetProps): ComputedRef<Selected | null> {
  const { selected } = useSelection(() => props.regionSet)
  return computed(() => {
    const facet = props.facet
    if (!facet) return selected.value
    const s = selected.value
    if (!s) return { bits: facet.bits, bitmap: facet.bitmap, n: facet.n, label: facet.label }
    const bits = combined(s.bits, facet.bits, 'keep')
    const n = countBits(bits)
    // A facet without a selected region shows the whole facet: an average of nothing is no picture.
    return n > 0 ? { bits, bitmap: encode(bits), n, label: `${s.label} and ${facet.label}` } : { bits: facet.bits, bitmap: facet.bitmap, n: facet.n, label: facet.label }
  })
}
