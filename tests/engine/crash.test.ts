// What survives: dispatchers killed at any point, Postgres restarted under load, several dispatchers racing.
// Each test counts what arrived against what was committed.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, spawnDispatcher, startEngine, statesOf, until, type DispatcherProcess } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { startReceiver, verified, type Received, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver
const running: DispatcherProcess[] = []

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())
afterEach(async () => {
  await Promise.all(running.splice(0).map((dispatcher) => dispatcher.kill()))
  await receiver.close()
  await forgetWebhooks(db.sql)
})

async function start(): Promise<DispatcherProcess> {
  const dispatcher = spawnDispatcher(db.dispatcherUrl)
  running.push(dispatcher)
  await dispatcher.ready
  return dispatcher
}

/** A lease that a dead dispatcher left behind lasts a minute; the test does not. */
const lapseLeases = () => db.sql`update webhooks.deliveries set leased_until = clock_timestamp() where state = 'sending'`
const allClosed = () => until('every delivery to succeed', () => statesOf(db), (states) => Object.keys(states).join() === 'succeeded', 60_000)

const idOf = (request: Received) => String(request.headers['webhook-id'])
function duplicates(requests: readonly Received[]): Received[] {
  const seen = new Set<string>()
  return requests.filter((request) => seen.has(idOf(request)) || (seen.add(idOf(request)), false))
}

/** Every committed event arrived, no other did, and each is logged. */
async function expectExactlyTheCommitted(): Promise<void> {
  const committed = new Set((await db.sql`select id from webhooks.events`).map((row) => row.id as string))
  const arrived = new Set(receiver.requests.map(idOf))
  expect([...committed].filter((id) => !arrived.has(id))).toEqual([])
  expect([...arrived].filter((id) => !committed.has(id))).toEqual([])
  const [unlogged] = await db.sql`
    select count(*)::int as n from webhooks.deliveries d
    where not exists (select from public.webhook_logs l where l.delivery_id = d.id and l.status_code = 200 and not l.superseded)`
  expect(unlogged!.n).toBe(0)
}

test('killed between claim and send: nothing is lost, and no attempt is charged', async () => {
  receiver = await startReceiver()
  await addWebhook(db, { url: receiver.url })
  await addContacts(db, 50)
  // A dispatcher that claimed and died: its claim is all that is left of it.
  await db.dispatcher`select * from webhooks.claim_deliveries(50, '60 seconds')`
  const dispatcher = await start()
  await lapseLeases()
  await allClosed()
  expect(receiver.requests).toHaveLength(50)
  expect(new Set(receiver.requests.map((request) => request.headers['x-webhook-attempt']))).toEqual(new Set(['1']))
  await expectExactlyTheCommitted()
  expect(dispatcher.output()).not.toContain('fault')
})

test('killed between send and record: sent again with the same id and body', async () => {
  receiver = await startReceiver({ answer: { status: 200, delayMs: 60_000 } })
  const { secret } = await addWebhook(db, { url: receiver.url })
  await addContacts(db, 10)
  const first = await start()
  await receiver.waitForCount(10)
  await first.kill()
  receiver.answer(200)
  await lapseLeases()
  await start()
  await allClosed()

  expect(receiver.requests).toHaveLength(20)
  expect(duplicates(receiver.requests)).toHaveLength(10)
  for (const again of receiver.requests.slice(10)) {
    const before = receiver.requests.slice(0, 10).find((request) => idOf(request) === idOf(again))
    expect(again.body).toBe(before!.body)
    expect(again.headers['x-webhook-attempt']).toBe('1')
    verified(again, secret!)
  }
  await expectExactlyTheCommitted()
})

test('killed again and again under load: all arrive, duplicates are at most what was in flight', async () => {
  receiver = await startReceiver()
  await addWebhook(db, { url: receiver.url })
  const total = 6_000
  await addContacts(db, total)
  let inFlightAtKills = 0
  for (let round = 1; round <= 5; round++) {
    const dispatcher = await start()
    await receiver.waitFor('the next portion', (requests) => requests.length >= round * 700, 30_000)
    await dispatcher.kill()
    const [{ n }] = await db.sql`select count(*)::int as n from webhooks.deliveries where state = 'sending'` as unknown as [{ n: number }]
    inFlightAtKills += n
    await lapseLeases()
  }
  await start()
  await allClosed()
  expect(new Set(receiver.requests.map(idOf)).size).toBe(total)
  expect(duplicates(receiver.requests).length).toBeLessThanOrEqual(inFlightAtKills)
  await expectExactlyTheCommitted()
})

test('two dispatchers race: nothing twice, nothing lost, both work', async () => {
  receiver = await startReceiver({ answer: { status: 200, delayMs: 5 } })
  for (let i = 0; i < 4; i++) await addWebhook(db, { url: receiver.url })
  const [one, two] = await Promise.all([start(), start()])
  await Promise.all([addContacts(db, 500, 'a'), addContacts(db, 500, 'b')])
  await allClosed()
  expect(receiver.requests).toHaveLength(4_000)
  const perDelivery = await db.sql`select delivery_id, count(*)::int as n from public.webhook_logs group by delivery_id having count(*) > 1`
  expect(perDelivery).toHaveLength(0)
  for (const dispatcher of [one, two]) expect(dispatcher.output()).toContain('delivery.attempted')
})

test('every connection cut mid-drain, three times: the dispatcher goes on by itself', { timeout: 240_000 }, async () => {
  receiver = await startReceiver({ answer: { status: 200, delayMs: 2 } })
  await addWebhook(db, { url: receiver.url })
  const dispatcher = await start()
  await addContacts(db, 2_000)
  for (const portion of [200, 700, 1_200]) {
    await receiver.waitFor('a portion', (requests) => requests.length >= portion, 15_000)
    await db.admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'tablehook dispatcher%' and datname = current_database()`
  }
  // What was claimed by a statement whose answer was cut off comes back when its lease lapses.
  await until('the rest', async () => {
    await db.sql`update webhooks.deliveries set leased_until = clock_timestamp() where state = 'sending' and leased_until < clock_timestamp() + interval '57 seconds'`
    return statesOf(db)
  }, (states) => Object.keys(states).join() === 'succeeded', 60_000)
  expect(new Set(receiver.requests.map(idOf)).size).toBe(2_000)
  await expectExactlyTheCommitted()
  expect(dispatcher.child.exitCode).toBeNull()
})

test('SIGTERM: requests under way are finished and recorded, the rest is given back', async () => {
  receiver = await startReceiver({ answer: { status: 200, delayMs: 300 } })
  await addWebhook(db, { url: receiver.url })
  const dispatcher = await start()
  await addContacts(db, 200)
  await receiver.waitForCount(1)
  await dispatcher.kill('SIGTERM')
  expect(dispatcher.child.exitCode).toBe(0)
  const states = await statesOf(db)
  expect(states.sending).toBeUndefined()
  expect(states.succeeded).toBe(receiver.requests.length)
  expect((states.pending ?? 0) + (states.succeeded ?? 0)).toBe(200)
  const [charged] = await db.sql`select count(*)::int as n from webhooks.deliveries where state = 'pending' and (attempt_count > 0 or lapse_count > 0)`
  expect(charged!.n).toBe(0)
})

test('a slow receiver holds up nobody else', async () => {
  receiver = await startReceiver()
  const slow = await startReceiver({ answer: 'hang' })
  await addWebhook(db, { url: slow.url, timeout_ms: 2_000, events: ['contact.created'] })
  await addContacts(db, 3_000)
  await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  const engine = await startEngine(db)
  try {
    await slow.waitForCount(1)
    const began = performance.now()
    await addContacts(db, 20)
    await receiver.waitForCount(20)
    expect(performance.now() - began).toBeLessThan(2_000) // sooner than the slow one's first timeout could free anything
  } finally {
    await engine.stop()
    await slow.close()
  }
})
