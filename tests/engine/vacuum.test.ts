import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { vacuumWhenDue } from '../../functions/dispatcher/vacuum.ts'
import { openStore } from '../../functions/io/store.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { until } from '../support/engine.ts'
import { addDeliveries, addListener, claim, record } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(async () => { await db.drop() })

test('comes after 20,000 deliveries, and not before it has rested twenty times as long as it took', async () => {
  let [closed, time, vacuums] = [0, 1_000, 0]
  const store = { async vacuum() { vacuums++; time += 100 } }
  const chore = vacuumWhenDue(store, () => closed, () => time)
  const at = async (deliveries: number, ms: number) => {
    [closed, time] = [deliveries, ms]
    await chore()
    return vacuums
  }
  expect(await at(19_999, 2_000)).toBe(0)
  expect(await at(20_000, 3_000)).toBe(1)
  expect(await at(39_999, 9_000)).toBe(1)
  expect(await at(40_000, 9_001)).toBe(2)
  expect(await at(90_000, 11_000), 'it took 100 ms until 9,101').toBe(2)
  expect(await at(90_000, 11_101)).toBe(3)
})

// Before Postgres 17 nobody can be given that right: the call is answered with a warning, and autovacuum has to do.
const hasMaintain = inject('databaseServer').version >= 17

if (hasMaintain) {
  test('a dispatcher may vacuum the queue, and no other table', async () => {
    const { organization, webhook } = await addListener(db.sql)
    await addDeliveries(db.sql, organization, webhook, 50)
    await record(db.sql, (await claim(db.sql)).map((one) => ({ claim: one })))
    const store = await openStore(db.dispatcherUrl)
    await store.vacuum()
    await store.close()
    const counted = () => db.sql<{ relname: string, vacuums: number }[]>`
      select relname, vacuum_count::int as vacuums from pg_stat_user_tables where schemaname = 'webhooks' and vacuum_count > 0`
    expect(await until('the vacuum to be counted', counted, (rows) => rows.length > 0)).toEqual([{ relname: 'open_deliveries', vacuums: 1 }])
    const [held] = await db.sql`select count(*)::int as tables from pg_class where relkind in ('r', 'p') and has_table_privilege('tablehook_dispatcher', oid, 'maintain')`
    expect(held!.tables).toBe(1)
  })
} else {
  test('where a dispatcher may not vacuum, its call does nothing and is no fault', async () => {
    const store = await openStore(db.dispatcherUrl)
    await store.vacuum()
    await store.close()
  })
}

test('a record finds its deliveries by their ids also when the statistics were made of an empty queue', async () => {
  const { organization, webhook } = await addListener(db.sql)
  await addDeliveries(db.sql, organization, webhook, 2_000)
  await db.sql`delete from webhooks.open_deliveries`
  await db.sql`vacuum (analyze, truncate off) webhooks.open_deliveries`
  const session = await db.sql.reserve()
  try {
    const [empty] = await session`select reltuples::int from pg_class where oid = 'webhooks.open_deliveries'::regclass`
    expect(empty!.reltuples).toBe(0)
    await addDeliveries(session, organization, webhook, 2_000)
    const claims = await claim(session, { max: 20 })
    const otherScans = async () => {
      await session`select pg_stat_force_next_flush()`
      return session`select indexrelname, idx_scan from pg_stat_user_indexes
                     where relid = 'webhooks.open_deliveries'::regclass and indexrelname <> 'open_deliveries_have_one_id' order by 1`
    }
    const before = await otherScans()
    expect(await record(session, claims.map((one) => ({ claim: one })))).toEqual([])
    expect(await otherScans()).toEqual(before)
  } finally {
    session.release()
  }
})
