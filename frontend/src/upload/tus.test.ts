// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'

vi.mock('@/api/token', () => ({ API: '/api/v1', freshToken: async () => 'first', renew: async () => 'second' }))

import { fingerprint } from './fingerprint'
import { Speed } from './speed'
import { PIECE, sendFile, type TusOptions } from './tus'

/** A server of tus in memory that breaks as it is told, and a browser that speaks to it. */
class FakeServer {
  data = new Uint8Array(0)
  length = 0
  requests: string[] = []
  /** Called before each request; a status refuses it, 0 breaks the line. */
  trouble: (n: number, method: string) => number | undefined = () => undefined

  async answer(method: string, path: string, headers: Record<string, string>, body: Blob | ArrayBuffer | null): Promise<{ status: number; headers: Record<string, string> }> {
    this.requests.push(`${method} ${headers['Upload-Offset'] ?? ''}`.trim())
    const bad = this.trouble(this.requests.length, method)
    if (bad !== undefined) return { status: bad, headers: {} }
    if (headers.Authorization !== 'Bearer first' && headers.Authorization !== 'Bearer second') return { status: 401, headers: {} }
    if (method === 'POST') {
      this.length = Number(headers['Upload-Length'])
      return { status: 201, headers: { Location: '/api/v1/uploads/abc' } }
    }
    if (path !== '/api/v1/uploads/abc') return { status: 404, headers: {} }
    if (method === 'PATCH') {
      if (Number(headers['Upload-Offset']) !== this.data.length) return { status: 409, headers: {} }
      const piece = new Uint8Array(body instanceof Blob ? await body.arrayBuffer() : (body as ArrayBuffer))
      const all = new Uint8Array(this.data.length + piece.length)
      all.set(this.data)
      all.set(piece, this.data.length)
      this.data = all
    }
    return { status: 204, headers: { 'Upload-Offset': String(this.data.length) } }
  }
}

let server: FakeServer

class FakeRequest {
  upload: { onprogress?: (e: { loaded: number }) => void } = {}
  onload?: () => void
  onerror?: () => void
  onabort?: () => void
  onloadend?: () => void
  status = 0
  responseText = ''
  private method = ''
  private path = ''
  private sent: Record<string, string> = {}
  private got: Record<string, string> = {}
  private aborted = false
  open(method: string, path: string): void {
    this.method = method
    this.path = path
  }
  setRequestHeader(k: string, v: string): void {
    this.sent[k] = v
  }
  getResponseHeader(k: string): string | null {
    return this.got[k] ?? null
  }
  abort(): void {
    this.aborted = true
    this.onabort?.()
    this.onloadend?.()
  }
  send(body: Blob | ArrayBuffer | null): void {
    void server.answer(this.method, this.path, this.sent, body).then((a) => {
      if (this.aborted) return
      this.status = a.status
      this.got = a.headers
      if (a.status === 0) this.onerror?.()
      else this.onload?.()
      this.onloadend?.()
    })
  }
}

const file = (n: number): File => new File([new Uint8Array(n).map((_, i) => i % 251)], 'x.bed')

function options(more: Partial<TusOptions> = {}): TusOptions & { waits: number[]; ids: string[] } {
  const waits: number[] = []
  const ids: string[] = []
  return {
    fingerprint: 'f', signal: new AbortController().signal, onProgress: () => undefined, onCreated: (id) => void ids.push(id),
    wait: async (s) => void waits.push(s), ...more, waits, ids,
  }
}

beforeEach(() => {
  server = new FakeServer()
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
})

describe('sendFile', () => {
  it('sends a file in pieces', async () => {
    const f = file(PIECE + 1000)
    const o = options()
    expect(await sendFile(f, o)).toBe('abc')
    expect(server.requests).toEqual(['POST', 'PATCH 0', `PATCH ${PIECE}`])
    expect(server.data.length).toBe(f.size)
    expect(o.ids).toEqual(['abc'])
  })

  it('goes on where the server is, after broken lines, restarts and damaged pieces', async () => {
    const f = file(1000)
    const bad: Record<number, number> = { 1: 0, 3: 0, 5: 503, 7: 460, 9: 409 }
    server.trouble = (n) => bad[n]
    const o = options()
    await sendFile(f, o)
    expect(server.data.length).toBe(1000)
    expect(o.waits.length).toBe(5)
    expect(o.waits).toEqual([...o.waits].sort((a, b) => a - b))
  })

  it('goes on with an upload of before', async () => {
    server.data = new Uint8Array(400)
    server.length = 1000
    const o = options({ id: 'abc' })
    await sendFile(file(1000), o)
    expect(server.requests).toEqual(['HEAD', 'PATCH 400'])
  })

  it('begins anew when the server has forgotten the upload', async () => {
    const o = options({ id: 'gone' })
    expect(await sendFile(file(10), o)).toBe('abc')
    expect(o.ids).toEqual(['abc'])
  })

  it('renews the session and sends the piece again', async () => {
    server.trouble = (n) => (n === 2 ? 401 : undefined)
    await sendFile(file(10), options())
    expect(server.requests).toEqual(['POST', 'PATCH 0', 'PATCH 0'])
  })

  it('gives up on what another attempt cannot mend', async () => {
    for (const status of [413, 507, 422, 403]) {
      server = new FakeServer()
      server.trouble = () => status
      await expect(sendFile(file(10), options())).rejects.toMatchObject({ status })
    }
  })

  it('stops when it is told to', async () => {
    const abort = new AbortController()
    server.trouble = (n) => (n === 2 ? (abort.abort(), 0) : undefined)
    await expect(sendFile(file(10), options({ signal: abort.signal }))).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('fingerprint', () => {
  it('knows a file again, and another one of equal size apart', async () => {
    const a = new File(['x'.repeat(400_000)], 'a')
    const b = new File(['x'.repeat(399_999) + 'y'], 'a')
    const renamed = new File(['x'.repeat(400_000)], 'b')
    expect(await fingerprint(a)).toBe(await fingerprint(renamed))
    expect(await fingerprint(a)).not.toBe(await fingerprint(b))
    expect((await fingerprint(a)).length).toBeLessThan(129)
  })
})

describe('Speed', () => {
  it('goes by the last seconds and tells the rest', () => {
    const s = new Speed()
    expect(s.text(1e9)).toBe('')
    for (let t = 0; t <= 20_000; t += 1000) s.add(t < 10_000 ? 0 : (t - 10_000) * 1000, t)
    expect(s.perSecond()).toBeCloseTo(1e6, -4)
    expect(s.text(20e6)).toBe('1.00 MB/s, about 10 s left')
    s.add(5, 21_000) // a piece is sent again
    expect(s.text(20e6)).toBe('')
  })
})
