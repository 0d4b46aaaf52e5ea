// Upkeep may take minutes: once a day it deletes what a whole day has left. Deliveries do not wait for it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, spawnDispatcher, until, type DispatcherProcess } from '../support/engine.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver
let dispatcher: DispatcherProcess
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  receiver = await startReceiver()
  await addWebhook(db, { url: receiver.url })
  await db.sql.unsafe(`
    create or replace function webhooks.maintain(at timestamptz default now()) returns jsonb language sql security definer set search_path = pg_catalog, pg_temp
    as $$ select '{}'::jsonb from pg_catalog.pg_sleep(60) $$`)
})
afterAll(async () => {
  await dispatcher.kill()
  await receiver.close()
  await db.drop()
})

const upkeep = () => db.admin`select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%webhooks.maintain()%' and pid <> pg_backend_pid()`
const promises = async () => (await db.sql`select awake_until::text as until from webhooks.dispatchers`).map((row) => row.until as string)

test('while the upkeep runs, a busy dispatcher goes on claiming, and says again and again that it is awake', async () => {
  dispatcher = spawnDispatcher(db.dispatcherUrl)
  await dispatcher.ready
  await until('the upkeep to begin', upkeep, (running) => running.length === 1)
  const said = new Set<string>()
  for (let batch = 1; said.size < 3; batch++) {
    await addContacts(db, 300)
    await receiver.waitForCount(batch * 300)
    for (const promise of await promises()) said.add(promise)
  }
  expect(await upkeep()).toHaveLength(1)
})
