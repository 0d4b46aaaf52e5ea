// Retries under a fake clock: claims and records happen at the test's time, so three days pass in a second.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { RETRY_POLICIES } from '../../functions/core/retry.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, until, type Engine } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver
let engine: Engine
let clock: Date

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())
afterEach(async () => {
  await engine.stop()
  await receiver.close()
  await forgetWebhooks(db.sql)
})

const delivery = async () => (await db.sql`select *, extract(epoch from due_at) * 1000 as due_ms from webhooks.deliveries`)[0]!

/** Moves the clock to the next retry and waits until that attempt is recorded. Answers with the wait in milliseconds. */
async function nextAttempt(): Promise<number> {
  const before = await delivery()
  const wait = Math.round(Number(before.due_ms) - clock.getTime())
  clock = new Date(Number(before.due_ms) + 1)
  engine.dispatcher.wake()
  await until(`attempt ${before.attempt_count + 1} to be recorded`, delivery, (now) => now.attempt_count === before.attempt_count + 1)
  return wait
}

async function begin(options: Parameters<typeof addWebhook>[1]) {
  clock = new Date()
  const webhook = await addWebhook(db, options)
  await addContacts(db, 1)
  clock = new Date(Date.now() + 1_000)
  engine = await startEngine(db, { clock: () => clock, random: () => 0.5, sweepMs: 20 })
  await until('the first attempt', delivery, (row) => row.attempt_count === 1)
  return webhook
}

test('the whole schedule: ten attempts over three days, the same id and body, a new timestamp and signature each', async () => {
  receiver = await startReceiver({ answer: 500 })
  const { id, secret } = await begin({ url: receiver.url })
  const waits: number[] = []
  while ((await delivery()).state === 'pending') waits.push(await nextAttempt())

  expect(waits).toHaveLength(RETRY_POLICIES.standard.length)
  waits.forEach((wait, index) => expect(Math.abs(wait - RETRY_POLICIES.standard[index]!)).toBeLessThan(2_000))
  expect(await delivery()).toMatchObject({ state: 'failed', attempt_count: 10, due_at: null, last_status_code: 500 })

  const requests = receiver.requests
  expect(requests.map((request) => request.headers['x-webhook-attempt'])).toEqual(Array.from({ length: 10 }, (_, index) => String(index + 1)))
  expect(new Set(requests.map((request) => request.headers['webhook-id'])).size).toBe(1)
  expect(new Set(requests.map((request) => request.body)).size).toBe(1)
  expect(new Set(requests.map((request) => request.headers['webhook-timestamp'])).size).toBe(10)
  expect(new Set(requests.map((request) => request.headers['webhook-signature'])).size).toBe(10)
  expect(secret).not.toBeNull()

  const logs = await db.sql`select attempt, status_code from public.webhook_logs where webhook_id = ${id} order by attempt`
  expect(logs.map((row) => row.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('the control: without moving the clock nothing more is sent', async () => {
  receiver = await startReceiver({ answer: 500 })
  await begin({ url: receiver.url })
  // A second event is proof that the dispatcher looked again, several times.
  receiver.answer(200)
  await addContacts(db, 1)
  clock = new Date(clock.getTime() + 1_000)
  engine.dispatcher.wake()
  await receiver.waitForCount(2)
  expect(receiver.requests.map((request) => request.headers['x-webhook-attempt'])).toEqual(['1', '1'])
})

test.each([['three', 4], ['none', 1]])('the policy "%s" makes %i attempts', async (retry_policy, attempts) => {
  receiver = await startReceiver({ answer: 503 })
  await begin({ url: receiver.url, retry_policy })
  while ((await delivery()).state === 'pending') await nextAttempt()
  expect(await delivery()).toMatchObject({ state: 'failed', attempt_count: attempts })
  expect(receiver.requests).toHaveLength(attempts)
})

test('a receiver that comes back gets the event, once, and the webhook is healthy again', async () => {
  receiver = await startReceiver({ answer: 500 })
  const { id, secret } = await begin({ url: receiver.url })
  await nextAttempt()
  receiver.answer(204)
  await nextAttempt()
  expect(await delivery()).toMatchObject({ state: 'succeeded', attempt_count: 3 })
  expect(receiver.requests).toHaveLength(3)
  const [webhook] = await db.sql`select consecutive_failures, failing_since from public.webhook_configurations where id = ${id}`
  expect(webhook).toEqual({ consecutive_failures: 0, failing_since: null })
  expect(secret).toMatch(/^whsec_/)
})

test.each<[string, Record<string, string>, number]>([
  ['in seconds', { 'retry-after': '3600' }, 3_600_000],
  ['ten years', { 'retry-after': '315360000' }, 86_400_000],
  ['as garbage', { 'retry-after': 'soon' }, 5_000],
])('Retry-After %s', async (_, headers, expected) => {
  receiver = await startReceiver({ answer: { status: 429, headers } })
  await begin({ url: receiver.url })
  expect(Math.abs((await nextAttempt()) - expected)).toBeLessThan(2_000)
})

test('Retry-After as a date', async () => {
  receiver = await startReceiver()
  receiver.answer((response) => response.writeHead(503, { 'retry-after': new Date(clock.getTime() + 7_200_000).toUTCString() }).end())
  await begin({ url: receiver.url })
  expect(Math.abs((await nextAttempt()) - 7_200_000)).toBeLessThan(3_000)
})

test('failing for five days without a success turns the webhook off, and what waits goes out when it is turned on again', async () => {
  receiver = await startReceiver({ answer: 500 })
  const { id, secret } = await begin({ url: receiver.url })
  await db.sql`update public.webhook_configurations set failing_since = ${new Date(clock.getTime() - 5 * 86_400_000)} where id = ${id}`
  await nextAttempt()
  const [off] = await db.sql`select is_active, disabled_reason from public.webhook_configurations where id = ${id}`
  expect(off).toEqual({ is_active: false, disabled_reason: 'failing' })
  expect(await delivery()).toMatchObject({ state: 'pending' })

  receiver.answer(200)
  await db.sql`update public.webhook_configurations set is_active = true where id = ${id}`
  await nextAttempt()
  expect(await delivery()).toMatchObject({ state: 'succeeded', attempt_count: 3 })
  verified(receiver.requests[0]!, secret!)
})
