import { ApiError, NETWORK_MESSAGE, toApiError } from '@/api/errors'
import { API, freshToken, renew } from '@/api/token'

/** Pieces are small enough that a broken line costs little, as a piece with a checksum counts as a whole. */
export const PIECE = 8 * 1024 * 1024
/** Waits between attempts; the last one is repeated. Whoever closes the lid comes back after hours. */
const PAUSES_S = [1, 2, 4, 8, 15, 30]

export interface TusOptions {
  /** An upload that was begun before. */
  id?: string
  fingerprint: string
  sha256?: string
  signal: AbortSignal
  /** Bytes that have left the browser. */
  onProgress: (sent: number) => void
  /** The upload exists on the server, from now on under this id. */
  onCreated: (id: string) => void | Promise<void>
  /** Something broke; it is tried again in so many seconds. 0: it goes on. */
  onPause?: (seconds: number, why: string) => void
  /** Tests wait less. */
  wait?: (seconds: number, signal: AbortSignal) => Promise<void>
}

/**
 * Sends a file with tus 1.0, from where the server says that it is, and goes on through broken lines, restarts of the
 * server and ended sessions until all of it is there. Ends with the id of the upload, an ApiError that trying again does
 * not mend, or an AbortError. Own code instead of tus-js-client, which neither verifies pieces by their checksums nor
 * renews tokens.
 */
export async function sendFile(file: File, o: TusOptions): Promise<string> {
  const wait = o.wait ?? pause
  let id = o.id
  let offset = -1
  for (let failures = 0; ; ) {
    o.signal.throwIfAborted()
    try {
      if (!id) {
        id = await create(file, o)
        offset = 0
        await o.onCreated(id)
      }
      if (offset < 0) offset = await position(id, o.signal)
      o.onProgress(offset)
      while (offset < file.size) {
        const from: number = offset
        offset = await sendPiece(id, file, from, o)
        if (failures) o.onPause?.(0, '')
        failures = 0
      }
      return id
    } catch (e) {
      if (!(e instanceof ApiError)) throw e
      if (e.status === 404 && id) {
        id = undefined // it has expired, or was deleted in another window: from the beginning
        if (o.id && failures > 3) throw e
      } else if (!temporary(e)) throw e
      offset = -1
      const seconds = PAUSES_S[Math.min(failures++, PAUSES_S.length - 1)]
      o.onPause?.(seconds, e.message)
      await wait(seconds, o.signal)
    }
  }
}

/** What another attempt may mend: broken lines, a busy or restarting server, a damaged piece, an offset that has moved. */
function temporary(e: ApiError): boolean {
  return e.status === 0 || e.status === 408 || e.status === 409 || e.status === 429 || e.status === 460 || (e.status >= 500 && e.status !== 507)
}

async function create(file: File, o: TusOptions): Promise<string> {
  const meta = { filename: file.name, fingerprint: o.fingerprint, ...(o.sha256 ? { sha256: o.sha256 } : {}) }
  const header = Object.entries(meta).map(([k, v]) => `${k} ${base64(new TextEncoder().encode(v))}`).join(',')
  const r = await request('POST', '/uploads', { 'Upload-Length': String(file.size), 'Upload-Metadata': header }, null, o.signal)
  const id = r.header('Location')?.split('/').pop()
  if (!id) throw new ApiError('internal', 'The server did not say where the upload is.')
  return id
}

async function position(id: string, signal: AbortSignal): Promise<number> {
  return offsetOf(await request('HEAD', `/uploads/${id}`, {}, null, signal))
}

async function sendPiece(id: string, file: File, from: number, o: TusOptions): Promise<number> {
  const piece = file.slice(from, from + PIECE)
  let body: Blob | ArrayBuffer = piece
  const headers: Record<string, string> = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(from) }
  if (globalThis.crypto?.subtle) {
    try {
      body = await piece.arrayBuffer()
    } catch {
      throw new ApiError('file_changed', 'The file cannot be read any more: it was changed, moved or deleted since it was chosen.', 1)
    }
    headers['Upload-Checksum'] = `sha256 ${base64(new Uint8Array(await crypto.subtle.digest('SHA-256', body)))}`
  }
  return offsetOf(await request('PATCH', `/uploads/${id}`, headers, body, o.signal, (sent) => o.onProgress(from + sent)))
}

function offsetOf(r: Answer): number {
  const n = Number(r.header('Upload-Offset') ?? NaN)
  if (!Number.isSafeInteger(n) || n < 0) throw new ApiError('internal', 'The server did not say how far the upload is.')
  return n
}

interface Answer {
  status: number
  text: string
  header: (name: string) => string | null
}

/** XMLHttpRequest, because fetch tells nothing about what has been sent. */
async function request(method: string, path: string, headers: Record<string, string>, body: XMLHttpRequestBodyInit | null, signal: AbortSignal, onProgress?: (sent: number) => void): Promise<Answer> {
  let token = await freshToken()
  for (let round = 0; ; round++) {
    const r = await once(method, path, { ...headers, 'Tus-Resumable': '1.0.0', ...(token ? { Authorization: `Bearer ${token}` } : {}) }, body, signal, onProgress)
    if (r.status >= 200 && r.status < 300) return r
    if (r.status !== 401 || round >= 2) throw toApiError(r.status, parse(r.text))
    token = await renew(token)
  }
}

function once(method: string, path: string, headers: Record<string, string>, body: XMLHttpRequestBodyInit | null, signal: AbortSignal, onProgress?: (sent: number) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const xhr = new XMLHttpRequest()
    const stop = (): void => xhr.abort()
    signal.addEventListener('abort', stop)
    if (onProgress) xhr.upload.onprogress = (e) => onProgress(e.loaded)
    xhr.onload = () => resolve({ status: xhr.status, text: xhr.responseText, header: (name) => xhr.getResponseHeader(name) })
    xhr.onerror = () => reject(new ApiError('network', NETWORK_MESSAGE))
    xhr.onabort = () => reject(new DOMException('stopped', 'AbortError'))
    xhr.onloadend = () => signal.removeEventListener('abort', stop)
    xhr.open(method, API + path)
    for (const [k, v] of Object.entries(headers)) xhr.setRequestHeader(k, v)
    xhr.send(body)
  })
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      signal.removeEventListener('abort', stop)
      window.removeEventListener('online', go)
      clearTimeout(timer)
    }
    const go = (): void => {
      done()
      resolve()
    }
    const stop = (): void => {
      done()
      reject(new DOMException('stopped', 'AbortError'))
    }
    const timer = setTimeout(go, seconds * 1000)
    window.addEventListener('online', go) // the line is back
    signal.addEventListener('abort', stop)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
