import { regions } from '@/api/regions'
import type { Dataset } from '@/api/types'
import { useLocus } from '@/stores/locus'

import { sayCondition } from './regionFilter'
import type { useRegionTable } from './useRegionTable'

/** Opens the locus view at a row of the table; the next region is the next row, as the table is sorted and filtered now. */
export function useRegionLocus(dataset: () => Dataset, table: ReturnType<typeof useRegionTable>): (at: number) => void {
  const locus = useLocus()
  return (at) => {
    const d = dataset()
    const query = { where: [...table.query.value.where], find: table.query.value.find, sort: table.sort.value, desc: table.desc.value }
    const page = table.page.value
    const first = table.at.value
    const narrowed = [table.find.value?.trim() ? `“${table.find.value.trim()}”` : '', ...table.conditions.value.map(sayCondition)].filter(Boolean)
    const sorted = query.sort ? `by ${query.sort} ${query.desc ? '↓' : '↑'}` : 'in the order of the file'
    locus.show({
      assemblyId: d.assemblyId, regionSetId: d.id, at, place: null, window: 0, features: [],
      order: {
        label: [sorted, ...narrowed].join(', '), total: page?.total ?? 0,
        async rowAt(i) {
          const known = page?.items[i - first]
          if (known) return known.index
          const item = (await regions.page(d.id, query, i, 1)).items[0]
          if (!item) throw new Error('the table has no such row any more')
          return item.index
        },
      },
    })
  }
}
