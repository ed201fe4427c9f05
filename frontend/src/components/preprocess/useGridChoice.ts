import { computed, ref, watch } from 'vue'

import type { Grid, PreprocessBody } from '@/api/types'
import { useResults } from '@/stores/results'

import { readCustom, typed, type CustomGrids, type GridChoice } from './grids'
import { GROUPS, type SourcePipeline } from './sources'

const ALL: SourcePipeline[] = GROUPS.map((g) => g.pipeline)

/** Which windows and bins are asked for: those of the administrator, small ones, or one's own. */
export function useGridChoice() {
  const results = useResults()
  const choice = ref<GridChoice>('regular')
  const custom = ref<CustomGrids | null>(null)

  // One's own begin as the regular ones, and stay when one looks at a preset in between.
  watch([choice, () => results.grid], () => {
    if (choice.value === 'custom' && !custom.value && results.grid) custom.value = typed(results.grid)
  })
  function again(): void {
    if (results.grid) custom.value = typed(results.grid)
  }

  const own = computed(() => (custom.value ? readCustom(custom.value, ALL) : undefined))
  /** What one run makes; the regular ones while one's own cannot be read. */
  const grid = computed<Grid | null>(() => {
    if (choice.value === 'small') return results.small
    if (choice.value === 'custom' && results.grid) return { ...results.grid, ...own.value }
    return results.grid
  })
  const wrong = computed(() => choice.value === 'custom' && !own.value)

  function request(): Pick<PreprocessBody, 'preset' | 'grids'> {
    if (choice.value === 'small') return { preset: 'small' }
    return choice.value === 'custom' && own.value ? { grids: own.value } : {}
  }

  return { choice, custom, grid, wrong, again, request }
}
