/** Assemblies beyond the list, and the genes on them. */
import { authorised, client, take } from './client'
import type { Annotation, Assembly, AssemblyDependants, Gene } from './schema.gen'

export type { Annotation, AssemblyDependants, Gene }

export const assemblyEdits = {
  patch: (id: number, body: { name?: string; organism?: string }): Promise<Assembly> => take(client.PATCH('/assemblies/{id}', { params: { path: { id } }, body })),
  dependants: (id: number): Promise<AssemblyDependants> => take(client.DELETE('/assemblies/{id}', { params: { path: { id }, query: { dryRun: true } } })),
}

export const annotations = {
  list: async (assembly: number, signal?: AbortSignal): Promise<Annotation[]> =>
    (await take(client.GET('/assemblies/{id}/annotations', { params: { path: { id: assembly } }, signal }))).items,
  create: async (assembly: number, meta: { name: string; public: boolean }, file: File, signal?: AbortSignal): Promise<Annotation> => {
    const body = new FormData()
    body.append('meta', JSON.stringify(meta)) // first, so that it is refused before the file has been sent
    body.append('file', file, file.name)
    return (await authorised(`/assemblies/${assembly}/annotations`, { method: 'POST', body, signal })).json() as Promise<Annotation>
  },
  patch: (id: number, body: { name?: string; public?: boolean }): Promise<Annotation> => take(client.PATCH('/annotations/{id}', { params: { path: { id } }, body })),
  remove: (id: number) => take(client.DELETE('/annotations/{id}', { params: { path: { id } } })),
  file: (id: number): Promise<Response> => authorised(`/annotations/${id}/file`),
}

export const genes = {
  search: async (assembly: number, q: string, limit: number, signal?: AbortSignal): Promise<Gene[]> =>
    (await take(client.GET('/assemblies/{id}/genes', { params: { path: { id: assembly }, query: { q, limit } }, signal }))).items,
  within: async (assembly: number, chrom: string, start: number, end: number, limit: number, signal?: AbortSignal): Promise<Gene[]> =>
    (await take(client.GET('/assemblies/{id}/genes', { params: { path: { id: assembly }, query: { chrom, start, end, limit } }, signal }))).items,
}
