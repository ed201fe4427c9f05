import createClient from 'openapi-fetch'

import { ApiError, asApiError, errorOf, isAbort, toApiError } from './errors'
import type { paths } from './schema.gen'
import { API, authorisedFetch } from './token'

/** The typed client of the generated schema. Every request carries a token and survives its end (see token.ts). */
export const client = createClient<paths>({
  baseUrl: window.location.origin + API,
  fetch: authorisedFetch,
  querySerializer: { array: { style: 'form', explode: false } },
})

/** The body of an answer, or an ApiError (or the AbortError of the call's signal). */
export async function take<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer
  try {
    answer = await call
  } catch (e) {
    if (isAbort(e)) throw e
    throw asApiError(e)
  }
  if (!answer.response.ok) throw toApiError(answer.response.status, answer.error)
  return answer.data as T
}

/** A call without a schema entry of its own, such as the download of a file. */
export async function authorised(path: string, init: RequestInit = {}): Promise<Response> {
  let res: Response
  try {
    res = await authorisedFetch(new Request(window.location.origin + API + path, init))
  } catch (e) {
    if (isAbort(e) || e instanceof ApiError) throw e
    throw asApiError(e)
  }
  if (!res.ok) throw await errorOf(res)
  return res
}
