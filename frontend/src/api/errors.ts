/** One complaint about one input field, or about one line of an uploaded file. */
export interface FieldError {
  field?: string
  line?: number
  column?: number
  value?: string
  message: string
}

/** What every failed call throws. `message` is meant for people; `code` is stable and meant for branching. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    readonly code: string,
    message: string,
    readonly status = 0,
    readonly fields: FieldError[] = [],
  ) {
    super(message)
  }

  /** The complaint about one field, for the form to show next to it. */
  field(name: string): string | undefined {
    return this.fields.find((f) => f.field === name || f.field?.endsWith(`.${name}`))?.message
  }
}

export const NETWORK_MESSAGE = 'The server does not answer. Check the connection and try again.'

const byStatus: Record<number, [string, string]> = {
  401: ['unauthorized', 'Please sign in.'],
  403: ['forbidden', 'You may not do this.'],
  404: ['not_found', 'This does not exist, or you may not see it.'],
  409: ['conflict', 'Somebody else changed this in the meantime. Reload and try again.'],
  413: ['too_large', 'The file is larger than this server accepts.'],
  429: ['rate_limited', 'Too many attempts. Wait a minute and try again.'],
  502: ['network', NETWORK_MESSAGE],
  503: ['network', 'The server is busy or restarting. Try again in a moment.'],
  504: ['network', NETWORK_MESSAGE],
  507: ['storage_full', 'The server has no room left for this file.'],
}

function isRecord(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null
}

function text(v: unknown): string | undefined {
  return typeof v === 'string' && v !== '' ? v : undefined
}

function count(v: unknown): number | undefined {
  return typeof v === 'number' && v > 0 ? v : undefined
}

function fieldErrors(v: unknown): FieldError[] {
  if (!Array.isArray(v)) return []
  return v.filter(isRecord).map((e) => ({
    field: text(e.field) ?? text(e.location)?.replace(/^(body|query|path)\./, ''),
    line: count(e.line),
    column: count(e.column),
    value: text(e.value),
    message: text(e.message) ?? 'not valid',
  }))
}

/** Makes an ApiError of the body of a failed answer: a problem document, or whatever a proxy in between says. */
export function toApiError(status: number, body: unknown): ApiError {
  const [code, message] = byStatus[status] ?? ['internal', `The server failed (status ${status}). Try again.`]
  if (!isRecord(body)) return new ApiError(code, message, status)
  return new ApiError(
    text(body.code) ?? code,
    text(body.detail) ?? text(body.title) ?? message,
    status,
    fieldErrors(body.errors),
  )
}

/** Any thrown thing as an ApiError; aborts pass through `isAbort` first. */
export function asApiError(e: unknown): ApiError {
  if (e instanceof ApiError) return e
  if (e instanceof TypeError) return new ApiError('network', NETWORK_MESSAGE)
  return new ApiError('internal', e instanceof Error ? e.message : String(e))
}

export function isAbort(e: unknown): boolean {
  return e instanceof DOMException && e.name === 'AbortError'
}

/** Parses the body of a failed response without throwing. */
export async function errorOf(res: Response): Promise<ApiError> {
  let body: unknown
  try {
    body = await res.json()
  } catch {
    body = undefined
  }
  return toApiError(res.status, body)
}
