import { computed, type ComputedRef } from 'vue'

import { useFacets } from '@/composables/useFacets'
import { useShared, type SharedGroups } from '@/stores/shared'

import type { WidgetProps } from '../registry'
import { groupsOfFacets } from './parts'

/** The groups that a widget is parted by; null where it is not, and while they are on the way. `note` says what is missing, if anything is. */
export function useSplit(props: WidgetProps): { groups: ComputedRef<SharedGroups | null>; note: ComputedRef<string> } {
  const shared = useShared()
  const column = computed(() => {
    const s = props.widget.split
    return s?.by === 'column' ? { column: s.column, bins: s.bins } : undefined
  })
  const { facets, left, error } = useFacets(() => props.regionSet, () => column.value)
  const told = computed(() => {
    const s = props.widget.split
    return s?.by === 'widget' ? (shared.groups.get(s.widget) ?? null) : null
  })
  return {
    groups: computed(() => (column.value && facets.value ? groupsOfFacets(column.value.column, facets.value) : told.value)),
    note: computed(() => {
      if (error.value) return error.value.replace('The panel', 'The lines')
      if (left.value > 0) return `The ${facets.value?.length ?? 0} values with most regions have lines; ${left.value} more have none.`
      if (props.widget.split?.by === 'widget' && !told.value) return 'The picture that the lines are parted by has no groups at the moment.'
      return ''
    }),
  }
}
