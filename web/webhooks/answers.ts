import { t } from '../words/common.ts'

// Names of statuses are protocol, not language: they are the same everywhere.
const phrases: Record<number, string> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 307: 'Temporary Redirect',
  308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 408: 'Request Timeout',
  409: 'Conflict', 410: 'Gone', 413: 'Content Too Large', 415: 'Unsupported Media Type', 422: 'Unprocessable Content', 429: 'Too Many Requests',
  500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
}

/** "401 Unauthorized", "599", or "No answer". */
export function answerText(statusCode: number | null): string {
  if (statusCode === null) return t('common.no_answer')
  const phrase = phrases[statusCode]
  return phrase === undefined ? String(statusCode) : `${statusCode} ${phrase}`
}
