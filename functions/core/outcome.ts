/**
 * Why an attempt was not a success. Stored in `webhook_logs.error_code`; the screen has a sentence for each.
 *
 * | code               | at fault         | what the user should do                                             |
 * |--------------------|------------------|---------------------------------------------------------------------|
 * | dns_failed         | the address      | check the host name for typing mistakes                             |
 * | connect_refused    | the receiver     | start the server, open its port to the internet                     |
 * | connect_timeout    | the receiver     | the same; a firewall may drop our packets                           |
 * | tls_failed         | the receiver     | renew the certificate, or send the whole chain                      |
 * | blocked_address    | the address      | use an address that is public: the name points into a private range |
 * | insecure_url       | the address      | use https://                                                        |
 * | timeout            | the receiver     | answer 2xx first, do the work afterwards                            |
 * | redirect           | the address      | use the final address: redirects are never followed                 |
 * | http_error         | the receiver     | look at the status and at the body of the answer                    |
 * | connection_reset   | the receiver     | look for a crash or a proxy that cuts the answer short              |
 * | invalid_response   | the receiver     | is it an HTTP server that listens there?                            |
 * | network_error      | the way between  | nothing; we try again                                               |
 * | event_too_large    | the row          | keep what is large elsewhere: more than 1 MB is never sent, nor what is nested too deep to be written |
 * | transformation_failed | the webhook   | fix its transformation: nothing was sent                            |
 * | abandoned          | us               | resend: our dispatcher died at every attempt                        |
 * | expired            | nobody           | nothing: it waited longer than events are kept                      |
 */
export const ERROR_CODES = [
  'dns_failed', 'connect_refused', 'connect_timeout', 'tls_failed', 'blocked_address', 'insecure_url', 'timeout', 'redirect', 'http_error',
  'connection_reset', 'invalid_response', 'network_error', 'event_too_large', 'transformation_failed', 'abandoned', 'expired',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** What came back from one attempt. Success is one thing only: a response with a 2xx status and no error code. */
export type Outcome = Response | NoResponse

/** The receiver sent a status and headers. */
export type Response = {
  kind: 'response'
  status: number
  /** Lower-case names; the values of a repeated header joined by ', '. */
  headers: Record<string, string>
  /** The beginning of the body: at most 16 KB of UTF-8, never cut inside a character. */
  body: string
  /** How many bytes of the body were read, kept or not. */
  bodyBytes: number
  /** Whether the receiver sent more than is kept in `body`. */
  bodyTruncated: boolean
  durationMs: number
  /** Null for a 2xx that came whole; `redirect` for 3xx; `http_error` for other statuses; else what broke the body off. */
  errorCode: ErrorCode | null
}

/** No status arrived. */
export type NoResponse = {
  kind: 'no_response'
  errorCode: ErrorCode
  /** A short reason for people: no secret, no address of ours. */
  detail: string
  durationMs: number
}

/** The outcome of an attempt for which there was no body to send. */
export function unsendable(detail: string, errorCode: UnsendableCode = 'transformation_failed'): NoResponse {
  return { kind: 'no_response', errorCode, detail, durationMs: 0 }
}

/** Of attempts that made no request, and would make none the next time either. */
export const UNSENDABLE = ['event_too_large', 'transformation_failed'] as const satisfies readonly ErrorCode[]
export type UnsendableCode = (typeof UNSENDABLE)[number]

/** The error code of a response that arrived whole, or null when it is a success. */
export function statusErrorCode(status: number): ErrorCode | null {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400 ? 'redirect' : 'http_error'
}
