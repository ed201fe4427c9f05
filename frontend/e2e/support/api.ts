import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { expect, type APIRequestContext, type APIResponse } from '@playwright/test'

import type { Assembly, Dataset, Run, Session } from '../../src/api/types'

import { file, stack } from './stack'

export interface Account {
  username: string
  password: string
}

/** A name that no other test of this run has. */
export const unique = (prefix: string): string => `${prefix}-${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`

/** The REST API, for what a test needs but is not about. */
export class Api {
  private token = ''

  private constructor(
    readonly http: APIRequestContext,
    readonly account: Account,
  ) {}

  static async register(http: APIRequestContext, prefix: string): Promise<Api> {
    const api = new Api(http, { username: unique(prefix), password: 'correct horse battery' })
    await ok(await http.post('/api/v1/auth/register', { data: api.account }))
    const answer = await ok(await http.post('/api/v1/auth/login', { data: api.account }))
    api.token = ((await answer.json()) as { accessToken: string }).accessToken
    return api
  }

  private get auth(): { headers: Record<string, string> } {
    return { headers: { Authorization: `Bearer ${this.token}` } }
  }

  async get<T>(path: string): Promise<T> {
    return (await ok(await this.http.get(`/api/v1${path}`, this.auth))).json() as Promise<T>
  }

  async patch<T>(path: string, data: unknown): Promise<T> {
    return (await ok(await this.http.patch(`/api/v1${path}`, { ...this.auth, data }))).json() as Promise<T>
  }

  async post<T>(path: string, data: unknown): Promise<T> {
    return (await ok(await this.http.post(`/api/v1${path}`, { ...this.auth, data }))).json() as Promise<T>
  }

  /** An answer that is no JSON. */
  async bytes(path: string, data: unknown): Promise<ArrayBuffer> {
    const body = await (await ok(await this.http.post(`/api/v1${path}`, { ...this.auth, data }))).body()
    return new Uint8Array(body).buffer
  }

  async put<T>(path: string, data: unknown): Promise<T> {
    return (await ok(await this.http.put(`/api/v1${path}`, { ...this.auth, data }))).json() as Promise<T>
  }

  async remove(path: string): Promise<void> {
    await ok(await this.http.delete(`/api/v1${path}`, this.auth))
  }

  /** The same change to several datasets. */
  async change(ids: number[], change: object): Promise<void> {
    await ok(await this.http.patch('/api/v1/datasets', { ...this.auth, data: { ids, ...change } }))
  }

  /** The assembly of the demo genome, under a name of its own. */
  async assembly(): Promise<Assembly> {
    const multipart = { meta: JSON.stringify({ name: unique('demo'), organism: 'none' }), sizes: part('chrom.sizes'), arms: part('arms.csv') }
    return (await ok(await this.http.post('/api/v1/assemblies', { ...this.auth, multipart }))).json() as Promise<Assembly>
  }

  /** The genes of the demo genome. */
  async genes(assembly: Assembly, name: string): Promise<void> {
    const multipart = { meta: JSON.stringify({ name, public: false }), file: part('genes.gtf') }
    await ok(await this.http.post(`/api/v1/assemblies/${assembly.id}/annotations`, { ...this.auth, multipart }))
  }

  /** Uploads generated files, or contents, and waits until they are ready. Kinds follow from the names. */
  async upload(assembly: Assembly, ...files: (string | { name: string; text: string })[]): Promise<Dataset[]> {
    const out: Dataset[] = []
    for (const f of files) {
      const name = typeof f === 'string' ? f : f.name
      const kind = name.endsWith('.bw') ? 'signal' : name.endsWith('cool') ? 'contacts' : 'regions'
      const meta = { name: name.replace(/\.[a-z]+$/, ''), kind, assemblyId: assembly.id }
      const body = typeof f === 'string' ? part(f) : { name, mimeType: 'text/plain', buffer: Buffer.from(f.text) }
      const answer = await ok(await this.http.post('/api/v1/datasets', { ...this.auth, multipart: { meta: JSON.stringify(meta), file: body } }))
      out.push((await answer.json()) as Dataset)
    }
    await expect.poll(async () => Promise.all(out.map(async (d) => (await this.get<Dataset>(`/datasets/${d.id}`)).state)), { timeout: 30_000 }).toEqual(out.map(() => 'ready'))
    return Promise.all(out.map((d) => this.get<Dataset>(`/datasets/${d.id}`)))
  }

  /** Everything that can be computed for sets × features, to its end. */
  async preprocess(sets: Dataset[], features: Dataset[]): Promise<void> {
    const { runs } = await this.post<{ runs: Run[] }>('/preprocess', { regionSetIds: sets.map((d) => d.id), featureIds: features.map((d) => d.id) })
    await expect.poll(async () => Promise.all(runs.map(async (r) => (await this.get<Run>(`/runs/${r.id}`)).state)), { timeout: 60_000 }).toEqual(runs.map(() => 'finished'))
  }

  /** Fields and files of a form. */
  async form<T>(path: string, multipart: Record<string, string | { name: string; mimeType: string; buffer: Buffer }>): Promise<T> {
    return (await ok(await this.http.post(`/api/v1${path}`, { ...this.auth, multipart }))).json() as Promise<T>
  }

  async datasets(): Promise<Dataset[]> {
    return (await this.get<{ items: Dataset[] }>('/datasets?limit=200')).items.filter((d) => d.mine)
  }

  session(name: string, document: unknown): Promise<Session> {
    return this.post<Session>('/sessions', { name, public: false, document })
  }
}

/** Somebody with the right to configure the instance. */
export async function asAdmin(http: APIRequestContext): Promise<{ post: <T>(path: string, data: unknown) => Promise<T> }> {
  const { accessToken } = (await (await ok(await http.post('/api/v1/auth/login', { data: stack().admin }))).json()) as { accessToken: string }
  const headers = { Authorization: `Bearer ${accessToken}` }
  return { post: async <T>(path: string, data: unknown) => (await ok(await http.post(`/api/v1${path}`, { headers, data }))).json() as Promise<T> }
}

async function ok(res: APIResponse): Promise<APIResponse> {
  if (!res.ok()) throw new Error(`${res.url()} answers ${res.status()}: ${await res.text()}`)
  return res
}

function part(name: string): { name: string; mimeType: string; buffer: Buffer } {
  return { name: basename(name), mimeType: 'application/octet-stream', buffer: readFileSync(file(name)) }
}
