// Apps that write at the strictest level: capture must give Postgres no reason to break off two writes that have nothing to do with each other.
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addListener, addWebhook, heardBy } from '../support/factories.ts'

let db: FreshDatabase
let one: Sql, other: Sql
beforeAll(async () => {
  db = await freshDatabase()
  one = postgres(db.url, { max: 1 })
  other = postgres(db.url, { max: 1 })
  await db.sql.unsafe(`
    create table public.parcels (id int primary key, organization_id uuid not null, arrived_at timestamptz);
    select webhooks.attach('public.parcels', 'parcel', '[
      {"type": "parcel.arrived", "on": "insert", "once": true},
      {"type": "parcel.arrived", "on": "update", "once": true}]')`)
})
afterAll(async () => {
  await Promise.all([one.end(), other.end()])
  await db.drop()
})

const insert = (sql: Sql, organization: string, ids: number[]) => sql`insert into public.parcels (organization_id, id) select ${organization}, id from unnest(${ids}::int[]) id`

test.each([1, 2])('two who write at once are not in each other’s way, though their events happen once: %i rows in a statement', async (rows) => {
  const { organization, webhook } = await addListener(db.sql)
  const written: number[] = []
  const write = (sql: Sql) => {
    const ids = Array.from({ length: rows }, () => rows * 1000 + written.length + 1).map((id, place) => id + place)
    written.push(...ids)
    return insert(sql, organization, ids)
  }
  await write(db.sql)
  await one`begin isolation level serializable`
  await other`begin isolation level serializable`
  for (const sql of [one, other, one, other]) await write(sql)
  await one`commit`
  await other`commit`
  expect((await heardBy(db.sql, webhook)).map((event) => (JSON.parse(event.data) as { id: number }).id).sort((a, b) => a - b)).toEqual(written)
})

test.each([1, 2])('what has happened already is neither told again nor missed by a webhook that is off: %i rows in a statement', async (rows) => {
  const { organization, webhook } = await addListener(db.sql)
  const ids = Array.from({ length: rows }, (_, place) => rows * 1000 + 500 + place)
  await insert(db.sql, organization, ids)
  const off = await addWebhook(db.sql, organization, { is_active: false })
  await one.begin('isolation level serializable', (tx) => tx`update public.parcels set arrived_at = now() where organization_id = ${organization}`)
  expect(await heardBy(db.sql, webhook)).toHaveLength(rows)
  expect(await db.sql`select from webhooks.missed_events where webhook_id = ${off}`).toHaveLength(0)
})
