/** A call that did not work: what the API refused, or why it could not be asked. */
export class ApiError extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  /** The API's code, such as `name_taken`. Without an answer of the API: `unreachable`, `timeout` or `unexpected_answer`. */
  readonly code: string
  /** The input at fault: `url`, `headers.Host`, `events.2`. */
  readonly field: string | undefined
  /** How to find the request in the logs of the project, where it says so. */
  readonly requestId: string | undefined
  /** Seconds after which it makes sense to ask again, where the API says so. */
  readonly retryAfter: number | undefined

  constructor(message: string, { status, code, field, requestId, retryAfter, cause }: {
    status: number; code: string; field?: string | undefined; requestId?: string | undefined; retryAfter?: number | undefined; cause?: unknown
  }) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.field = field
    this.requestId = requestId
    this.retryAfter = retryAfter
  }
}
