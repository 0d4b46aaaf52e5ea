// Through a pooler in transaction mode: no prepared statement and no LISTEN survives there, and connections are shared by all.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../functions/io/database.ts'
import { openStore } from '../../functions/io/store.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { bundleDispatcher } from '../support/dispatcher_bundle.ts'
import { addContacts, addOrganization, addWebhook, spawnDispatcher, statesOf, until, type DispatcherProcess } from '../support/engine.ts'
import { duplicatesAmong, expectExactlyTheCommitted, lapseLeases } from '../support/ledger.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { startTransactionPooler, type TransactionPooler } from '../support/transaction_pooler.ts'

let db: FreshDatabase
let pooler: TransactionPooler
let receiver: Receiver
const dispatchers: DispatcherProcess[] = []
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  pooler = await startTransactionPooler(db.dispatcherUrl)
  receiver = await startReceiver({ answer: { status: 200, delayMs: 2 } })
  const bundle = await bundleDispatcher()
  dispatchers.push(...[1, 2].map(() => spawnDispatcher(pooler.url, {}, bundle)))
  await Promise.all(dispatchers.map(({ ready }) => ready))
})
afterAll(async () => {
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.kill('SIGTERM')))
  await pooler.stop()
  await receiver.close()
  await db.drop()
})

test('the pooler is one: fewer connections than its clients hold, and nobody listens', async () => {
  const store = await openStore(pooler.url)
  await store.listen(() => {})
  const connections = await db.sql`select query from pg_stat_activity where usename = 'tablehook_dispatcher' and datname = current_database()`
  await store.close()
  expect(connections.length).toBeLessThan(3 * (dispatchers.length + 1))
  expect(connections.filter(({ query }) => /^listen/i.test(query as string))).toEqual([])
})

test('two dispatchers share two connections: each event arrives once, found by the look that comes every second', async () => {
  await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  await addContacts(db, 1)
  const began = performance.now()
  await receiver.waitForCount(1)
  expect(performance.now() - began).toBeLessThan(3_000)
  await addContacts(db, 1_000)
  await until('every delivery to succeed', () => statesOf(db), (states) => Object.keys(states).join() === 'succeeded')
  await expectExactlyTheCommitted(db, receiver.requests)
  expect(duplicatesAmong(receiver.requests)).toHaveLength(0)
  for (const dispatcher of dispatchers) expect(dispatcher.output()).not.toContain('fault')
  const pool = connect(pooler.url, { max: 4, name: 'witness' })
  const left = await Promise.all(Array.from({ length: 20 }, () => pool`select name, statement from pg_prepared_statements`))
  await pool.end()
  expect(left.flat(), 'statements that would be lost with the connection').toEqual([])
})

test('a pooler that is killed mid-way and comes back: nothing is lost, and both go on', async () => {
  await addContacts(db, 2_000)
  const before = receiver.requests.length
  await receiver.waitFor('a portion', (requests) => requests.length > before + 200)
  await pooler.crash()
  await pooler.start()
  const [clock] = await db.sql`select clock_timestamp() + interval '1 minute' as leased_by_now`
  await until('every delivery to succeed', async () => {
    const states = await statesOf(db)
    // A claim whose answer was lost is known to nobody: only its lease brings it back. The dispatchers are done with all others.
    if (!states.pending) await lapseLeases(db, clock!.leased_by_now as Date)
    return states
  }, (states) => Object.keys(states).join() === 'succeeded', 60_000)
  await expectExactlyTheCommitted(db, receiver.requests)
  for (const dispatcher of dispatchers) expect(dispatcher.child.exitCode).toBeNull()
})
