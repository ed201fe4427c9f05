/** Calls that make region sets of region sets. */
import { client, take } from './client'
import type { Derivation, DerivePreview, Run } from './types'

export const derive = {
  /** How many regions it would make, without making anything. */
  preview: (body: Derivation, signal?: AbortSignal): Promise<DerivePreview> => take(client.POST('/region-sets/derive/preview', { body, signal })),
  start: (body: Derivation): Promise<Run> => take(client.POST('/region-sets/derive', { body })),
}
