// A dispatcher is told to stop at a bad moment: it ends in time, and nothing is lost.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startCuttingProxy } from '../support/cutting_proxy.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { duplicatesAmong, expectExactlyTheCommitted, lapseLeases } from '../support/ledger.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

/** Far above the second that the dispatchers here are given, far below a test's own limit. */
const IN_TIME_MS = 15_000

let db: FreshDatabase
let receiver: Receiver
let engine: Engine
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())
afterEach(async () => {
  await engine.stop()
  await receiver.close()
  await forgetWebhooks(db.sql)
})

const inTime = (stop: Promise<void>) => Promise.race([
  stop.then(() => 'stopped'),
  new Promise((resolve) => setTimeout(resolve, IN_TIME_MS, 'still stopping').unref()),
])

test('with the database gone it tries for a while, says what it could not record, and ends; the next one sends that once more', async () => {
  const proxy = await startCuttingProxy(db.dispatcherUrl)
  receiver = await startReceiver({ answer: { status: 200, delayMs: 50 } })
  await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  const stranded = await startEngine({ ...db, dispatcherUrl: proxy.url }, { stopMs: 1_000 })
  await addContacts(db, 3)
  await receiver.waitForCount(3)
  await proxy.close()
  await until('the record to fail', async () => stranded.lines, (lines) => lines.some(({ event }) => event === 'record.fault'))

  expect(await inTime(stranded.dispatcher.stop())).toBe('stopped')
  const faults = stranded.lines.filter(({ event }) => event === 'stop.fault')
  expect(faults).toEqual([{ level: 'error', event: 'stop.fault', outcomes: 3, fault: 'Not all could be recorded within 1 s. What is left is sent once more.' }])
  expect(await statesOf(db)).toEqual({ sending: 3 })

  await lapseLeases(db)
  engine = await startEngine(db)
  await until('every delivery to succeed', () => statesOf(db), (states) => Object.keys(states).join() === 'succeeded')
  await expectExactlyTheCommitted(db, receiver.requests)
  expect(duplicatesAmong(receiver.requests)).toHaveLength(3)
  await stranded.stop()
})

test('what a claim brings after the stop is given back at once: it waits for no lease', async () => {
  receiver = await startReceiver()
  await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  await addContacts(db, 3)
  const claimWaits = () => db.admin`select from pg_stat_activity where datname = current_database() and application_name like '%: claim' and wait_event_type = 'Lock'`
  const { stopped } = await db.sql.begin(async (tx) => {
    await tx`lock table webhooks.open_deliveries in access exclusive mode`
    engine = await startEngine(db)
    await until('the claim to wait', claimWaits, (rows) => rows.length === 1)
    return { stopped: engine.dispatcher.stop() }
  })
  await stopped
  expect(engine.dispatcher.counts.claimed).toBe(3)
  expect(await statesOf(db)).toEqual({ pending: 3 })
  expect(receiver.requests).toHaveLength(0)
})
