// Upkeep may take minutes: once a day it deletes what a whole day has left. Deliveries do not wait for it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, spawnDispatcher, type DispatcherProcess } from '../support/engine.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

const UPKEEP_SECONDS = 12

let db: FreshDatabase
let receiver: Receiver
let dispatcher: DispatcherProcess
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  receiver = await startReceiver()
  await addWebhook(db, { url: receiver.url })
  await db.sql.unsafe(`
    create or replace function webhooks.maintain(at timestamptz default now()) returns jsonb language sql security definer set search_path = ''
    as $$ select '{}'::jsonb from pg_catalog.pg_sleep(${UPKEEP_SECONDS}) $$`)
})
afterAll(async () => {
  await dispatcher.kill()
  await receiver.close()
  await db.drop()
})

test('while the upkeep runs, a busy dispatcher goes on claiming', async () => {
  dispatcher = spawnDispatcher(db.dispatcherUrl)
  await dispatcher.ready
  // Busy enough to say that it polls, and then to go on.
  for (let batch = 1; batch <= 8; batch++) {
    const began = performance.now()
    await addContacts(db, 300)
    await receiver.waitForCount(batch * 300, UPKEEP_SECONDS * 2_000)
    expect(performance.now() - began).toBeLessThan(4_000)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
})
