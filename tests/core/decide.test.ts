import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, type Decision } from '../../functions/core/decide.ts'
import { ERROR_CODES, statusErrorCode, type ErrorCode, type Outcome } from '../../functions/core/outcome.ts'
import { RETRY_POLICIES, RETRY_POLICY_NAMES } from '../../functions/core/retry.ts'

const now = new Date('2026-01-01T00:00:00Z')
const after = (ms: number) => new Date(now.getTime() + ms)
const hour = 3_600_000
const evenDice = () => 0.5

const response = (status: number, headers: Record<string, string> = {}, errorCode: ErrorCode | null = statusErrorCode(status)): Outcome =>
  ({ kind: 'response', status, headers, body: '', bodyBytes: 0, bodyTruncated: false, durationMs: 12, errorCode })
const silence = (errorCode: ErrorCode): Outcome => ({ kind: 'no_response', errorCode, detail: 'nothing came', durationMs: 5_000 })
const sendable = ERROR_CODES.filter((code) => code !== 'transformation_failed' && code !== 'event_too_large')
const retry = (ms: number): Decision => ({ kind: 'retry', at: after(ms) })

describe('after the first attempt', () => {
  test.each<[string, Outcome, Decision]>([
    ['200', response(200), { kind: 'succeeded' }],
    ['204', response(204), { kind: 'succeeded' }],
    ['299', response(299), { kind: 'succeeded' }],
    ['200 that asks to be retried', response(200, { 'retry-after': '60' }), { kind: 'succeeded' }],
    ['200 whose body broke off', response(200, {}, 'connection_reset'), retry(5_000)],
    ['200 whose body came too slowly', response(200, {}, 'timeout'), retry(5_000)],
    ['199', response(199), retry(5_000)],
    ['300 without an error code', response(300, {}, null), retry(5_000)],
    ['301', response(301, { location: 'https://elsewhere.test' }), retry(5_000)],
    ['304', response(304), retry(5_000)],
    ['400', response(400), retry(5_000)],
    ['404', response(404), retry(5_000)],
    ['410', response(410), { kind: 'failed', reason: 'gone', turnOff: true }],
    ['410 whose body broke off', response(410, {}, 'connection_reset'), { kind: 'failed', reason: 'gone', turnOff: true }],
    ['500', response(500), retry(5_000)],
    ['429, sooner than we would come', response(429, { 'retry-after': '1' }), retry(5_000)],
    ['429, in an hour', response(429, { 'retry-after': '3600' }), retry(hour)],
    ['429, at a date', response(429, { 'retry-after': 'Thu, 01 Jan 2026 02:00:00 GMT' }), retry(2 * hour)],
    ['429, in ten years', response(429, { 'retry-after': '315360000' }), retry(24 * hour)],
    ['429, garbage', response(429, { 'retry-after': 'soon' }), retry(5_000)],
    ['503, in an hour', response(503, { 'retry-after': '3600' }), retry(hour)],
    ['500, in an hour: not asked of a 500', response(500, { 'retry-after': '3600' }), retry(5_000)],
    // The same bytes, so the same failure: all others may be over by the next time.
    ['no answer: event_too_large', silence('event_too_large'), { kind: 'failed', reason: 'unsendable', turnOff: false }],
    ['no answer: transformation_failed', silence('transformation_failed'), { kind: 'failed', reason: 'unsendable', turnOff: false }],
    ...sendable.map((code): [string, Outcome, Decision] => [`no answer: ${code}`, silence(code), retry(5_000)]),
  ])('%s', (_, outcome, decision) => {
    expect(decide({ outcome, attempt: 1, policy: 'standard', now, random: evenDice })).toEqual(decision)
  })
})

describe('at the end of the schedule', () => {
  test.each(RETRY_POLICY_NAMES)('%s has one attempt more than delays', (policy) => {
    const last = RETRY_POLICIES[policy].length + 1
    const question = { outcome: silence('timeout'), policy, now, random: evenDice }
    for (let attempt = 1; attempt < last; attempt++) expect(decide({ ...question, attempt }).kind).toBe('retry')
    expect(decide({ ...question, attempt: last })).toEqual({ kind: 'failed', reason: 'exhausted', turnOff: false })
    expect(decide({ ...question, attempt: last, outcome: response(200) })).toEqual({ kind: 'succeeded' })
    expect(decide({ ...question, attempt: last, outcome: response(429, { 'retry-after': '9' }) }).kind).toBe('failed')
  })
})

test('a retry is never before our own delay, and never past the later of a day and our longest delay', () => {
  const outcomes = fc.oneof(
    fc.record({ status: fc.integer({ min: 100, max: 599 }), after: fc.oneof(fc.string(), fc.integer().map(String)) })
      .map(({ status, after }) => response(status, { 'retry-after': after })),
    fc.constantFrom(...sendable).map(silence),
  )
  fc.assert(fc.property(
    outcomes, fc.integer({ min: 1, max: 12 }), fc.constantFrom(...RETRY_POLICY_NAMES), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (outcome, attempt, policy, dice) => {
      const decision = decide({ outcome, attempt, policy, now, random: () => dice })
      if (outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300) return decision.kind === 'succeeded'
      if (outcome.kind === 'response' && outcome.status === 410) return decision.kind === 'failed' && decision.turnOff
      const delays: readonly number[] = RETRY_POLICIES[policy]
      const delay = delays[attempt - 1]
      if (delay === undefined) return decision.kind === 'failed' && decision.reason === 'exhausted'
      if (decision.kind !== 'retry') return false
      const wait = decision.at.getTime() - now.getTime()
      return wait >= Math.floor(delay * 0.9) && wait <= Math.max(24 * hour, Math.ceil(delay * 1.1))
    },
  ), { numRuns: 2_000 })
})
