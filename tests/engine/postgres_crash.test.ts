// Postgres dies under load and comes back: the queue is in the WAL, so everything that was committed arrives.
import { afterAll, beforeAll, expect, test } from 'vitest'
import postgres, { type Sql } from 'postgres'
import { spawnDispatcher, until, type DispatcherProcess } from '../support/engine.ts'
import { startMigratedPostgres, type PostgresServer } from '../support/postgres_server.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

let server: PostgresServer
let receiver: Receiver
let dispatcher: DispatcherProcess
let sql: Sql

const ORGANIZATION = '00000000-0000-4000-8000-00000000ac3e'

beforeAll(async () => {
  server = await startMigratedPostgres({ durable: true })
  receiver = await startReceiver({ answer: { status: 200, delayMs: 2 } })
  sql = postgres(server.url, { max: 2, onnotice: () => {} })
  await sql`insert into public.organizations (id, name) values (${ORGANIZATION}, 'Acme')`
  await sql`insert into public.webhook_configurations (organization_id, name, url, events) values (${ORGANIZATION}, 'crash', ${receiver.url}, '{contact.created}')`
  dispatcher = spawnDispatcher(server.dispatcherUrl)
  await dispatcher.ready
})
afterAll(async () => {
  await dispatcher.kill()
  await sql.end({ timeout: 1 })
  await receiver.close()
  await server.discard()
})

test('kill -9 of Postgres mid-drain, twice: every committed event arrives, no other does, and the same dispatcher goes on', async () => {
  const committed = new Set<string>()
  for (let round = 1; round <= 2; round++) {
    const rows = await sql`insert into public.contacts (organization_id, first_name) select ${ORGANIZATION}, 'c' || i from generate_series(1, 1500) i returning id`
    for (const row of rows) committed.add(row.id as string)
    const before = receiver.requests.length
    await receiver.waitFor('a portion', (requests) => requests.length > before + 200, 30_000)
    // In flight at the crash: a transaction that never commits must send nothing.
    const torn = sql.unsafe(`
      begin;
      insert into public.contacts (organization_id, first_name) values ('${ORGANIZATION}', 'never committed');
      select pg_sleep(60);
      commit`).simple().then(() => 'committed', () => 'torn')
    await until('the open transaction', () => sql`select from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()`, (found) => found.length > 0)
    await server.crash()
    expect(await torn).toBe('torn')
    await server.restart()
  }

  await until('every delivery to succeed', async () => {
    await sql`update webhooks.deliveries set leased_until = clock_timestamp() where state = 'sending' and leased_until < clock_timestamp() + interval '55 seconds'`
    return sql`select state, count(*)::int as n from webhooks.deliveries group by state`
  }, (rows) => rows.length === 1 && rows[0]!.state === 'succeeded', 90_000)

  const arrived = new Set(receiver.requests.map((request) => (JSON.parse(request.body) as { data: { id: string } }).data.id))
  expect([...committed].filter((id) => !arrived.has(id))).toEqual([])
  expect([...arrived].filter((id) => !committed.has(id))).toEqual([])
  expect(dispatcher.child.exitCode).toBeNull()
})
