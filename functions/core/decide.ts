import { UNSENDABLE, type Outcome } from './outcome.ts'
import { retryDelay, type RetryPolicy } from './retry.ts'
import { parseRetryAfter } from './retry_after.ts'

/** What to do with the delivery now. `turnOff`: the receiver said that it is gone, so its webhook goes off too. `unsendable`: there is no body. */
export type Decision =
  | { kind: 'succeeded' }
  | { kind: 'retry'; at: Date }
  | { kind: 'failed'; reason: 'exhausted' | 'gone' | 'unsendable'; turnOff: boolean }

/** What a decision is made from. `attempt` is 1-based and counts within the current round of the schedule: a resend starts a new one. */
export type Question = { outcome: Outcome; attempt: number; policy: RetryPolicy; now: Date; random: () => number }

/** Decides a delivery's fate. Pure: same outcome, attempt, clock and dice, same decision. */
export function decide({ outcome, attempt, policy, now, random }: Question): Decision {
  if (isSuccess(outcome)) return { kind: 'succeeded' }
  if (outcome.kind === 'response' && outcome.status === 410) return { kind: 'failed', reason: 'gone', turnOff: true }
  // The same event and the same transformation: it would fail again.
  if (UNSENDABLE.some((code) => code === outcome.errorCode)) return { kind: 'failed', reason: 'unsendable', turnOff: false }
  const delay = retryDelay(policy, attempt, random)
  if (delay === null) return { kind: 'failed', reason: 'exhausted', turnOff: false }
  return { kind: 'retry', at: new Date(Math.max(now.getTime() + delay, askedFor(outcome, now))) }
}

/** A 2xx whose body came whole: a receiver that broke off may not have done the work. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300 && outcome.errorCode === null
}

/** The moment, in epoch milliseconds, before which an overloaded receiver asked us not to come back. */
function askedFor(outcome: Outcome, now: Date): number {
  if (outcome.kind !== 'response' || (outcome.status !== 429 && outcome.status !== 503)) return 0
  return parseRetryAfter(outcome.headers['retry-after'], now)?.getTime() ?? 0
}
