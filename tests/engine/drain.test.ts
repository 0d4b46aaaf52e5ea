// The edge function's way: drain until empty. Nobody can notify it, so while it works it says that it is awake.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllowList } from '../../functions/core/address.ts'
import { parseKeyring } from '../../functions/core/seal.ts'
import { createDispatcher } from '../../functions/dispatcher/dispatch.ts'
import { createSender } from '../../functions/io/send.ts'
import { openStore } from '../../functions/io/store.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, SECRET_KEY, statesOf } from '../support/engine.ts'
import { startReceiver } from '../support/receiver.ts'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())

test('a drain says that it is awake, takes what commits meanwhile, and leaves nothing behind', async () => {
  const receiver = await startReceiver({ answer: { status: 200, delayMs: 300 } })
  await addWebhook(db, { url: receiver.url })
  await addContacts(db, 1)
  const store = await openStore(db.dispatcherUrl)
  const sender = createSender({ allow: parseAllowList('127.0.0.1/32') })
  const draining = createDispatcher({
    store, sender, keyring: parseKeyring(SECRET_KEY), log: () => {}, now: () => new Date(), ticks: () => performance.now(), random: () => 0.5, dispatcherId: randomUUID(),
  }).drain(20_000)
  await receiver.waitForCount(1)
  // So commits need not wake anybody: with a wake per commit each would cost one more request to the function.
  expect(await db.sql`select from webhooks.dispatchers where awake_until > clock_timestamp()`).toHaveLength(1)
  await addContacts(db, 1)
  expect(await draining).toEqual({ claimed: 2, succeeded: 2, retried: 0, failed: 0 })
  expect(receiver.requests).toHaveLength(2)
  expect(await statesOf(db)).toEqual({ succeeded: 2 })
  expect(await db.sql`select from webhooks.dispatchers`).toHaveLength(0)
  await Promise.all([sender.close(), store.close(), receiver.close()])
})
