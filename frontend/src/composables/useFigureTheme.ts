import { computed, type ComputedRef } from 'vue'

import { DARK, LIGHT, type FigureTheme } from '@/lib/figureTheme'
import { useTheme } from '@/stores/theme'

/** The colours of figures on the page: those of the theme. */
export function useFigureTheme(): ComputedRef<FigureTheme> {
  const theme = useTheme()
  return computed(() => (theme.name === 'dark' ? DARK : LIGHT))
}
