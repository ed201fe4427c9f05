import { computed, type ComputedRef } from 'vue'

import { useArrays } from '@/composables/useArrays'
import { useRegionLookup } from '@/composables/useRegionLookup'
import type { Cell } from '@/lib/cellGrid'
import { formatCount, formatRegion, formatValue } from '@/lib/format'
import { cellLabel } from '@/lib/windowAxis'
import type { Region } from '@/api/types'

import type { StackupScene } from './draw'
import { groupAt, groupLabel } from './groups'
import { blockRows, type RowsShown } from './rows'

/**
 * What lies under the pointer: value and position, places in the sorted stack, and coordinates and name of the region there
 * (of the first one where several share a painted row). The row order is fetched at the first hover.
 */
export function useRowReadout(
  scene: () => StackupScene,
  meta: () => RowsShown,
  cell: ComputedRef<Cell | null>,
): ComputedRef<string[]> {
  const hovering = computed(() => cell.value !== null)
  const { shown: order } = useArrays<number>(() => {
    if (!hovering.value) return null
    const m = meta()
    const { resultId, manifestHash } = m.result
    const { key: _, words: _words, track: _track, by, ...asked } = m.order
    return { meta: resultId, specs: { order: { resultId, hash: manifestHash, name: 'order', ...asked, ...(by && by !== resultId ? { by } : {}) } } }
  })

  const hovered = computed(() => {
    const [c, m] = [cell.value, meta()]
    if (!c) return null
    const places = blockRows(m.rows, m.block, c.row)
    return { places, first: order.value?.arrays.order.data[places.from], setId: m.setId }
  })
  const region = useRegionLookup(() => {
    const h = hovered.value
    return h?.first === undefined ? null : { setId: h.setId, index: h.first }
  })

  return computed(() => {
    const [c, h, s] = [cell.value, hovered.value, scene()]
    if (!c || !h) return []
    const m = s.stack
    const many = h.places.to - h.places.from > 1
    const rows = many
      ? `rows ${formatCount(h.places.from + 1)}–${formatCount(h.places.to)} of ${formatCount(s.total)}, mean`
      : `row ${formatCount(h.places.from + 1)} of ${formatCount(s.total)}`
    const names = region.value ? describe(region.value) : ['…']
    const group = s.groups && groupAt(s.groups.list, h.places.from)
    return [
      `${cellLabel(s.axis, c.col)}: ${formatValue(m.data[c.row * m.cols + c.col])}`,
      rows,
      ...(group ? [`${s.groups?.column}: ${groupLabel(group)}${many && groupAt(s.groups?.list ?? [], h.places.to - 1) !== group ? ' and others' : ''}`] : []),
      many ? `first: ${names[0]}` : names[0],
      ...names.slice(1),
    ]
  })
}

/** Coordinates, name and strand; a pair has a line for each anchor. */
function describe(r: Region): string[] {
  const strand = r.strand === '+' || r.strand === '-' ? ` (${r.strand})` : ''
  const first = [formatRegion(r.chrom, r.start, r.end), r.name ?? ''].filter(Boolean).join(' ') + strand
  return r.chrom2 ? [first, formatRegion(r.chrom2, r.start2 ?? 0, r.end2 ?? 0)] : [first]
}
