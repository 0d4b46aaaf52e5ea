// The API's connections: whatever breaks them, the next request works, a transaction is whole or not there, and nothing is thrown
// outside a promise (vitest fails the run on that).
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Refusal } from '../../functions/core/refusal.ts'
import { openPool, type Pool } from '../../functions/io/pool.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await db.sql`create table public.pairs (n int)`
})
beforeEach(() => db.sql`truncate public.pairs`)
afterAll(() => db.drop())

const one = async (pool: Pool) => (await pool.run((sql) => sql`select 1 as one`))[0]!.one as number
const pids = async (pool: Pool) => new Set((await Promise.all(
  Array.from({ length: 3 }, () => pool.run((sql) => sql`select pg_backend_pid() as pid, pg_sleep(0.05)`)))).map(([row]) => row!.pid as number))
/** Two rows, or none. */
const pair = (pool: Pool, n: number) => pool.transaction(async (tx) => {
  await tx`insert into public.pairs values (${n})`
  await tx`select pg_sleep(0.002)`
  await tx`insert into public.pairs values (${n})`
})

test('connections that Postgres ends in the middle of a transaction, many times over', async () => {
  const pool = openPool(db.url, { name: 'pool', size: 2, limitMs: 10_000 })
  for (let time = 0; time < 40; time++) {
    await expect(pool.transaction(async (tx) => {
      await tx`insert into public.pairs values (${time})`
      await tx`select pg_terminate_backend(pg_backend_pid())`
      await tx`insert into public.pairs values (${time})`
    })).rejects.toThrow()
    expect(await one(pool)).toBe(1)
  }
  expect(await db.sql`select from public.pairs`).toHaveLength(0)
  await pool.close()
})

test('connections that are cut from outside, idle or at work: what was answered is there twice, what failed is not there', async () => {
  const pool = openPool(db.url, { name: 'cut the pool', size: 3, limitMs: 10_000 })
  await one(pool)
  const kept: number[] = []
  for (let time = 0; time < 30; time++) {
    const cut = db.admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut the pool'`
    const numbers = Array.from({ length: 8 }, (_, at) => time * 8 + at)
    const ended = await Promise.allSettled(numbers.map((n) => pair(pool, n)))
    kept.push(...numbers.filter((_, at) => ended[at]!.status === 'fulfilled'))
    await cut
  }
  // Each connection that was cut while idle may cost the one request that finds it dead.
  await Promise.allSettled([one(pool), one(pool), one(pool)])
  expect(await Promise.all([one(pool), one(pool), one(pool)])).toEqual([1, 1, 1])
  const stored = await db.sql<{ n: number; rows: number }[]>`select n, count(*)::int as rows from public.pairs group by n`
  expect(stored.filter(({ rows }) => rows !== 2)).toEqual([])
  // A commit whose answer was lost is there too, so there may be more than was answered; never fewer.
  const there = new Set(stored.map(({ n }) => n))
  expect(kept.filter((n) => !there.has(n))).toEqual([])
  expect(kept.length).toBeGreaterThan(0)
  await pool.close()
})

test('work that takes too long fails after the limit and holds up nobody behind it', async () => {
  const pool = openPool(db.url, { name: 'pool', size: 1, limitMs: 500 })
  await one(pool)
  const slow = pool.transaction((tx) => tx`select pg_sleep(60)`)
  const behind = one(pool)
  await expect(slow).rejects.toThrow('did not answer within 0.5 s')
  expect(await behind).toBe(1)
  await pool.close()
})

test('more work than connections waits its turn; refusals, of ours and of Postgres, leave the connections as they are', async () => {
  const pool = openPool(db.url, { name: 'pool', size: 3, limitMs: 10_000 })
  const before = await pids(pool)
  expect(before.size).toBe(3)
  const refuse = () => pool.transaction(async (tx) => {
    await tx`insert into public.pairs values (1)`
    throw new Refusal('not_found', 'no')
  })
  const wrong = () => pool.transaction((tx) => tx`select 1 / 0`)
  const ended = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => (at % 2 ? refuse() : wrong())))
  expect(new Set(ended.map((each) => each.status === 'rejected' ? String(each.reason) : 'ok'))).toEqual(new Set(['Refusal: no', 'PostgresError: division by zero']))
  expect(await db.sql`select from public.pairs`).toHaveLength(0)
  expect(await pids(pool)).toEqual(before)
  await pool.close()
})
