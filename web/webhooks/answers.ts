// What came back, in a few words: for tables, filters and banners. The whole sentence is in causes.ts.
import { t } from '../words/answers.ts'

// Names of statuses are protocol, not language: they are the same everywhere.
const phrases: Record<number, string> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 307: 'Temporary Redirect',
  308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 408: 'Request Timeout',
  409: 'Conflict', 410: 'Gone', 413: 'Content Too Large', 415: 'Unsupported Media Type', 422: 'Unprocessable Content', 429: 'Too Many Requests',
  500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
}

/** "401 Unauthorized", "599", or "No answer". */
export function answerText(statusCode: number | null): string {
  if (statusCode === null) return t('answer.none')
  const phrase = phrases[statusCode]
  return phrase === undefined ? String(statusCode) : `${statusCode} ${phrase}`
}

/** The name of an answer as counts and filters have it: "200 OK", "5xx", "No answer in time", "Host not found". */
export function answerName(answer: string): string {
  if (/^\d{3}$/.test(answer)) return answerText(Number(answer))
  return t.find(`answer.${answer}`) ?? answer
}

export const isSuccess = (answer: string) => /^2/.test(answer)

/** What a row says of the last attempt: the status code, else why there was none. Null before the first attempt. */
export function shortAnswer({ last_status_code: code, last_error_code: error }: { last_status_code: number | null; last_error_code: string | null }): string | null {
  if (code !== null) return String(code)
  return error === null ? null : answerName(error)
}

/** The same in full, for a sentence: "500 Internal Server Error", "Host not found". */
export function lastAnswer({ last_status_code: code, last_error_code: error }: { last_status_code: number | null; last_error_code: string | null }): string {
  return code === null && error !== null ? answerName(error) : answerText(code)
}
