// From what an attempt brought back to a sentence a person can act on.
import { duration } from '../ui/time_format.ts'
import { t } from '../words/causes.ts'

export { answerText } from './answers.ts'

export type AttemptFacts = {
  status_code: number | null
  error_code: string | null
  error_detail?: string | null | undefined
  /** Response headers, lower-case. */
  headers?: Record<string, string> | null | undefined
  url: string
  timeout_ms: number
}

/** `promisesRetry`: the advice is that we try again, which is not true of a test, nor after the last attempt. */
export type Cause = { sentence: string; advice: string | null; promisesRetry?: boolean }

/** Why an attempt failed and what helps; null for a success. */
export function cause({ status_code, error_code, error_detail, headers, url, timeout_ms }: AttemptFacts): Cause | null {
  const host = hostOf(url)
  if (error_code === 'redirect' && status_code !== null) {
    const location = headers?.location
    return { sentence: t('cause.redirect', { code: String(status_code) }), advice: location ? t('advice.redirect_to', { location }) : t('advice.redirect') }
  }
  if (error_code !== null && error_code !== 'http_error') return ofError(error_code, { host, detail: error_detail, timeout: duration(timeout_ms) })
  if (status_code === null || (status_code >= 200 && status_code < 300)) return null
  return ofStatus(status_code, headers?.['retry-after'])
}

function ofError(code: string, { host, detail, timeout }: { host: string; detail: string | null | undefined; timeout: string }): Cause {
  const advice = t.find(`advice.${code}`)
  const plain = detail?.replace(/\.$/, '')
  if (code === 'tls_failed' && plain) return { sentence: t('cause.tls_failed_detail', { host, detail: plain }), advice }
  if (code === 'event_too_large' && plain) return { sentence: t('cause.event_too_large_detail', { detail: plain }), advice }
  if (code === 'transformation_failed' && plain) return { sentence: t('cause.transformation_failed_detail', { detail: plain }), advice }
  return { sentence: t.find(`cause.${code}`, { host, timeout }) ?? t('cause.unknown', { code }), advice, ...(code === 'network_error' ? { promisesRetry: true } : {}) }
}

function ofStatus(status: number, retryAfter: string | undefined): Cause {
  const code = String(status)
  switch (status) {
    case 400: case 422: return { sentence: t('cause.status_rejected', { code }), advice: t('advice.status_rejected') }
    case 401: case 403: return { sentence: t('cause.status_refused', { code }), advice: t('advice.status_refused') }
    case 404: return { sentence: t('cause.status_404'), advice: t('advice.status_404') }
    case 405: return { sentence: t('cause.status_405'), advice: null }
    case 410: return { sentence: t('cause.status_410'), advice: t('advice.status_410') }
    case 413: return { sentence: t('cause.status_413'), advice: t('advice.status_413') }
    case 429: return retryAfter && /^\d+$/.test(retryAfter)
      ? { sentence: t('cause.status_429'), advice: t('advice.status_429_after', { retryAfter: duration(Number(retryAfter) * 1000) }), promisesRetry: true }
      : { sentence: t('cause.status_429'), advice: t('advice.status_429') }
  }
  if (status >= 500) return { sentence: t('cause.status_5xx', { code }), advice: t('advice.status_5xx'), promisesRetry: true }
  return { sentence: t('cause.status_other', { code }), advice: null }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
