// The dispatcher's connections: whatever breaks one, the next call works.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PG } from '../../functions/io/database.ts'
import { openLine } from '../../functions/io/line.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())

const one = async (line: ReturnType<typeof openLine>) => (await line.run((sql) => sql`select 1 as one`))[0]!.one

test('a connection that Postgres ends in the middle of an answer, many times over', async () => {
  const line = openLine(db.dispatcherUrl, { name: 'line', limitMs: 10_000 })
  for (let time = 0; time < 40; time++) {
    await expect(line.run((sql) => sql`select pg_terminate_backend(pg_backend_pid())`)).rejects.toThrow()
    expect(await one(line)).toBe(1)
  }
  await line.close()
})

test('a connection that is cut from outside, idle or at work, many times over', async () => {
  const line = openLine(db.dispatcherUrl, { name: 'cut me', limitMs: 10_000 })
  await one(line)
  for (let time = 0; time < 20; time++) {
    const cut = db.admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut me'`
    await Promise.allSettled([cut, one(line), one(line), one(line)])
  }
  // At most the one call that finds the connection dead fails.
  await one(line).catch(() => {})
  expect(await one(line)).toBe(1)
  await line.close()
})

test('an answer that does not come is a fault after the limit, and the next call does not wait behind it', async () => {
  const line = openLine(db.dispatcherUrl, { name: 'line', limitMs: 500 })
  await one(line)
  await expect(line.run((sql) => sql`select pg_sleep(60)`)).rejects.toThrow('did not answer within 0.5 s')
  expect(await one(line)).toBe(1)
  await line.close()
})

test('a refusal of Postgres leaves the connection as it is', async () => {
  const line = openLine(db.dispatcherUrl, { name: 'line', limitMs: 10_000 })
  const [before] = await line.run((sql) => sql`select pg_backend_pid() as pid`)
  await expect(line.run((sql) => sql`select * from webhooks.secrets`)).rejects.toThrow('permission denied')
  const [after] = await line.run((sql) => sql`select pg_backend_pid() as pid`)
  expect(after!.pid).toBe(before!.pid)
  await line.close()
})

test('arrays go to Postgres and come back as they were', async () => {
  const line = openLine(db.dispatcherUrl, { name: 'line', limitMs: 10_000 })
  const texts = ['', 'a b', 'a,b', '{x}', 'NULL', null, 'say "hi"', String.raw`C:\x`, 'line\nbreak', 'é🙂', 'x'.repeat(100_000)]
  const uuids = [crypto.randomUUID(), null]
  const times = [new Date(0), new Date()]
  const [row] = await line.run((sql) => sql`
    select ${sql.array(texts, PG.text)} as texts, ${sql.array(uuids, PG.uuid)} as uuids, ${sql.array([1, -2, null], PG.int4)} as ints,
           ${sql.array([0.5, null], PG.float4)} as floats, ${sql.array([String(2n ** 60n), null], PG.int8)} as bigs, ${sql.array([true, false, null], PG.bool)} as bools,
           ${sql.array(times.map((time) => time.toISOString()), PG.timestamptz)} as times, ${sql.array([], PG.text)} as none`)
  expect(row).toEqual({ texts, uuids, ints: [1, -2, null], floats: [0.5, null], bigs: [2n ** 60n, null], bools: [true, false, null], times, none: [] })
  await line.close()
})
