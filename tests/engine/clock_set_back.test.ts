// The clocks of dispatcher and database are an hour fast, and are set right while deliveries are under way.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { duplicatesAmong, expectExactlyTheCommitted } from '../support/ledger.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

const HOUR = 3_600_000

let db: FreshDatabase
let receiver: Receiver
let engine: Engine
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(async () => {
  await engine.stop()
  await receiver.close()
  await db.drop()
})

test('set back by an hour: what happens from then on goes out at once, whatever the limits; a retry keeps its time; nothing comes twice', async () => {
  let ahead = HOUR
  let failOnce = true
  receiver = await startReceiver()
  receiver.answer((response, { url }) => {
    const status = url.endsWith('/retried') && failOnce ? 503 : 200
    if (status === 503) failOnce = false
    setTimeout(() => response.writeHead(status).end(), 200)
  })
  const names = ['plain', 'rated', 'narrow', 'ordered', 'retried']
  const limits: Record<string, Record<string, unknown>> = { rated: { rate_limit: 10 }, narrow: { max_concurrency: 2 }, ordered: { ordered: true } }
  for (const name of names) await addWebhook(db, { url: `${receiver.url}/${name}`, events: ['contact.created'], ...limits[name] })
  const arrived = (name: string) => receiver.requests.filter(({ url }) => url.endsWith(`/${name}`)).length
  engine = await startEngine(db, { clock: () => new Date(Date.now() + ahead), sweepMs: 20 })

  await addContacts(db, 4)
  await until('the retry to be promised', () => statesOf(db), (states) => states.pending! >= 1 && failOnce === false && states.succeeded! >= 5)
  ahead = 0 // some are under way, some wait
  await addContacts(db, 4)
  await until('all but the retry', () => statesOf(db), (states) => states.succeeded === 8 * names.length - 1 && states.pending === 1)

  // A clock cannot say that it was wrong: the retry was promised for a moment that has yet to come.
  const [retry] = await db.sql`select attempt_count, next_attempt_at > clock_timestamp() + interval '59 minutes' as in_an_hour from public.webhook_deliveries where state = 'pending'`
  expect(retry).toEqual({ attempt_count: 1, in_an_hour: true })
  ahead = HOUR + 10_000
  await until('the retry', () => statesOf(db), (states) => states.succeeded === 8 * names.length)

  await expectExactlyTheCommitted(db, receiver.requests)
  expect(duplicatesAmong(receiver.requests)).toHaveLength(1)
  expect(arrived('retried')).toBe(9)
})
