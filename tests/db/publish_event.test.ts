// webhooks.publish_event(): events of the app's own, in its own transaction.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TransactionSql } from 'postgres'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, addOrganization, addRow, addWebhook, heardBy, typesHeardBy, users } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await addRow(db.sql, 'webhook_event_types', { name: 'invoice.paid', category: 'invoice', direction: 'outbound', description: 'An invoice was paid.' })
})
afterAll(() => db.drop())

const publish = async (organization: string | null, type: string, data: unknown, previous: unknown = null) => (await db.sql`
  select webhooks.publish_event(${organization}, ${type}, ${db.sql.json(data as never)}, ${previous === null ? null : db.sql.json(previous as never)}) as id`)[0]!.id as string | null

/** One RPC as a server that holds the service role. */
const asService = <T>(work: (sql: TransactionSql) => Promise<T>) => db.sql.begin(async (sql) => {
  await sql`set local role service_role`
  return work(sql)
})

test('reaches the webhooks that list its type, and answers with its id', async () => {
  const { organization, webhook } = await addListener(db.sql, { events: ['invoice.paid'] })
  const id = await publish(organization, 'invoice.paid', { total: 12.5, of: { nested: ['ä'] } }, { total: 0 })
  const [event] = await heardBy(db.sql, webhook)
  expect(event).toMatchObject({ id, type: 'invoice.paid' })
  expect(JSON.parse(event!.data)).toEqual({ total: 12.5, of: { nested: ['ä'] } })
  expect(JSON.parse(event!.previous!)).toEqual({ total: 0 })
  expect(id).toMatch(/^.{14}7/)
})

test('writes nothing and answers null when no active webhook wants it; the one that is off misses it', async () => {
  const { organization, webhook } = await addListener(db.sql, { is_active: false })
  await addWebhook(db.sql, organization, { events: ['deal.created'] })
  expect(await publish(organization, 'invoice.paid', {})).toBeNull()
  expect(await db.sql`select from webhooks.events where organization_id = ${organization}`).toHaveLength(0)
  expect(await db.sql`select events from webhooks.missed_events where webhook_id = ${webhook}`).toEqual([{ events: 1 }])
})

test('is filtered like any event', async () => {
  const { organization, webhook } = await addListener(db.sql, { filter: '$.new.total > 10 && $.changed[*] == "total"' })
  await publish(organization, 'invoice.paid', { total: 11 })
  await publish(organization, 'invoice.paid', { total: 9 }, { total: 1 })
  const id = await publish(organization, 'invoice.paid', { total: 12 }, { total: 1 })
  expect((await heardBy(db.sql, webhook)).map((event) => event.id)).toEqual([id])
})

test('rolls back with its transaction', async () => {
  const { organization, webhook } = await addListener(db.sql)
  await db.sql.begin(async (sql) => {
    await sql`select webhooks.publish_event(${organization}, 'invoice.paid', '{}')`
    await sql`select 1 / 0`
  }).catch(() => {})
  expect(await typesHeardBy(db.sql, webhook)).toEqual([])
})

test('reaches no other organization', async () => {
  const { webhook } = await addListener(db.sql)
  const organization = await addOrganization(db.sql)
  await publish(organization, 'invoice.paid', {})
  expect(await typesHeardBy(db.sql, webhook)).toEqual([])
})

describe('is refused', () => {
  test.each<[string, string, unknown, string]>([
    ['an unknown type', 'invoice.lost', {}, 'unknown_event_type'],
    ['an array', 'invoice.paid', [1], 'invalid_input'],
    ['a text', 'invoice.paid', 'text', 'invalid_input'],
    ['a null', 'invoice.paid', null, 'invalid_input'],
  ])('with %s', async (_, type, data, hint) => {
    const { organization } = await addListener(db.sql)
    await expect(publish(organization, type, data)).rejects.toMatchObject({ hint })
  })

  test('without an organization', async () => {
    await expect(publish(null, 'invoice.paid', {})).rejects.toMatchObject({ hint: 'invalid_input' })
  })

  test.each([['an owner', users.owner], ['a visitor', null]])('to %s, by RPC and by name', async (_, user) => {
    const { organization } = await addListener(db.sql)
    await expect(db.as(user, (sql) => sql`select public.publish_event(${organization}, 'invoice.paid', '{}')`)).rejects.toMatchObject({ code: '42501' })
    await expect(db.as(user, (sql) => sql`select webhooks.publish_event(${organization}, 'invoice.paid', '{}')`)).rejects.toMatchObject({ code: '42501' })
  })
})

test('is an RPC of the service role', async () => {
  const { organization, webhook } = await addListener(db.sql)
  const id = await asService(async (sql) => (await sql`select public.publish_event(${organization}, 'invoice.paid', '{"total": 1}') as id`)[0]!.id)
  expect((await heardBy(db.sql, webhook)).map((event) => event.id)).toEqual([id])
})
