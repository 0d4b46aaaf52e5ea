// The record: closes a batch of attempts. Fenced, so that a late answer is logged and changes nothing else.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect } from '../../functions/io/database.ts'
import { recordAttempts, type Claim } from '../../functions/io/store.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addListener, addOrganization, addWebhook, after, claim, forgetWebhooks, noon, record, type Claimed, type Values } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(() => forgetWebhooks(db.sql))

const delivery = async (id: string) => (await db.sql`select * from webhooks.deliveries where id = ${id}`)[0] as Values
const logs = () => db.sql`select * from public.webhook_logs order by created_at, attempt`
const counts = (webhook: string) => db.sql`
  select hour, event_type, answer, attempts::int, succeeded::int, failed::int from webhooks.hourly_counts where webhook_id = ${webhook} order by hour, event_type, answer`

/** `count` claimed deliveries of one webhook, in the order of capture. */
async function claimed(count: number, values: Values = {}) {
  const { organization, webhook } = await addListener(db.sql)
  const ids = await addDeliveries(db.sql, organization, webhook, count, values)
  const claims = await claim(db.dispatcher)
  return { organization, webhook, claims: ids.map((id) => claims.find((each) => each.delivery_id === id)!) }
}

describe('an attempt', () => {
  test('that succeeded closes the delivery and is logged whole', async () => {
    const { organization, webhook, claims: [mine] } = await claimed(1)
    const answer = { status: 201, headers: { 'content-type': 'text/plain' }, body: 'Thänks', startedAt: after(1) }
    expect(await record(db.dispatcher, [{ claim: mine!, ...answer }], after(2))).toEqual([])
    expect(await delivery(mine!.delivery_id)).toMatchObject({
      state: 'succeeded', due_at: null, finished_at: after(2), attempt_count: 1, lapse_count: 0,
      last_attempt_at: after(1), last_status_code: 201, last_error_code: null, last_duration_ms: 12.5,
    })
    expect(await logs()).toMatchObject([{
      organization_id: organization, webhook_id: webhook, delivery_id: mine!.delivery_id, event_id: mine!.event_id, event_type: 'contact.created',
      attempt: 1, status_code: 201, error_code: null, response_headers: { 'content-type': 'text/plain' }, response_body: 'Thänks', response_bytes: 7,
      duration_ms: 12.5, is_test: false, superseded: false, created_at: after(1),
    }])
  })

  test('that is retried is due again, with the next number', async () => {
    const { claims: [mine] } = await claimed(1)
    await record(db.dispatcher, [{ claim: mine!, state: 'pending', status: 503, dueAt: after(300) }])
    expect(await delivery(mine!.delivery_id)).toMatchObject({ state: 'pending', due_at: after(300), finished_at: null, attempt_count: 1, last_status_code: 503 })
    expect(await claim(db.dispatcher, { at: after(299) })).toEqual([])
    expect(await claim(db.dispatcher, { at: after(300) })).toMatchObject([{ attempt: 2, round_attempt: 2, claim: 2 }])
  })

  test('that failed for good closes the delivery', async () => {
    const { claims: [mine] } = await claimed(1)
    await record(db.dispatcher, [{ claim: mine!, state: 'failed', status: null, error: 'timeout', headers: null, body: null }], after(9))
    expect(await delivery(mine!.delivery_id)).toMatchObject({ state: 'failed', due_at: null, finished_at: after(9), last_status_code: null, last_error_code: 'timeout' })
    expect(await logs()).toMatchObject([{ status_code: null, error_code: 'timeout', response_headers: null, response_body: null }])
  })
})

describe('the fence', () => {
  async function lapsed() {
    const { webhook, claims: [old] } = await claimed(1)
    const [current] = await claim(db.dispatcher, { at: after(60) })
    return { webhook, old: old!, current: current! }
  }

  test.each(['succeeded', 'pending', 'failed'] as const)('lets an older claim that %s change nothing, answers with its id, and logs the request', async (state) => {
    const { webhook, old, current } = await lapsed()
    const before = await delivery(old.delivery_id)
    expect(await record(db.dispatcher, [{ claim: old, state, gone: true }], after(61))).toEqual([old.delivery_id])
    expect(await delivery(old.delivery_id)).toEqual(before)
    expect(await logs()).toMatchObject([{ attempt: 1, superseded: true }])
    expect(await counts(webhook)).toEqual([])
    const [health] = await db.sql`select is_active, consecutive_failures from public.webhook_configurations where id = ${webhook}`
    expect(health).toEqual({ is_active: true, consecutive_failures: 0 })
    expect(await record(db.dispatcher, [{ claim: current }], after(62))).toEqual([])
    expect((await delivery(old.delivery_id)).state).toBe('succeeded')
  })

  test('tells two claims of one delivery apart also within one batch', async () => {
    const { old, current } = await lapsed()
    await record(db.dispatcher, [{ claim: old, state: 'failed' }, { claim: current }], after(62))
    expect(await delivery(old.delivery_id)).toMatchObject({ state: 'succeeded', attempt_count: 1 })
    expect((await logs()).map((row) => [row.status_code, row.superseded]).sort()).toEqual([[200, false], [500, true]])
  })

  test('holds after the delivery is closed', async () => {
    const { old, current } = await lapsed()
    await record(db.dispatcher, [{ claim: current }], after(61))
    expect(await record(db.dispatcher, [{ claim: old, state: 'failed' }], after(62))).toEqual([old.delivery_id])
    expect((await delivery(old.delivery_id)).state).toBe('succeeded')
  })

  test('says nothing of a delivery that is no more', async () => {
    const { claims: [mine] } = await claimed(1)
    await db.sql`delete from webhooks.deliveries`
    expect(await record(db.dispatcher, [{ claim: mine! }])).toEqual([mine!.delivery_id])
    expect(await logs()).toEqual([])
  })
})

test('a batch that is recorded twice, because its answer was lost, counts once', async () => {
  const { webhook, claims } = await claimed(3)
  const batch = claims.map((each, n) => ({ claim: each, state: (['succeeded', 'pending', 'failed'] as const)[n]!, startedAt: noon }))
  await record(db.dispatcher, batch)
  const after1 = await Promise.all([logs(), counts(webhook), ...claims.map((each) => delivery(each.delivery_id)), health(webhook)])
  await record(db.dispatcher, batch, after(1))
  expect(await Promise.all([logs(), counts(webhook), ...claims.map((each) => delivery(each.delivery_id)), health(webhook)])).toEqual(after1)
  expect(after1[0]).toHaveLength(3)
  expect(after1.at(-1)).toMatchObject({ consecutive_failures: 2 })
})

async function health(webhook: string) {
  return (await db.sql`select is_active, consecutive_failures, failing_since from public.webhook_configurations where id = ${webhook}`)[0]
}

test('a batch of many outcomes for many webhooks closes each with its own', async () => {
  const organization = await addOrganization(db.sql)
  const webhooks = [await addWebhook(db.sql, organization), await addWebhook(db.sql, organization)]
  for (const webhook of webhooks) await addDeliveries(db.sql, organization, webhook, 50)
  const claims = await claim(db.dispatcher)
  const state = (n: number) => (['succeeded', 'pending', 'failed'] as const)[n % 3]!
  const [stale] = await addDeliveries(db.sql, organization, webhooks[0]!, 1)
  const lost = await record(db.dispatcher, [
    ...claims.map((each, n) => ({ claim: each, state: state(n), status: 200 + n, dueAt: after(n) })),
    { claim: { delivery_id: stale!, claim: 1, attempt: 1 } },
  ])
  expect(lost).toEqual([stale])
  for (const [n, each] of claims.entries()) {
    expect(await delivery(each.delivery_id)).toMatchObject({ state: state(n), last_status_code: 200 + n, due_at: state(n) === 'pending' ? after(n) : null })
  }
  expect(await logs()).toHaveLength(101)
})

describe('the counts of an hour', () => {
  test('add up by webhook, event type and answer, in the hour in which the attempt began', async () => {
    const { organization, webhook, claims } = await claimed(6)
    const [other] = await addDeliveries(db.sql, organization, webhook, 1, { event_type: 'deal.created' })
    const [last] = await claim(db.dispatcher)
    expect(last!.delivery_id).toBe(other)
    await record(db.dispatcher, [
      { claim: claims[0]! }, { claim: claims[1]! }, { claim: claims[2]!, state: 'pending', status: 500 }, { claim: last! },
      { claim: claims[3]!, state: 'failed', status: null, error: 'timeout' },
      { claim: claims[4]!, state: 'failed', status: 301, error: 'redirect' },
    ], after(3_600))
    await record(db.dispatcher, [{ claim: claims[5]!, startedAt: after(3_599.999) }], after(3_601))
    const one = new Date('2026-01-15T13:00:00Z')
    expect(await counts(webhook)).toEqual([
      { hour: noon, event_type: 'contact.created', answer: '200', attempts: 1, succeeded: 1, failed: 0 },
      { hour: one, event_type: 'contact.created', answer: '200', attempts: 2, succeeded: 2, failed: 0 },
      { hour: one, event_type: 'contact.created', answer: '301', attempts: 1, succeeded: 0, failed: 1 },
      { hour: one, event_type: 'contact.created', answer: '500', attempts: 1, succeeded: 0, failed: 0 },
      { hour: one, event_type: 'contact.created', answer: 'timeout', attempts: 1, succeeded: 0, failed: 1 },
      { hour: one, event_type: 'deal.created', answer: '200', attempts: 1, succeeded: 1, failed: 0 },
    ])
  })

  test('hold under two dispatchers that record at once', async () => {
    const { webhook, claims } = await claimed(60)
    const batches = Array.from({ length: 6 }, (_, n) => claims.slice(n * 10, n * 10 + 10))
    await Promise.all(batches.map((batch) => record(db.dispatcher, batch.map((each) => ({ claim: each })))))
    expect(await counts(webhook)).toMatchObject([{ attempts: 60, succeeded: 60 }])
  })
})

test('a test is logged as such, and neither counted nor judged', async () => {
  const { webhook } = await addListener(db.sql)
  const [opened] = await db.sql`select delivery_id, claim from webhooks.open_test(${webhook}, 'webhook.test', '{}')`
  await record(db.dispatcher, [{ claim: { ...opened, attempt: 1, revision: 1 } as unknown as Claimed, state: 'failed', status: 410, gone: true, startedAt: new Date() }])
  expect(await logs()).toMatchObject([{ is_test: true, status_code: 410, superseded: false }])
  expect(await counts(webhook)).toEqual([])
  expect(await health(webhook)).toEqual({ is_active: true, consecutive_failures: 0, failing_since: null })
})

describe('a deleted webhook', () => {
  test('has its open deliveries cancelled; one that was being sent is still logged', async () => {
    const { organization, webhook, claims: [sending] } = await claimed(1)
    const [waiting] = await addDeliveries(db.sql, organization, webhook, 1)
    const [done] = await addDeliveries(db.sql, organization, webhook, 1, { state: 'failed', due_at: null, finished_at: noon })
    await db.sql`delete from public.webhook_configurations where id = ${webhook}`
    expect((await Promise.all([sending!.delivery_id, waiting!, done!].map(delivery))).map((row) => row.state)).toEqual(['cancelled', 'cancelled', 'failed'])
    expect(await record(db.dispatcher, [{ claim: sending! }])).toEqual([sending!.delivery_id])
    expect(await logs()).toMatchObject([{ delivery_id: sending!.delivery_id, superseded: true, status_code: 200 }])
    expect(await claim(db.dispatcher, { at: after(3600) })).toEqual([])
  })

  test('does not wait for what is being recorded, and leaves a part of a long queue to the upkeep; none of it is sent', async () => {
    const { organization, webhook, claims: [mine] } = await claimed(1)
    await addDeliveries(db.sql, organization, webhook, 20_010)
    await db.dispatcher.begin(async (recording) => {
      await record(recording as unknown as typeof db.sql, [{ claim: mine! }])
      await db.sql`delete from public.webhook_configurations where id = ${webhook}`
    })
    expect((await delivery(mine!.delivery_id)).state).toBe('succeeded')
    const states = async () => Object.fromEntries((await db.sql`select state, count(*)::int as n from webhooks.deliveries where webhook_id = ${webhook} group by 1`).map((row) => [row.state, row.n]))
    expect(await states()).toEqual({ succeeded: 1, cancelled: 20_000, pending: 10 })
    expect(await claim(db.dispatcher, { at: after(3600) })).toEqual([])
    await db.dispatcher`select webhooks.maintain()`
    expect(await states()).toMatchObject({ cancelled: 20_010 })
  })
})

test('what a receiver answers is stored whatever bytes it holds', async () => {
  const { claims: [mine] } = await claimed(1)
  const connection = connect(db.dispatcherUrl, { max: 1, name: 'test' })
  try {
    await connection`select 1`
    const answer = { 'x-odd': 'a\u0000b \\u0000 \xff' }
    await recordAttempts(connection, [{
      claim: { deliveryId: mine!.delivery_id, claim: 1, attempt: 1 } as Claim,
      outcome: { kind: 'response', status: 200, headers: answer, body: 'x\u0000y', bodyBytes: 3, bodyTruncated: false, durationMs: 1, errorCode: null },
      startedAt: noon, state: 'succeeded', retryInMs: null, goneRevision: null,
    }], noon)
  } finally {
    await connection.end()
  }
  const [row] = await logs()
  expect(row!.response_body).toBe('x\ufffdy')
  expect((await delivery(mine!.delivery_id)).state).toBe('succeeded')
})

test('a log row on a day without a partition is kept', async () => {
  const { claims } = await claimed(2)
  const days = [new Date('2001-01-01T00:00:00Z'), new Date('2101-01-01T00:00:00Z')]
  await record(db.dispatcher, claims.map((each, n) => ({ claim: each, startedAt: days[n]! })))
  expect((await logs()).map((row) => row.created_at)).toEqual(days)
})
