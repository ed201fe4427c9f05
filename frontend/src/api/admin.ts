/** Calls about queues, pipelines, workers and the log of changes, for administrators. */
import { client, take } from './client'
import type { Change, GarbageReport, HealthReport, Overview, PipelinePatch, PipelineSettings, QueuePatch, QueueSettings, RetryAll, StorageReport, WorkerReport, WorkerSettings } from './schema.gen'
import type { Run, RunState, WindowBin } from './types'

export type { Change, GarbageReport, HealthCheck, HealthReport, Overview, PipelineOverview, PipelinePatch, PipelineSettings, QueueOverview, QueuePatch, StorageReport, WorkerReport } from './schema.gen'

export interface RunChoice {
  state?: RunState[]
  queue?: string
  pipeline?: string
  user?: string
}

const none = <T>(v: T): T | undefined => v || undefined

export const operation = {
  overview: (minutes: number, signal?: AbortSignal): Promise<Overview> => take(client.GET('/admin/queues', { params: { query: { minutes } }, signal })),
  queue: (name: string, body: QueuePatch): Promise<QueueSettings> => take(client.PATCH('/admin/queues/{name}', { params: { path: { name } }, body })),
  pipelines: async (): Promise<PipelineSettings[]> => (await take(client.GET('/admin/pipelines'))).items,
  pipeline: (pipeline: string, body: PipelinePatch): Promise<PipelineSettings> => take(client.PATCH('/admin/pipelines/{pipeline}', { params: { path: { pipeline } }, body })),
  grid: (pipeline: string, pairs: WindowBin[]) => take(client.PUT('/admin/pipelines/{pipeline}/grid', { params: { path: { pipeline } }, body: { pairs } })),
  workers: async (): Promise<WorkerReport[]> => (await take(client.GET('/admin/workers'))).items,
  setWorkers: (body: WorkerSettings): Promise<WorkerSettings> => take(client.PUT('/admin/workers', { body })),
  runs: (q: RunChoice, cursor?: number): Promise<{ items: Run[]; nextCursor?: number }> =>
    take(client.GET('/runs', { params: { query: { state: q.state, queue: none(q.queue), pipeline: none(q.pipeline), user: none(q.user), cursor, limit: 50 } } })),
  retryFailed: (q: RunChoice): Promise<RetryAll> => take(client.POST('/admin/runs/retry', { body: { queue: none(q.queue), pipeline: none(q.pipeline), user: none(q.user) } })),
  changes: (q: { kind?: string; user?: string; target?: string }, cursor?: number): Promise<{ items: Change[]; nextCursor?: number }> =>
    take(client.GET('/admin/changes', { params: { query: { kind: none(q.kind), user: none(q.user), target: none(q.target), cursor } } })),
  health: (): Promise<HealthReport> => take(client.GET('/admin/health')),
  storage: (): Promise<StorageReport> => take(client.GET('/admin/storage')),
  collect: (): Promise<GarbageReport> => take(client.POST('/admin/storage/gc')),
  undo: (id: number) => take(client.POST('/admin/changes/{id}/undo', { params: { path: { id } } })),
}
