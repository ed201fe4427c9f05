import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'

import { runs as api } from '@/api/calls'
import { asApiError } from '@/api/errors'
import type { Estimate, PreprocessBody } from '@/api/types'

import { together } from './estimate'

/** While people still choose nothing is asked. */
const PAUSE_MS = 350

/** What the requests would start and cost; asked anew whenever they change. The latest answer wins. */
export function useEstimate(requests: () => PreprocessBody[]) {
  const estimate = shallowRef<Estimate | null>(null)
  const busy = ref(false)
  const error = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort: AbortController | undefined

  async function ask(list: PreprocessBody[]): Promise<void> {
    const mine = (abort = new AbortController())
    busy.value = true
    error.value = ''
    try {
      const parts = await Promise.all(list.map((body) => api.estimate(body, mine.signal)))
      if (!mine.signal.aborted) estimate.value = together(parts)
    } catch (e) {
      if (!mine.signal.aborted) error.value = asApiError(e).message
    } finally {
      if (abort === mine) busy.value = false
    }
  }

  function later(): void {
    clearTimeout(timer)
    abort?.abort()
    estimate.value = null
    error.value = ''
    busy.value = false
    const list = requests()
    if (list.length) timer = setTimeout(() => void ask(list), PAUSE_MS)
  }
  const stop = watch(() => JSON.stringify(requests()), later, { immediate: true })
  onBeforeUnmount(() => {
    stop()
    clearTimeout(timer)
    abort?.abort()
  })
  return { estimate, busy, error }
}
