/** What happened to a webhook that its people should know. */
export type AlertKind = 'failing' | 'disabled' | 'recovered'

/** One webhook of a digest. Moments are ISO texts; `statusCode` and `errorCode` are of its last failed attempt. */
export type Alert = {
  id: number
  kind: AlertKind
  webhookId: string
  name: string
  url: string
  /** Of `disabled`: `gone` (410) or `failing` (for days without a success). */
  reason: string | null
  failures: number
  failingSince: string
  at: string
  turnsOffAt: string
  statusCode: number | null
  errorCode: string | null
}

/** One message to the people of one organization: the first alerts in full, all of them as totals. */
export type Digest = {
  id: string
  organizationId: string
  /** Counts from 1; grows with each try that the mail server did not take. */
  attempt: number
  recipients: string[]
  totals: Partial<Record<AlertKind, number>>
  alerts: Alert[]
}

const MINUTE = 60_000

/** Waits before the next tries, in milliseconds: together just under a day, after which nobody wants to read it. */
export const MAIL_RETRIES = [1, 5, 15, 60, 120, 240, 480, 480].map((minutes) => minutes * MINUTE)

/** How long to wait after a failed try, or null when that was the last. `attempt` counts from 1. */
export function nextMailTry(attempt: number): number | null {
  return MAIL_RETRIES[attempt - 1] ?? null
}
