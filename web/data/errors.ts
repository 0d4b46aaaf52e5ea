import { isHarmless, isTooLate } from './fetch_in_time.ts'
import { t } from '../words/refusals.ts'

/** Why a request did not work. Screens look at `code` and `field`, and show `message`. */
export class ApiError extends Error {
  /** A stable code of ours, or `offline`, `connection_lost`, `too_late`, `signed_out`, `unexpected`. */
  readonly code: string
  /** The input that is at fault: `name`, `headers.Host`, `events.2`. */
  readonly field: string | undefined
  readonly status: number | undefined

  constructor(code: string, message: string, { field, status, cause }: { field?: string | undefined; status?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause })
    this.name = 'ApiError'
    this.code = code
    this.field = field === '' ? undefined : field
    this.status = status
  }
}

type DatabaseError = { message: string; code?: string | null; hint?: string | null; details?: string | null }

/** Turns whatever was thrown or answered into one `ApiError`. */
export function toApiError(error: unknown, status?: number): ApiError {
  if (error instanceof ApiError) return error
  const { message = '', code = '', hint = '', details = '' } = (error ?? {}) as Partial<DatabaseError>
  if (isTooLate(error, message)) return refusal('too_late', { cause: error })
  if (isHarmless(message)) return refusal('offline', { cause: error })
  if (isConnectionLost(error, message, status)) return refusal('connection_lost', { cause: error })
  if (status === 401 || code === 'PGRST301' || code === 'PGRST303') return refusal('signed_out', { status: 401, cause: error })
  // Our functions raise with hint = code and details = field; other database errors have hints that are sentences.
  if (hint && /^[a-z_]+$/.test(hint)) return new ApiError(hint, message, { field: details ?? undefined, status, cause: error })
  if (code === '23505') return new ApiError('name_taken', message, { field: 'name', status, cause: error })
  if (code === '42501' || status === 403) return refusal('forbidden', { status: 403, cause: error })
  if (status !== undefined && status >= 500) return refusal(status === 503 ? 'unavailable' : 'internal', { status, cause: error })
  return new ApiError(code || 'unexpected', message || t('refusal.unexpected'), { status, cause: error })
}

function isConnectionLost(error: unknown, message: string, status: number | undefined): boolean {
  if (error instanceof TypeError) return true
  return (status === 0 || status === undefined) && /failed to fetch|networkerror|load failed|fetch failed/i.test(message)
}

/** An error with our own sentence for a code. */
export function refusal(code: string, options: { status?: number; cause?: unknown } = {}): ApiError {
  return new ApiError(code, t.find(`refusal.${code}`) ?? t('refusal.unexpected'), options)
}

/** The sentence to show: ours where there is one for the code, else the server's. */
export function reason(error: unknown): string {
  const { code, message } = toApiError(error)
  return t.find(`refusal.${code}`) ?? message
}

/**
 * The sentence that something was not done, unless nobody knows: when the answer to a change is lost, the change may have been made.
 * Whoever reads that it was not would do it twice. `about`: what it was done to, for a message that stands alone.
 */
export function notDone(error: unknown, sentence: string, about?: string): string {
  const { code, status } = toApiError(error)
  const isUnknown = code === 'connection_lost' || code === 'too_late' || status === 502 || status === 504
  if (!isUnknown) return sentence
  return about === undefined ? t('refusal.unanswered') : t('refusal.unanswered_about', { name: about })
}
