// A webhook's own limits, measured where they count: at the receiver, with two dispatchers at work.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { bundleDispatcher } from '../support/dispatcher_bundle.ts'
import { addContacts, addOrganization, addWebhook, ORGANIZATION, spawnDispatcher, statesOf, until, type DispatcherProcess } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { expectExactlyTheCommitted } from '../support/ledger.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver
let dispatchers: DispatcherProcess[]
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  const bundle = await bundleDispatcher()
  dispatchers = [1, 2].map(() => spawnDispatcher(db.dispatcherUrl, {}, bundle))
  await Promise.all(dispatchers.map(({ ready }) => ready))
})
afterAll(async () => {
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.kill()))
  await db.drop()
})
afterEach(async () => {
  await receiver.close()
  await forgetWebhooks(db.sql)
})

const allArrived = () => until('every delivery to succeed', () => statesOf(db), (states) => Object.keys(states).join() === 'succeeded', 60_000)
/** The most requests that began within any such time. */
const mostWithin = (ms: number) => Math.max(...receiver.requests.map(({ at }, nth) => receiver.requests.slice(nth).filter((later) => later.at < at + ms).length))
const bothWorked = () => {
  for (const dispatcher of dispatchers) expect(dispatcher.output()).toContain('delivery.attempted')
}

test('20 requests a second: a second’s worth may be saved up, and no more than twice that comes in any second', async () => {
  receiver = await startReceiver()
  await addWebhook(db, { url: receiver.url, events: ['contact.created'], rate_limit: 20 })
  await addContacts(db, 100)
  await allArrived()
  const took = (receiver.requests.at(-1)!.at - receiver.requests[0]!.at) / 1_000
  expect(took).toBeGreaterThan(80 / 20 - 0.5)
  expect(took).toBeLessThan(80 / 20 + 3)
  expect(mostWithin(1_000)).toBeLessThanOrEqual(42)
  await expectExactlyTheCommitted(db, receiver.requests)
})

test('also when the receiver hangs for a while: what waited for it does not come all at once', async () => {
  receiver = await startReceiver()
  const began = performance.now()
  receiver.answer((response) => { setTimeout(() => response.end(), Math.max(0, began + 2_500 - performance.now())) })
  await addWebhook(db, { url: receiver.url, events: ['contact.created'], rate_limit: 20, timeout_ms: 10_000 })
  await addContacts(db, 110)
  await allArrived()
  expect(mostWithin(1_000)).toBeLessThanOrEqual(42)
})

test('three requests at a time, of two dispatchers together', async () => {
  receiver = await startReceiver()
  let open = 0
  let most = 0
  receiver.answer((response) => {
    most = Math.max(most, ++open)
    setTimeout(() => {
      open--
      response.end()
    }, 15)
  })
  await addWebhook(db, { url: receiver.url, events: ['contact.created'], max_concurrency: 3 })
  await addContacts(db, 150)
  await allArrived()
  expect(most).toBe(3)
  await expectExactlyTheCommitted(db, receiver.requests)
})

test('in order: the events of one record come in the order of their commits, also when some fail, and never two at a time', async () => {
  receiver = await startReceiver()
  const open = new Map<string, number>()
  let overlapped = 0
  let n = 0
  receiver.answer((response, { body }) => {
    const { id } = (JSON.parse(body) as { data: { id: string } }).data
    open.set(id, (open.get(id) ?? 0) + 1)
    if (open.get(id)! > 1) overlapped++
    const status = ++n % 7 === 0 ? 500 : 200
    setTimeout(() => {
      open.set(id, open.get(id)! - 1)
      response.writeHead(status).end()
    }, 3)
  })
  await addWebhook(db, { url: receiver.url, events: ['contact.created', 'contact.updated'], ordered: true })
  const ids = (await db.sql`insert into public.contacts (organization_id, first_name) select ${ORGANIZATION}, '0' from generate_series(1, 10) returning id`).map((row) => row.id as string)
  for (let step = 1; step <= 8; step++) await Promise.all(ids.map((id) => db.sql`update public.contacts set first_name = ${String(step)} where id = ${id}`))
  await until('every delivery to succeed', async () => {
    await db.sql`update webhooks.deliveries set due_at = clock_timestamp() where state = 'pending' and attempt_count > 0`
    return statesOf(db)
  }, (states) => Object.keys(states).join() === 'succeeded', 60_000)
  const logged = await db.sql`
    select e.data::jsonb ->> 'id' as id, e.data::jsonb ->> 'first_name' as step from public.webhook_logs l join webhooks.events e on e.id = l.event_id
    where l.status_code = 200 order by l.created_at, l.id`
  for (const id of ids) expect(logged.filter((row) => row.id === id).map((row) => row.step)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8'])
  expect(overlapped).toBe(0)
  bothWorked()
})
