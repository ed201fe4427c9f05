import { ApiError, NETWORK_MESSAGE, toApiError } from './errors'
import { API, freshToken, renew } from './token'
import type { Dataset, DatasetMeta } from './types'

export interface UploadOptions {
  /** Bytes sent so far, of the whole request. */
  onProgress: (sent: number, total: number) => void
  signal: AbortSignal
}

interface Answer {
  status: number
  body: unknown
}

/** Sends one file with its metadata. XMLHttpRequest, because fetch tells nothing about what has been sent. */
export async function uploadDataset(file: File, meta: DatasetMeta, options: UploadOptions): Promise<Dataset> {
  let token = await freshToken()
  let answer = await send(file, meta, token, options)
  if (answer.status === 401) {
    token = await renew(token)
    answer = await send(file, meta, token, options)
  }
  if (answer.status < 200 || answer.status > 299) throw toApiError(answer.status, answer.body)
  return answer.body as Dataset
}

function send(file: File, meta: DatasetMeta, token: string, { onProgress, signal }: UploadOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new DOMException('cancelled', 'AbortError'))
      return
    }
    const form = new FormData()
    // The metadata goes first: the server can refuse before the file has been sent.
    form.append('meta', JSON.stringify(meta))
    form.append('file', file, file.name)

    const xhr = new XMLHttpRequest()
    const stop = (): void => xhr.abort()
    signal.addEventListener('abort', stop)
    xhr.upload.onprogress = (e) => onProgress(e.loaded, e.lengthComputable ? e.total : file.size)
    xhr.onload = () => resolve({ status: xhr.status, body: parse(xhr.responseText) })
    xhr.onerror = () => reject(new ApiError('network', NETWORK_MESSAGE))
    xhr.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
    xhr.onloadend = () => signal.removeEventListener('abort', stop)
    xhr.open('POST', `${API}/datasets`)
    xhr.setRequestHeader('Authorization', `Bearer ${token}`)
    xhr.send(form)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
