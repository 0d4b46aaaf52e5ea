// What the overview of one webhook reads.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import {
  acmeMember, addAttempt, addCount, addDeliveries, addDelivery, addOrganizations, addWebhook, call, globexOwner,
} from '../support/webhook_rows.ts'

let db: FreshDatabase
let webhook: string
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganizations(db)
})
afterAll(() => db.drop())
beforeEach(async () => {
  await db.sql`delete from public.webhook_configurations`
  await db.sql`truncate webhooks.deliveries, public.webhook_logs, webhooks.hourly_counts, webhooks.missed_events`
  webhook = await addWebhook(db)
})

type Bucket = { at: string, succeeded: number, failed: number, attempts: number }
type Overview = Record<string, unknown> & { buckets: Bucket[], recent_failures: Record<string, unknown>[] }
const at = '2026-11-20T14:30:00Z'
const overview = (range = '24h', user: string | null = acmeMember) => call<Overview>(db, user, 'webhook_overview', { webhook_id: webhook, range, at })

test('a webhook without attempts has every bucket, all of them empty', async () => {
  const { buckets, ...rest } = await overview('24h')
  expect(rest).toEqual({
    from: '2026-11-19T15:00:00+00:00', to: '2026-11-20T14:30:00+00:00', bucket: 'hour', delivered: 0, failed: 0, attempts: 0,
    waiting: 0, retrying: 0, next_retry_at: null, median_ms: null, p95_ms: null, by_event: [], by_answer: [], recent_failures: [],
    missed: 0, secret_overlap_until: null,
  })
  expect(buckets).toHaveLength(24)
  expect(buckets.every((bucket) => bucket.succeeded + bucket.failed + bucket.attempts === 0)).toBe(true)
})

test.each([
  ['24h', 'hour', 24, '2026-11-19T15:00:00+00:00', '2026-11-20T14:00:00+00:00'],
  ['7d', 'day', 7, '2026-11-14T00:00:00+00:00', '2026-11-20T00:00:00+00:00'],
  ['30d', 'day', 30, '2026-10-22T00:00:00+00:00', '2026-11-20T00:00:00+00:00'],
])('%s is shown by the %s in %i buckets', async (range, bucket, count, first, last) => {
  const answer = await overview(range)
  expect(answer).toMatchObject({ bucket, from: first })
  expect(answer.buckets).toHaveLength(count)
  expect([answer.buckets[0]!.at, answer.buckets.at(-1)!.at]).toEqual([first, last])
})

test('counts go into their bucket, event type and answer, and what is older than the range into none', async () => {
  await addCount(db, webhook, { hour: '2026-11-20T14:00:00Z', attempts: 8, succeeded: 8 })
  await addCount(db, webhook, { hour: '2026-11-20T02:00:00Z', event_type: 'deal.created', answer: '500', attempts: 4, failed: 1 })
  await addCount(db, webhook, { hour: '2026-11-14T00:00:00Z', event_type: 'deal.created', answer: 'timeout', attempts: 5, failed: 2 })
  await addCount(db, webhook, { hour: '2026-11-13T23:00:00Z', attempts: 1000, succeeded: 1000 })
  await addCount(db, await addWebhook(db), { hour: '2026-11-20T14:00:00Z', attempts: 77, succeeded: 77 })

  const day = await overview('24h')
  expect(day).toMatchObject({ delivered: 8, failed: 1, attempts: 12 })
  expect(day.buckets[23]).toEqual({ at: '2026-11-20T14:00:00+00:00', succeeded: 8, failed: 0, attempts: 8 })

  const week = await overview('7d')
  expect(week).toMatchObject({
    delivered: 8, failed: 3, attempts: 17,
    by_event: [{ event_type: 'deal.created', attempts: 9, succeeded: 0, failed: 3 }, { event_type: 'contact.created', attempts: 8, succeeded: 8, failed: 0 }],
    by_answer: [{ answer: '200', attempts: 8 }, { answer: 'timeout', attempts: 5 }, { answer: '500', attempts: 4 }],
  })
  expect(week.buckets.map((bucket) => bucket.attempts)).toEqual([5, 0, 0, 0, 0, 0, 12])
})

test('times are of answers and timeouts; an address that was not found in 2 ms is no fast answer', async () => {
  for (let ms = 1; ms <= 20; ms++) await addAttempt(db, webhook, { duration_ms: ms * 100 })
  await addAttempt(db, webhook, { duration_ms: 5000, status_code: null, error_code: 'timeout' })
  for (let i = 0; i < 30; i++) await addAttempt(db, webhook, { duration_ms: 2, status_code: null, error_code: 'dns_failed' })
  await addAttempt(db, webhook, { duration_ms: 9000, is_test: true })
  await addAttempt(db, webhook, { duration_ms: 9000, created_at: '2026-11-18T12:00:00Z' })
  expect(await overview('24h')).toMatchObject({ median_ms: 1100, p95_ms: 2000 })
})

test('times are those of the newest thousand attempts', async () => {
  await db.sql`
    insert into public.webhook_logs (organization_id, webhook_id, delivery_id, event_id, event_type, attempt, status_code, duration_ms, created_at)
    select organization_id, id, gen_random_uuid(), gen_random_uuid(), 'contact.created', 1, 200, case when i <= 1000 then 50 else 4000 end,
           timestamptz '2026-11-20T14:00:00Z' - i * interval '1 second'
    from public.webhook_configurations, generate_series(1, 3000) i where id = ${webhook}`
  expect(await overview('24h')).toMatchObject({ median_ms: 50, p95_ms: 50 })
})

test('recent failures are one line per delivery, the newest five, without tests and lost leases', async () => {
  const [retried, given_up, ...others] = await addDeliveries(db, webhook, [
    { attempt_count: 2, due_at: '2026-11-20T15:00:00Z' }, { state: 'failed', attempt_count: 12, round_started_at_attempt: 2 },
    ...Array.from({ length: 5 }, () => ({ state: 'succeeded', attempt_count: 2 })),
  ])
  const fail = (delivery_id: string | undefined, created_at: string, row = {}) =>
    addAttempt(db, webhook, { delivery_id, created_at, status_code: 500, error_code: 'http_error', ...row })
  await fail(retried, '2026-11-20T14:05:00Z')
  await fail(retried, '2026-11-20T14:10:00Z', { attempt: 2 })
  await fail(retried, '2026-11-20T14:12:00Z', { attempt: 3, superseded: true })
  await fail(given_up, '2026-11-20T14:20:00Z', { attempt: 12, status_code: null, error_code: 'timeout', event_type: 'deal.created' })
  for (const [index, delivery] of others.entries()) await fail(delivery, `2026-11-20T13:0${index}:00Z`)
  await fail(others[0], '2026-11-20T14:25:00Z', { is_test: true })
  await addAttempt(db, webhook, { delivery_id: others[0], created_at: '2026-11-20T14:26:00Z' })

  const { recent_failures } = await overview()
  expect(recent_failures.map((failure) => failure.delivery_id)).toEqual([given_up, retried, others[4], others[3], others[2]])
  expect(recent_failures[0]).toEqual({
    delivery_id: given_up, event_type: 'deal.created', status_code: null, error_code: 'timeout', at: '2026-11-20T14:20:00+00:00',
    attempt: 12, max_attempts: 12, state: 'failed', next_attempt_at: null,
  })
  expect(recent_failures[1]).toMatchObject({ attempt: 2, max_attempts: 10, state: 'pending', next_attempt_at: '2026-11-20T15:00:00+00:00' })
})

test('waiting is all that is open, retrying what failed before, and the next retry is the first to come', async () => {
  await addDeliveries(db, webhook, [
    {}, { state: 'sending', attempt_count: 2, due_at: '2026-11-20T14:31:00Z' }, { state: 'succeeded', attempt_count: 1 }, { state: 'failed', attempt_count: 10 },
    { attempt_count: 1, due_at: '2026-11-20T14:00:00Z' }, { attempt_count: 1, due_at: '2026-11-20T16:00:00Z' }, { attempt_count: 3, due_at: '2026-11-20T14:45:00Z' },
    { state: 'sending', attempt_count: 1, due_at: '2026-11-20T14:29:00Z' }, { state: 'sending', is_test: true, due_at: '2036-11-20T14:31:00Z' },
  ])
  expect(await overview()).toMatchObject({ waiting: 6, retrying: 3, next_retry_at: '2026-11-20T14:45:00+00:00' })
})

test('waiting stops counting at 1,000', async () => {
  await addDeliveries(db, webhook, Array.from({ length: 1100 }, (_, i) => (i < 1050 ? {} : { attempt_count: 1, due_at: '2026-11-20T15:00:00Z' })))
  expect(await overview()).toMatchObject({ waiting: 1000, retrying: 50 })
})

test('what was missed and how long the old secret lives are told', async () => {
  await db.sql`update public.webhook_configurations set is_active = false where id = ${webhook}`
  await db.sql`update public.webhook_configurations set disabled_at = '2026-11-20T10:00:00Z' where id = ${webhook}`
  await db.sql`insert into webhooks.missed_events values (${webhook}, 3, '2026-11-20T09:00:00Z'), (${webhook}, 4, '2026-11-20T11:00:00Z')`
  const keep = (sealed: string, until: string | null) => db.sql`insert into webhooks.secrets (webhook_id, sealed, expires_at) values (${webhook}, ${sealed}, ${until})`
  await keep('v1.gone', '2026-11-20T14:00:00Z')
  await keep('v1.new', null)
  expect(await overview()).toMatchObject({ missed: 4, secret_overlap_until: null })
  await keep('v1.old', '2026-11-21T14:00:00Z')
  expect(await overview()).toMatchObject({ missed: 4, secret_overlap_until: '2026-11-21T14:00:00+00:00' })
})

test('tests change no number', async () => {
  await db.sql`update public.webhook_configurations set created_at = '2026-11-01' where id = ${webhook}`
  const before = await overview()
  await addDelivery(db, webhook, { state: 'failed', is_test: true, attempt_count: 1, last_status_code: 500, last_error_code: 'http_error' })
  await addAttempt(db, webhook, { is_test: true, status_code: 500, error_code: 'http_error' })
  expect(await overview()).toEqual(before)
})

test('only members see it, other ranges are refused, and what does not exist is null', async () => {
  expect(await overview('24h', acmeMember)).not.toBeNull()
  expect(await overview('24h', globexOwner)).toBeNull()
  await expect(overview('24h', null)).rejects.toMatchObject({ code: '42501' })
  await expect(overview('1y')).rejects.toMatchObject({ hint: 'invalid_input', detail: 'range' })
  for (const never of ['infinity', '-infinity']) {
    await expect(call(db, acmeMember, 'webhook_overview', { webhook_id: webhook, at: never })).rejects.toMatchObject({ hint: 'invalid_input', detail: 'at' })
  }
  await db.sql`delete from public.webhook_configurations where id = ${webhook}`
  expect(await overview()).toBeNull()
})
