// Many webhooks of one organization may lead to one server. It has so many sockets, and who waits for one loses no time of its own.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CONNECTIONS_PER_ORIGIN } from '../../functions/io/agents.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

const WEBHOOKS = 12
const EVENTS = 16 // as many as the first window lets through at once

let db: FreshDatabase
let receiver: Receiver
let engine: Engine
beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  receiver = await startReceiver()
  engine = await startEngine(db)
})
afterAll(async () => {
  await engine.stop()
  await receiver.close()
  await db.drop()
})

test('more requests than sockets, each answered after more than half of its time: none of them times out, and each webhook has its turn', async () => {
  let underWay = 0
  let most = 0
  receiver.answer((response) => {
    most = Math.max(most, ++underWay)
    setTimeout(() => { underWay--; response.end('ok') }, 1_200)
  })
  for (let nth = 0; nth < WEBHOOKS; nth++) await addWebhook(db, { url: `${receiver.url}/${nth}`, timeout_ms: 2_000 })
  await addContacts(db, EVENTS)
  const all = WEBHOOKS * EVENTS
  await until('all to be delivered', () => statesOf(db), (states) => states.succeeded === all)
  expect((await db.sql`select error_code, count(*)::int as n from public.webhook_logs group by 1`)).toEqual([{ error_code: null, n: all }])
  expect(most).toBe(CONNECTIONS_PER_ORIGIN)
  // Eight webhooks took all the sockets. The other four share what comes free, in turns.
  expect(new Set(receiver.requests.slice(CONNECTIONS_PER_ORIGIN, CONNECTIONS_PER_ORIGIN + 8).map(({ url }) => url)).size).toBe(4)
})
