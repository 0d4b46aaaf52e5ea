import type { ErrorCode } from '../core/outcome.ts'

/** A failure of the network in our words: a stable code, and a detail for people that holds no address of ours. */
export type NetworkError = { errorCode: ErrorCode; detail: string }

const known: Record<string, ErrorCode> = {
  ENOTFOUND: 'dns_failed', EAI_AGAIN: 'dns_failed', EAI_NODATA: 'dns_failed', ENODATA: 'dns_failed',
  ECONNREFUSED: 'connect_refused', EHOSTUNREACH: 'connect_refused', ENETUNREACH: 'connect_refused', EADDRNOTAVAIL: 'connect_refused',
  ETIMEDOUT: 'connect_timeout', UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  TABLEHOOK_BLOCKED_ADDRESS: 'blocked_address', TABLEHOOK_INSECURE_URL: 'insecure_url',
  ECONNRESET: 'connection_reset', EPIPE: 'connection_reset', UND_ERR_SOCKET: 'connection_reset', UND_ERR_CLOSED: 'connection_reset',
  UND_ERR_HEADERS_TIMEOUT: 'timeout', UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'invalid_response', UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection_reset',
  EPROTO: 'tls_failed',
}

/** By code, never by the text of a message: texts change between versions. */
export function networkError(error: unknown): NetworkError {
  const code = codeOf(error)
  const errorCode = known[code] ?? (
    /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/.test(code) ? 'tls_failed'
      : code.startsWith('HPE_') ? 'invalid_response'
        : 'network_error')
  return { errorCode, detail: code === '' ? 'unknown error' : code }
}

/** Whether this machine is at its end: too many files or sockets are open, or there is no memory for one more. */
export function isOurs(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'].includes(codeOf(error))
}

/** Trying several addresses fails with one error that holds the others; the first says most. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const own = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (known[own] === undefined && error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (own === '' && error.name === 'HTTPParserError') return 'HPE_INVALID'
  if (own === '' && error.cause !== undefined) return codeOf(error.cause)
  // Deno names invalid certificates by class and sentence, without a code.
  if (own === '' && /invalid peer certificate|certificate/i.test(error.message)) return 'CERT_INVALID'
  return own
}
