// What went wrong with a call, as an ApiError with a sentence that helps.
import { ApiError } from './api_error.ts'

/** No answer came. `timeoutMs` is how long was waited, when that was why. */
export function unreachable(url: string, timeoutMs: number | null, cause: unknown): ApiError {
  const { origin } = new URL(url)
  return timeoutMs === null
    ? new ApiError(`${origin} could not be reached (${reasonOf(cause)}). Is the address right, and the network up?`, { status: 0, code: 'unreachable', cause })
    : new ApiError(`${origin} did not answer within ${timeoutMs} ms. Ask again, or set a longer timeoutMs.`, { status: 0, code: 'timeout', cause })
}

/** An answer that the API never gives. `text`: what is in it, where it is a refusal. */
export function unexpected(url: string, { status }: Response, text = ''): ApiError {
  const { origin } = new URL(url)
  if (status >= 500) return new ApiError(`${origin} is not available: what stands before the API answered ${status}. Try again in a minute.`, { status, code: 'unavailable' })
  const said = saidIn(text)
  const sentence = status === 404 && /function/i.test(said) ? `${origin} has no function “webhooks” (404, “${said}”). Deploy it with npx supabase functions deploy webhooks dispatcher.`
    : status === 401 && said !== '' ? `${origin} refused the call before it came to Tablehook’s API: 401, “${said}”. If it is the address of its Supabase project, the functions need verify_jwt = false in supabase/config.toml, and to be deployed again.`
      : `${origin} answered ${status} with something that is not from Tablehook’s API. Is this the address of its Supabase project?`
  return new ApiError(sentence, { status, code: 'unexpected_answer' })
}

/** What a gateway says in its own way. */
function saidIn(text: string): string {
  const { message } = (jsonIn(text) ?? {}) as { message?: unknown }
  return typeof message === 'string' ? message.slice(0, 200) : ''
}

/** An answer that is not a success. */
export function answerError(url: string, response: Response, text: string): ApiError {
  const refusal = refusalIn(text)
  if (refusal === null) return withDetails(unexpected(url, response, text), response)
  const { code, message, field } = refusal
  return withDetails(new ApiError(message, { status: response.status, code, field }), response)
}

function withDetails(error: ApiError, response: Response): ApiError {
  const { status, code, field, message } = error
  const requestId = response.headers.get('sb-request-id') ?? response.headers.get('x-request-id') ?? /\(Reference ([0-9a-f]+)\)/.exec(message)?.[1]
  return new ApiError(message, { status, code, field, requestId, retryAfter: retryAfterOf(response.headers.get('retry-after')) })
}

function refusalIn(text: string): { code: string; message: string; field: string | undefined } | null {
  const { error } = (jsonIn(text) ?? {}) as { error?: { code?: unknown; message?: unknown; field?: unknown } | null }
  if (typeof error?.code !== 'string' || typeof error.message !== 'string') return null
  return { code: error.code, message: error.message, field: typeof error.field === 'string' ? error.field : undefined }
}

/** null for what is no JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Seconds or a date, as seconds from now. */
function retryAfterOf(header: string | null): number | undefined {
  if (header === null) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1_000))
}

/** Why a connection failed: fetch hides it in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}
