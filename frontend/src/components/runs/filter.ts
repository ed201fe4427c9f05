import type { Run } from '@/api/types'
import { pipelineName } from '@/stores/runs'

/** Every word occurs in the names, the kind of work, the queue, the worker or the reason of the failure. */
export function matches(r: Run, text: string): boolean {
  const hay = [r.regionSetName, r.featureName, pipelineName(r.pipeline), r.queue, r.worker, r.error?.message, `#${r.id}`].join('\n').toLowerCase()
  return text.toLowerCase().split(/\s+/).every((w) => hay.includes(w))
}
