// What others have waiting does not slow or starve a claim. Work is counted in pages that Postgres reads, not in milliseconds.
import type { ReservedSql } from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addListener, addOrganization, addWebhook, after, claim, forgetWebhooks } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())
beforeEach(() => forgetWebhooks(db.sql))

/** How many pages a claim of ten touches. On one and the same connection each time: a new one reads the catalog, which is six times as many. */
async function pagesOfAClaim(connection: ReservedSql, at: Date): Promise<number> {
  await db.admin`vacuum analyze webhooks.open_deliveries`
  await connection`begin`
  const [row] = await connection`explain (analyze, buffers, format json) select * from webhooks.claim_deliveries(10, '1 minute', 10, '{}', '{}', ${at})`
  await connection`rollback`
  const [{ Plan: root }] = row!['QUERY PLAN'] as [{ Plan: Record<string, number> }]
  return root['Shared Hit Blocks']! + root['Shared Read Blocks']!
}

test('100,000 that wait for webhooks that are off cost a claim nothing', async () => {
  const busy = await addListener(db.sql)
  await addDeliveries(db.sql, busy.organization, busy.webhook, 200)
  const off = await addOrganization(db.sql)
  for (let n = 0; n < 5; n++) await addDeliveries(db.sql, off, await addWebhook(db.sql, off, { is_active: false }), 100)
  const connection = await db.sql.reserve()
  await pagesOfAClaim(connection, after(1)) // the first looks the catalog up
  const before = await pagesOfAClaim(connection, after(1))
  for (const { id } of await db.sql`select id from public.webhook_configurations where organization_id = ${off}`) await addDeliveries(db.sql, off, id as string, 20_000, { due_at: after(-3600) })
  const behind = await pagesOfAClaim(connection, after(1))
  connection.release()
  expect(behind).toBeLessThan(before * 1.5 + 50)
  expect(await claim(db.dispatcher, { max: 10, at: after(1) })).toHaveLength(10)
})

test('each webhook gets its share of a claim, whatever the others have waiting; so does each organization', async () => {
  const rich = await addOrganization(db.sql)
  for (let n = 0; n < 20; n++) await addDeliveries(db.sql, rich, await addWebhook(db.sql, rich), 500, { due_at: after(-600) })
  const poor = await addListener(db.sql)
  await addDeliveries(db.sql, poor.organization, poor.webhook, 10, { due_at: after(0) })
  const claims = await claim(db.dispatcher, { max: 210, perWebhook: 100, at: after(1) })
  const counts = new Map<string, number>()
  for (const { webhook_id } of claims) counts.set(webhook_id, (counts.get(webhook_id) ?? 0) + 1)
  expect(counts.get(poor.webhook)).toBe(10)
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(10)
})

test('10,000 event types: a webhook takes up to a thousand by name or all, and a write costs what it did', async () => {
  const time = async (organization: string) => {
    const began = performance.now()
    for (let n = 0; n < 30; n++) await db.sql`insert into public.contacts (organization_id, first_name) values (${organization}, 'x')`
    return performance.now() - began
  }
  const few = await addListener(db.sql, { events: ['contact.created'] })
  await time(few.organization)
  const before = await time(few.organization)
  await db.sql`insert into public.webhook_event_types (name, category, direction, description) select 'many.n' || n, 'many', 'outbound', 'One of many.' from generate_series(1, 10000) n`
  const thousand = ['contact.created', ...Array.from({ length: 999 }, (_, n) => `many.n${n + 1}`)]
  const many = await addListener(db.sql, { events: thousand })
  await expect(addWebhook(db.sql, many.organization, { events: [...thousand, 'many.n5000'] })).rejects.toThrow('at_least_one_event_is_chosen')
  await expect(addWebhook(db.sql, many.organization, { events: Array.from({ length: 10_000 }, (_, n) => `many.n${n + 1}`) })).rejects.toThrow('at_least_one_event_is_chosen')
  await addWebhook(db.sql, many.organization, { events: ['*'] })
  expect(await time(many.organization)).toBeLessThan(before * 5 + 200)
  const [{ n }] = await db.sql`select count(*)::int as n from webhooks.deliveries where organization_id = ${many.organization}` as unknown as [{ n: number }]
  expect(n).toBe(60)
})
