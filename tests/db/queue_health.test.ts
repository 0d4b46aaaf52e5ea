// webhooks.queue_health(): what counts as due, as waiting, and as forgotten.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addOrganization, addWebhook, ORGANIZATION } from '../support/engine.ts'

let db: FreshDatabase
const NOW = new Date('2026-11-21T12:00:00Z')
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000)

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())
afterEach(async () => {
  await db.sql`delete from public.webhook_configurations`
  await db.sql`truncate webhooks.deliveries`
})

const health = async () => (await db.dispatcher`select * from webhooks.queue_health(${NOW})`)[0]!
const webhook = async (values: Record<string, unknown> = {}) => (await addWebhook(db, { url: 'https://example.com/a', secret: null, ...values })).id

async function addDeliveries(webhook_id: string, due_at: Date, { count = 1, state = 'pending', record_key = null as string | null } = {}): Promise<void> {
  await db.sql`
    insert into webhooks.deliveries (id, organization_id, webhook_id, event_id, event_type, format, state, due_at, leased_until, record_key, created_at)
    select gen_random_uuid(), ${ORGANIZATION}, ${webhook_id}, gen_random_uuid(), 'contact.created', 'standard', ${state}, ${due_at},
           ${state === 'sending' ? due_at : null}, ${record_key}, ${due_at}
    from generate_series(1, ${count})`
}

test('an empty queue', async () => {
  expect(await health()).toEqual({ due: 0, oldest_due_seconds: 0, unattended_seconds: 0, open: 0 })
})

test('due are those that may be claimed now: not retries to come, not what is being sent, not what a webhook that is off holds', async () => {
  const on = await webhook()
  const off = await webhook({ is_active: false })
  await addDeliveries(on, ago(20), { count: 3 })
  await addDeliveries(on, ago(-300), { count: 2 })
  await addDeliveries(off, ago(900), { count: 4 })
  await addDeliveries(randomUUID(), ago(900)) // deleted a moment ago
  expect(await health()).toEqual({ due: 3, oldest_due_seconds: 20, unattended_seconds: 20, open: 10 })
})

test('one webhook that nobody sends for is found behind others that are slow', async () => {
  const slow = await webhook()
  await addDeliveries(slow, ago(4_000), { count: 50 })
  await addDeliveries(slow, ago(-30), { state: 'sending' })
  expect(await health()).toMatchObject({ oldest_due_seconds: 4_000, unattended_seconds: 0 })

  await addDeliveries(await webhook(), ago(400))
  expect(await health()).toMatchObject({ oldest_due_seconds: 4_000, unattended_seconds: 400 })

  // The lease of the slow one lapses: now it is forgotten, too.
  await db.sql`update webhooks.deliveries set due_at = ${ago(5)}, leased_until = ${ago(5)} where state = 'sending'`
  expect(await health()).toMatchObject({ unattended_seconds: 4_000 })
})

test('a webhook held back by its own rate is not forgotten while it is served', async () => {
  const limited = await webhook({ rate_limit: 1 })
  await addDeliveries(limited, ago(4_000), { count: 5 })
  expect(await health()).toMatchObject({ unattended_seconds: 4_000 })
  await db.sql`update webhooks.lanes set refilled_at = ${ago(20)} where webhook_id = ${limited}`
  expect(await health()).toMatchObject({ oldest_due_seconds: 4_000, unattended_seconds: 0 })
})

test('in order: what waits for an earlier event of its record is not forgotten, another record is', async () => {
  const ordered = await webhook({ ordered: true })
  await addDeliveries(ordered, ago(-600), { record_key: 'deal:1' })
  await addDeliveries(ordered, ago(4_000), { record_key: 'deal:1', count: 3 })
  expect(await health()).toMatchObject({ oldest_due_seconds: 4_000, unattended_seconds: 0 })
  await addDeliveries(ordered, ago(500), { record_key: 'deal:2' })
  expect(await health()).toMatchObject({ unattended_seconds: 500 })
})

test('counting stops at 10,000, and a long queue is no slow answer', async () => {
  const one = await webhook()
  const other = await webhook()
  await addDeliveries(one, ago(60), { count: 9_000 })
  await addDeliveries(other, ago(30), { count: 9_000 })
  await db.sql`analyze webhooks.deliveries`
  expect(await health()).toMatchObject({ due: 10_000, open: 10_000, oldest_due_seconds: 60 })
  const plans = await db.sql.begin(async (tx) => {
    await tx`select pg_stat_force_next_flush()`
    const scans = async () => Number((await tx`select seq_scan from pg_stat_xact_user_tables where schemaname = 'webhooks' and relname = 'deliveries'`)[0]!.seq_scan)
    const before = await scans()
    await tx`select * from webhooks.queue_health(${NOW})`
    return await scans() - before
  })
  expect(plans).toBe(0)
})
