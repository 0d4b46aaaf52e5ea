// Cancel: a delivery that waits is taken out of the queue by hand, so that those behind it can go.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addFinished, addListener, after, claim, forgetWebhooks, record, users } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(() => forgetWebhooks(db.sql))

const cancelAs = (user: string, webhook: string, ids: string[]) =>
  db.as(user, async (sql) => (await sql`select public.webhook_cancel(${webhook}, ${ids}::uuid[]) as answer`)[0]!.answer as Record<string, unknown>)
const delivery = async (id: string) => (await db.sql`select state, due_at, finished_at is not null as finished, last_error_code from webhooks.deliveries where id = ${id}`)[0]!
const refusal = (promise: Promise<unknown>) => promise.then(() => null, (error: { hint?: string }) => error.hint)

test('a poisoned record of an ordered webhook: cancelled, and the next event of that record goes', async () => {
  const { organization, webhook } = await addListener(db.sql, { ordered: true })
  const [head, next, other] = await addDeliveries(db.sql, organization, webhook, 2, { record_key: 'public.deals:a' })
    .then(async (ids) => [...ids, ...await addDeliveries(db.sql, organization, webhook, 1, { record_key: 'public.deals:b' })]) as [string, string, string]
  const claims = await claim(db.sql)
  await record(db.sql, claims.map((each) => (each.delivery_id === head ? { claim: each, state: 'pending', dueAt: after(86_400) } : { claim: each })))
  expect(await claim(db.sql, { at: after(60) })).toEqual([])

  expect(await cancelAs(users.admin, webhook, [head])).toEqual({ cancelled: 1, delivery_ids: [head], skipped: { sending: 0, finished: 0, not_found: 0 } })
  // Its last attempt still tells why it waited.
  expect(await delivery(head)).toEqual({ state: 'cancelled', due_at: null, finished: true, last_error_code: 'http_error' })
  expect((await claim(db.sql, { at: after(60) })).map((each) => each.delivery_id)).toEqual([next])
  expect((await delivery(other)).state).toBe('succeeded')
})

test('only what waits: what is being sent or is over stays, and each is counted once', async () => {
  const { organization, webhook } = await addListener(db.sql)
  const stranger = await addListener(db.sql)
  const [waiting, sending] = await addDeliveries(db.sql, organization, webhook, 2) as [string, string]
  await claim(db.sql, { max: 100 }).then((claims) => db.sql`select webhooks.release_deliveries(${claims.filter((each) => each.delivery_id === waiting).map((each) => each.delivery_id)}::uuid[], '{1}')`)
  const [failed] = await addFinished(db.sql, organization, webhook, 1) as [string]
  const [foreign] = await addDeliveries(db.sql, stranger.organization, stranger.webhook, 1) as [string]
  expect(await cancelAs(users.owner, webhook, [waiting, waiting, sending, failed, foreign])).toEqual({
    cancelled: 1, delivery_ids: [waiting], skipped: { sending: 1, finished: 1, not_found: 1 },
  })
  expect([await delivery(waiting), await delivery(sending), await delivery(failed), await delivery(foreign)].map((each) => each.state)).toEqual(['cancelled', 'sending', 'failed', 'pending'])
  expect((await claim(db.sql)).map((each) => each.delivery_id)).toEqual([foreign])
})

test('works while the webhook is off, is written down with who did it, and a resend takes it back', async () => {
  const { organization, webhook } = await addListener(db.sql, { is_active: false })
  const ids = await addDeliveries(db.sql, organization, webhook, 3)
  expect(await cancelAs(users.admin, webhook, ids)).toMatchObject({ cancelled: 3 })
  const audit = () => db.sql`select actor, action, details from webhooks.audit_log where webhook_id = ${webhook} and action = 'cancelled'`
  expect(await audit()).toEqual([{ actor: users.admin, action: 'cancelled', details: { deliveries: 3 } }])
  expect(await cancelAs(users.admin, webhook, ids)).toMatchObject({ cancelled: 0, skipped: { finished: 3 } })
  expect(await audit()).toHaveLength(1)

  await db.sql`update public.webhook_configurations set is_active = true where id = ${webhook}`
  await db.as(users.admin, (sql) => sql`select public.webhook_resend(${webhook}, ${ids}::uuid[])`)
  expect(await claim(db.sql, { at: new Date(Date.now() + 1_000) })).toHaveLength(3)
})

test('one that a dispatcher takes at the same moment is sent, and said to be', async () => {
  const { organization, webhook } = await addListener(db.sql)
  const [id] = await addDeliveries(db.sql, organization, webhook, 1) as [string]
  let answer: Promise<Record<string, unknown>> | undefined
  await db.dispatcher.begin(async (tx) => {
    expect(await claim(tx)).toHaveLength(1)
    answer = cancelAs(users.admin, webhook, [id])
    // It waits for the row until the claim commits.
    while ((await db.sql`select from pg_locks where not granted`).length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  })
  expect(await answer).toMatchObject({ cancelled: 0, skipped: { sending: 1 } })
  expect((await delivery(id)).state).toBe('sending')
})

describe('is refused', () => {
  test('to members, to strangers as if nothing were there, and for none or too many', async () => {
    const { organization, webhook } = await addListener(db.sql)
    const ids = await addDeliveries(db.sql, organization, webhook, 1)
    expect(await refusal(cancelAs(users.member, webhook, ids))).toBe('forbidden')
    expect(await refusal(cancelAs(users.stranger, webhook, ids))).toBe('not_found')
    expect(await refusal(cancelAs(users.admin, webhook, []))).toBe('invalid_input')
    expect(await refusal(cancelAs(users.admin, webhook, Array.from({ length: 1_001 }, () => ids[0]!)))).toBe('invalid_input')
    expect((await delivery(ids[0]!)).state).toBe('pending')
  })
})
