// What the list page and the settings of a webhook read.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RETRY_POLICIES } from '../../functions/core/retry.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import {
  acme, acmeMember, acmeOwner, addAttempt, addCount, addDeliveries, addDelivery, addOrganizations, addWebhook, call, globex, globexOwner,
} from '../support/webhook_rows.ts'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganizations(db)
})
afterAll(() => db.drop())
beforeEach(async () => {
  await db.sql`delete from public.webhook_configurations`
  await db.sql`truncate webhooks.deliveries, public.webhook_logs, webhooks.hourly_counts, webhooks.missed_events`
})

type Listed = Record<string, unknown> & { hours: { hour: string, succeeded: number, failed: number, attempts: number }[] }
const at = '2026-11-20T14:30:00Z'
const list = (user = acmeMember, organization_id = acme) => call<Listed[]>(db, user, 'webhook_list', { organization_id, at })

test('a moment without a date is refused: the hours until then have no end', async () => {
  await addWebhook(db)
  for (const never of ['infinity', '-infinity']) {
    await expect(call(db, acmeMember, 'webhook_list', { organization_id: acme, at: never })).rejects.toMatchObject({ hint: 'invalid_input', detail: 'at' })
  }
})

test('the list has one entry per webhook, by name, whatever the letters\' case', async () => {
  await addWebhook(db, { name: 'Zapier' })
  await addWebhook(db, { name: 'crm sync' })
  await addWebhook(db, { name: 'Slack' })
  await addWebhook(db, { name: 'Elsewhere', organization_id: globex })
  expect((await list()).map((webhook) => webhook.name)).toEqual(['crm sync', 'Slack', 'Zapier'])
})

test('a webhook that never sent anything has 24 empty hours and no last delivery', async () => {
  const id = await addWebhook(db, { name: 'New', url: 'https://example.com/new' })
  const [webhook] = await list()
  const { hours, ...rest } = webhook!
  expect(rest).toEqual({
    id, name: 'New', url: 'https://example.com/new', events: ['*'], is_active: true, format: 'standard', secret_hint: null,
    disabled_reason: null, disabled_at: null, consecutive_failures: 0, failing_since: null, turns_off_at: null,
    created_at: expect.any(String), updated_at: expect.any(String), last_delivery_at: null, last_status_code: null, last_error_code: null,
    delivered_24h: 0, failed_24h: 0, attempts_24h: 0, missed: 0, waiting: 0,
  })
  expect(hours).toHaveLength(24)
  expect(hours[0]).toEqual({ hour: '2026-11-19T15:00:00+00:00', succeeded: 0, failed: 0, attempts: 0 })
  expect(hours[23]!.hour).toBe('2026-11-20T14:00:00+00:00')
})

test('the hours add up what was counted of each event type and answer, and older hours are left out', async () => {
  const id = await addWebhook(db)
  await addCount(db, id, { hour: '2026-11-20T14:00:00Z', attempts: 5, succeeded: 5 })
  await addCount(db, id, { hour: '2026-11-20T14:00:00Z', event_type: 'deal.created', answer: 'timeout', attempts: 3, failed: 1 })
  await addCount(db, id, { hour: '2026-11-19T15:00:00Z', attempts: 2, succeeded: 2 })
  await addCount(db, id, { hour: '2026-11-19T14:00:00Z', attempts: 100, succeeded: 100 })
  const [webhook] = await list()
  expect(webhook).toMatchObject({ delivered_24h: 7, failed_24h: 1, attempts_24h: 10 })
  expect(webhook!.hours[23]).toEqual({ hour: '2026-11-20T14:00:00+00:00', succeeded: 5, failed: 1, attempts: 8 })
  expect(webhook!.hours[0]!.succeeded).toBe(2)
  expect(webhook!.hours.slice(1, 23).every((hour) => hour.attempts === 0)).toBe(true)
})

test('the last delivery is the newest attempt that was no test, also when it is days old', async () => {
  const id = await addWebhook(db)
  await addCount(db, id, { hour: '2026-11-03T09:00:00Z', attempts: 2, answer: 'timeout' })
  await addAttempt(db, id, { created_at: '2026-11-03T09:10:00Z' })
  await addAttempt(db, id, { created_at: '2026-11-03T09:50:00Z', status_code: null, error_code: 'timeout' })
  await addAttempt(db, id, { created_at: '2026-11-03T09:55:00Z', is_test: true })
  await addAttempt(db, id, { created_at: '2026-11-20T14:00:00Z', is_test: true })
  expect((await list())[0]).toMatchObject({ last_delivery_at: '2026-11-03T09:50:00+00:00', last_status_code: null, last_error_code: 'timeout' })
})

test('waiting counts what is open, without tests, and stops counting at 1,000', async () => {
  const busy = await addWebhook(db, { name: 'Busy' })
  const calm = await addWebhook(db, { name: 'Calm' })
  await addDeliveries(db, busy, Array.from({ length: 1001 }, () => ({})))
  await addDelivery(db, calm)
  await addDelivery(db, calm, { state: 'sending' })
  await addDelivery(db, calm, { state: 'sending', is_test: true })
  await addDelivery(db, calm, { state: 'succeeded' })
  expect((await list()).map((webhook) => webhook.waiting)).toEqual([1000, 2])
})

test('a failing webhook says when it will be turned off, and one that is off does not', async () => {
  const id = await addWebhook(db)
  await db.sql`update public.webhook_configurations set consecutive_failures = 3, failing_since = '2026-11-20T10:00:00Z' where id = ${id}`
  expect((await list())[0]).toMatchObject({ consecutive_failures: 3, turns_off_at: '2026-11-25T10:00:00+00:00' })
  await db.sql`update public.webhook_configurations set is_active = false, disabled_reason = 'failing' where id = ${id}`
  expect((await list())[0]).toMatchObject({ disabled_reason: 'failing', turns_off_at: null })
})

test('missed counts from when the webhook was last turned off, also after the rows were summed up', async () => {
  const id = await addWebhook(db, { is_active: false })
  await db.sql`update public.webhook_configurations set disabled_at = '2026-11-20T10:00:00Z' where id = ${id}`
  const miss = (events: number, when: string) => db.sql`insert into webhooks.missed_events values (${id}, ${events}, ${when})`
  const read = async () => ((await list())[0]!).missed
  await miss(50, '2026-11-20T09:59:59Z')
  await miss(2, '2026-11-20T10:00:01Z')
  await miss(40, '2026-11-20T11:00:00Z')
  expect(await read()).toBe(42)

  await db.sql`select webhooks.sum_up_missed_events('2026-11-20T12:00:00Z')`
  expect(await db.sql`select events, at from webhooks.missed_events`).toEqual([{ events: 42, at: new Date('2026-11-20T11:00:00Z') }])
  await miss(1, '2026-11-20T12:30:00Z')
  expect(await read()).toBe(43)

  await db.sql`update public.webhook_configurations set is_active = true where id = ${id}`
  expect(await read()).toBe(0)
  await db.sql`select webhooks.sum_up_missed_events('2026-11-20T13:00:00Z')`
  expect(await db.sql`select from webhooks.missed_events`).toHaveLength(0)
})

test('others see an empty list, and anon may not ask', async () => {
  await addWebhook(db)
  expect(await list(acmeMember)).toHaveLength(1)
  expect(await list(globexOwner)).toEqual([])
  await expect(call(db, null, 'webhook_list', { organization_id: acme })).rejects.toMatchObject({ code: '42501' })
})

test('the limits are those the engine goes by', async () => {
  await addWebhook(db)
  await addWebhook(db, { organization_id: globex })
  const [settings] = await db.sql`select * from webhooks.settings`
  const limits = await call<{ timeout_ms_default: number }>(db, acmeMember, 'webhook_limits', { organization_id: acme })
  expect(limits).toEqual({
    retention_days: settings!.retention_days, max_webhooks: settings!.max_webhooks_per_organization, webhooks: 1, turn_off_after_days: 5,
    retry_schedules: Object.fromEntries(Object.entries(RETRY_POLICIES).map(([name, delays]) => [name, delays.map((ms) => ms / 1000)])),
    timeout_ms_default: expect.any(Number),
  })
  const [webhook] = await db.sql`select timeout_ms from public.webhook_configurations limit 1`
  expect(limits.timeout_ms_default).toBe(webhook!.timeout_ms)
  expect(await call(db, globexOwner, 'webhook_limits', { organization_id: acme })).toBeNull()
  await expect(call(db, null, 'webhook_limits', { organization_id: acme })).rejects.toMatchObject({ code: '42501' })
})

test('every retry policy that a webhook may choose has the schedule of the dispatcher', async () => {
  const [constraint] = await db.sql`select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'the_retry_policy_is_known'`
  const names = [...(constraint!.text as string).matchAll(/'(\w+)'::text/g)].map((match) => match[1])
  expect(names.sort()).toEqual(Object.keys(RETRY_POLICIES).sort())
  for (const [name, delays] of Object.entries(RETRY_POLICIES)) {
    const [row] = await db.sql`select webhooks.retry_schedule(${name}) as seconds`
    expect(row!.seconds).toEqual(delays.map((ms) => ms / 1000))
  }
  expect(await db.sql`select webhooks.retry_schedule('whenever') as seconds`).toEqual([{ seconds: null }])
})

test('any member may know that a secret was rolled, by whom, and how long the old one lives; nobody else may', async () => {
  const id = await addWebhook(db)
  await db.sql`update public.webhook_configurations set secret_hint = '3f9a' where id = ${id}`
  const state = (user: string | null) => call(db, user, 'webhook_secret_state', { webhook_id: id, at })
  await db.sql`insert into webhooks.secrets (webhook_id, sealed) values (${id}, 'v1.old')`
  expect(await state(acmeMember)).toEqual({ secret_hint: '3f9a', rolled_at: null, rolled_by_email: null, old_secret_expires_at: null })

  await db.sql`update webhooks.secrets set expires_at = '2026-11-21T14:00:00Z' where webhook_id = ${id}`
  await db.sql`insert into webhooks.secrets (webhook_id, sealed) values (${id}, 'v1.new')`
  await db.sql`
    insert into webhooks.audit_log (organization_id, webhook_id, actor, action, at) values
      (${acme}, ${id}, ${acmeOwner}, 'secret_rolled', '2026-11-20T14:00:00Z'), (${acme}, ${id}, ${acmeMember}, 'secret_rolled', '2026-11-02T14:00:00Z'),
      (${acme}, ${id}, ${acmeMember}, 'secret_revealed', '2026-11-20T14:10:00Z')`
  expect(await state(acmeMember)).toEqual({
    secret_hint: '3f9a', rolled_at: '2026-11-20T14:00:00+00:00', rolled_by_email: 'owner@acme.test', old_secret_expires_at: '2026-11-21T14:00:00+00:00',
  })
  expect(await call(db, acmeMember, 'webhook_secret_state', { webhook_id: id, at: '2026-11-21T14:00:00Z' })).toMatchObject({ old_secret_expires_at: null })
  expect(await state(globexOwner)).toBeNull()
  await expect(state(null)).rejects.toMatchObject({ code: '42501' })
})

test('any member may know who changed the settings last; turning on and off is no change, and nobody else learns of it', async () => {
  const id = await addWebhook(db)
  const change = (user: string | null) => call<Record<string, unknown> | null>(db, user, 'webhook_last_change', { webhook_id: id })
  expect(await change(acmeMember)).toBeNull()
  await db.sql`
    insert into webhooks.audit_log (organization_id, webhook_id, actor, action, at) values
      (${acme}, ${id}, ${acmeMember}, 'changed', '2026-11-20T13:00:00Z'), (${acme}, ${id}, ${acmeOwner}, 'changed', '2026-11-20T14:00:00Z'),
      (${acme}, ${id}, ${acmeMember}, 'turned_off', '2026-11-20T14:10:00Z')`
  expect(await change(acmeMember)).toEqual({ at: '2026-11-20T14:00:00+00:00', by_email: 'owner@acme.test', by_key: null })
  // A header value is nobody's to see, but that it was changed is told.
  await db.sql`update public.webhook_configurations set header_names = '{X-Key}', headers_changed_at = clock_timestamp() where id = ${id}`
  await db.sql`update public.webhook_configurations set header_names = '{X-Key}', headers_changed_at = clock_timestamp() where id = ${id}`
  expect(await db.sql`select from webhooks.audit_log where webhook_id = ${id} and details ? 'headers_changed_at' and action = 'changed'`).toHaveLength(2)
  expect(await change(acmeMember)).toMatchObject({ by_email: null, by_key: null })
  expect(await change(globexOwner)).toBeNull()
  await expect(change(null)).rejects.toMatchObject({ code: '42501' })
})
