// A connection is cut in the middle of a claim or of a record: before Postgres hears of it, and after it has committed.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startCuttingProxy, type CuttingProxy } from '../support/cutting_proxy.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { duplicatesAmong, expectExactlyTheCommitted, lapseLeases } from '../support/ledger.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver
let proxy: CuttingProxy
let engine: Engine
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  proxy = await startCuttingProxy(db.dispatcherUrl)
})
afterAll(async () => {
  await proxy.close()
  await db.drop()
})
afterEach(async () => {
  await engine.stop()
  await receiver.close()
  await forgetWebhooks(db.sql)
})

test.each([
  ['a claim that never arrived', 'claim_deliveries', 'before'],
  ['a claim whose answer was lost', 'claim_deliveries', 'after'],
  ['a look at webhooks whose answer was lost', 'read_webhooks', 'after'],
  ['a record that never arrived', 'record_attempts', 'before'],
  ['a record whose answer was lost', 'record_attempts', 'after'],
] as const)('%s, three times: all arrive once, each attempt is logged and counted once, and the same dispatcher goes on', async (_, text, when) => {
  receiver = await startReceiver({ answer: { status: 200, delayMs: 2 } })
  const { id } = await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  // Every other answer is a failure first, so that records of retries are cut, too.
  let n = 0
  receiver.answer((response, { headers }) => response.writeHead(headers['x-webhook-attempt'] === '1' && n++ % 2 === 0 ? 503 : 200).end())
  engine = await startEngine({ ...db, dispatcherUrl: proxy.url })
  for (let time = 0; time < 3; time++) {
    if (text === 'read_webhooks') await db.sql`update public.webhook_configurations set secret_hint = ${`h${time}`} where id = ${id}` // so that it is looked at again
    proxy.cutNext(text, when)
    await addContacts(db, 60)
    await proxy.cut()
  }
  const [clock] = await db.sql`select clock_timestamp() + interval '1 minute' as leased_by_now`
  await until('every delivery to succeed', async () => {
    await db.sql`update webhooks.deliveries set due_at = clock_timestamp() where state = 'pending' and due_at > clock_timestamp()`
    // With empty hands, a lease of that time is one that the dispatcher knows nothing of: its claim's answer was lost.
    if (engine.dispatcher.inHand === 0) await lapseLeases(db, clock!.leased_by_now as Date)
    return statesOf(db)
  }, (states) => Object.keys(states).join() === 'succeeded')
  await expectExactlyTheCommitted(db, receiver.requests)
  const attempts = receiver.requests.map((request) => `${request.headers['webhook-id']} ${request.headers['x-webhook-attempt']}`)
  expect(new Set(attempts).size, 'no attempt was made twice').toBe(attempts.length)
  expect(duplicatesAmong(receiver.requests)).toHaveLength(90)
  expect(engine.lines.map(({ event }) => event)).toContain(text === 'record_attempts' ? 'record.fault' : 'claim.fault')
  // A record that is repeated finds the fence closed by itself: no other dispatcher was there to lose a lease to.
  const lost = engine.lines.filter((line) => line.lease_lost === true)
  if (!(text === 'record_attempts' && when === 'after')) expect(lost).toEqual([])
})
