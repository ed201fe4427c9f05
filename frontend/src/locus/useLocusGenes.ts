import { shallowRef, watch, type Ref } from 'vue'

import { asApiError, isAbort } from '@/api/errors'
import { annotations, genes as geneCalls, type Gene } from '@/api/genes'
import type { Place } from '@/lib/place'

import { trackStretch } from './scene'

const MOST_GENES = 1000

/** The genes around a view, or why there are none. */
export function useLocusGenes(assembly: () => number, place: () => Place | null, length: () => number): { genes: Ref<Gene[] | null>; note: Ref<string> } {
  const genes = shallowRef<Gene[] | null>(null)
  const note = shallowRef('')
  const known = new Map<number, boolean>()
  watch(
    [assembly, place] as const,
    async ([id, p], _old, onCleanup) => {
      if (!id || !p) return
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      try {
        if (!known.has(id)) known.set(id, (await annotations.list(id, abort.signal)).length > 0)
        if (!known.get(id)) {
          genes.value = []
          note.value = 'No gene annotation for this assembly yet: add one on its page.'
          return
        }
        const s = trackStretch(p, length())
        const found = await geneCalls.within(id, p.chrom, s.start, s.end, MOST_GENES, abort.signal)
        genes.value = found
        note.value = found.length >= MOST_GENES ? `the first ${MOST_GENES} genes only` : found.length === 0 ? 'No gene here.' : ''
      } catch (e) {
        if (isAbort(e)) return
        genes.value = []
        note.value = `Genes cannot be read: ${asApiError(e).message}`
      }
    },
    { immediate: true },
  )
  return { genes, note }
}
