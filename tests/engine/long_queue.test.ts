// A long queue and its neighbour in one claim.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine } from '../support/engine.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

const NEIGHBOUR = '00000000-0000-4000-8000-0000000000d0'
let db: FreshDatabase
let receiver: Receiver
beforeAll(async () => {
  db = await freshDatabase()
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver.close()
  await db.drop()
})

test('the neighbour with little is sent first, though the queue has waited longer', async () => {
  await addOrganization(db)
  await addOrganization(db, NEIGHBOUR)
  await addWebhook(db, { url: `${receiver.url}/long`, events: ['contact.created'] })
  const { id } = await addWebhook(db, { organization_id: NEIGHBOUR, url: `${receiver.url}/little`, events: ['contact.created'] })
  await addContacts(db, 100)
  await db.sql`insert into public.contacts (organization_id, first_name) values (${NEIGHBOUR}, 'x')`
  // Each look at the clock is a millisecond later than the one before: it tells the order in which requests began.
  let now = Date.now() + 1_000
  const engine = await startEngine(db, { clock: () => new Date(now++) })
  await receiver.waitForCount(101)
  await engine.stop()
  const [first] = await db.sql`select webhook_id from webhooks.deliveries order by last_attempt_at limit 1`
  expect(first!.webhook_id).toBe(id)
})
