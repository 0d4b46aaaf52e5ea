// Connections that close at the worst moments, hundreds of times: every call is answered or refused at once, never by the limit.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLine } from '../../functions/io/line.ts'
import { openPool } from '../../functions/io/pool.ts'
import { startCuttingProxy, type CuttingProxy } from '../support/cutting_proxy.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { newSeed, seededDice } from '../support/dice.ts'
import { until } from '../support/engine.ts'

/** As long as an answer may take in production. What waits for it fails the test. */
const LIMIT_MS = 30_000
/** Far above what a machine under load needs, far below any limit: 10 s to connect, 30 s to answer. */
const AT_ONCE_MS = 5_000

let db: FreshDatabase
let proxy: CuttingProxy
beforeAll(async () => {
  db = await freshDatabase()
  proxy = await startCuttingProxy(db.dispatcherUrl)
})
afterAll(async () => {
  await proxy.close()
  await db.drop()
})

type Runs = { run: ReturnType<typeof openLine>['run'] }
type Tally = { answered: number; refused: number; slowest: number }
const tally = (): Tally => ({ answered: 0, refused: 0, slowest: 0 })

/** One call of a random kind, awaited to its end. */
async function call(line: Runs, dice: () => number, seen: Tally): Promise<void> {
  const began = performance.now()
  const size = dice() < 0.2 ? 3_000 : 3 // above 1 KB, the driver writes at once
  const answer = dice() < 0.5
    ? line.run((sql) => sql`select ${'x'.repeat(size)}::text as text`)
    : line.run(async (sql) => {
        await sql`select ${'x'.repeat(size)}::text as text`
        return sql`select ${'y'.repeat(size)}::text as text`
      })
  await answer.then(
    (rows) => { expect(rows[0]!.text).toHaveLength(size); seen.answered++ },
    () => { seen.refused++ },
  )
  seen.slowest = Math.max(seen.slowest, performance.now() - began)
}

/**
 * Callers in a loop each, who rest for some turns of the event loop. They call out of such a turn: that is after the error of a socket
 * that rested too, and before its close.
 */
async function load(line: Runs, { callers, rest }: { callers: number; rest: number }, dice: () => number, seen: Tally, goesOn: () => boolean): Promise<void> {
  await Promise.all(Array.from({ length: callers }, async () => {
    while (goesOn()) {
      await call(line, dice, seen)
      for (let turns = Math.floor(dice() * rest); turns > 0; turns--) await nextTurn()
    }
  }))
}

const connectionsOf = (name: string) => db.admin`select pid from pg_stat_activity where application_name = ${name}`
const oneIsLeft = (name: string) => until('what was dropped to be closed', () => connectionsOf(name), (rows) => rows.length <= 1, 15_000)

test.each([
  ['end', { callers: 4, rest: 3 }], ['reset', { callers: 4, rest: 3 }], ['end', { callers: 1, rest: 20 }], ['reset', { callers: 1, rest: 20 }],
] as const)('sockets that are cut (%s) under %j', async (how, callers) => {
  const seed = newSeed()
  const dice = seededDice(seed)
  const name = `cut by ${how} ${callers.callers}`
  const line = openLine(proxy.url, { name, limitMs: LIMIT_MS })
  const seen = tally()
  let cuts = 0
  const began = performance.now()
  const goesOn = () => cuts < 300 && performance.now() - began < 60_000
  const cutting = (async () => {
    while (goesOn()) {
      // Mostly a connection at work, now and then one that is just being opened.
      const answered = dice() < 0.8 ? seen.answered : -1
      while (seen.answered === answered && goesOn()) await nextTurn()
      for (let turns = Math.floor(dice() * 40); turns > 0; turns--) await nextTurn()
      proxy.cutAll(how)
      cuts++
    }
  })()
  await Promise.all([cutting, load(line, callers, dice, seen, goesOn)])
  expect(seen.slowest, `SEED=${seed}`).toBeLessThan(AT_ONCE_MS)
  expect(seen.answered).toBeGreaterThan(0)
  await line.run((sql) => sql`select 1`).catch(() => {})
  expect(await line.run((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }])
  await oneIsLeft(name)
  await line.close()
})

test.each(['end', 'reset'] as const)('sockets that are cut (%s) in the middle of transactions, which rest between two statements', async (how) => {
  const seed = newSeed()
  const dice = seededDice(seed)
  const pool = openPool(proxy.url, { size: 2, name: 'transactions', limitMs: LIMIT_MS })
  let cuts = 0, answered = 0, slowest = 0
  const began = performance.now()
  const goesOn = () => cuts < 200 && performance.now() - began < 60_000
  const rest = async (most: number) => { for (let turns = Math.floor(dice() * most); turns > 0; turns--) await nextTurn() }
  const cutting = (async () => {
    for (; goesOn(); cuts++) {
      for (const before = answered; answered === before && goesOn();) await nextTurn()
      await rest(60)
      proxy.cutAll(how)
    }
  })()
  const callers = Array.from({ length: 3 }, async () => {
    while (goesOn()) {
      const asked = performance.now()
      await pool.transaction(async (tx) => {
        await tx`select 1`
        await rest(20)
        await tx`select ${'x'.repeat(dice() < 0.2 ? 3_000 : 3)}::text`
      }).then(() => { answered++ }, () => {})
      slowest = Math.max(slowest, performance.now() - asked)
    }
  })
  await Promise.all([cutting, ...callers])
  expect(slowest, `SEED=${seed}`).toBeLessThan(AT_ONCE_MS)
  expect(answered).toBeGreaterThan(0)
  await pool.close()
})

test('connections that Postgres ends, idle or at work', async () => {
  const seed = newSeed()
  const dice = seededDice(seed)
  const line = openLine(db.dispatcherUrl, { name: 'ended', limitMs: LIMIT_MS })
  const seen = tally()
  let cuts = 0
  const began = performance.now()
  const goesOn = () => cuts < 200 && performance.now() - began < 60_000
  const cutting = (async () => {
    for (; goesOn(); cuts++) {
      await db.admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ended'`
      for (let turns = Math.floor(dice() * 40); turns > 0; turns--) await nextTurn()
    }
  })()
  await Promise.all([cutting, load(line, { callers: 2, rest: 20 }, dice, seen, goesOn)])
  expect(seen.slowest, `SEED=${seed}`).toBeLessThan(AT_ONCE_MS)
  await line.run((sql) => sql`select 1`).catch(() => {})
  expect(await line.run((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }])
  await oneIsLeft('ended')
  await line.close()
})

test('work that waits for something else when its connection goes is told so at once, and the next has a new one', async () => {
  const line = openLine(db.dispatcherUrl, { name: 'elsewhere', limitMs: LIMIT_MS })
  let arrived!: () => void
  const there = new Promise<void>((resolve) => { arrived = resolve })
  const work = line.run(async (sql) => {
    await sql`select 1`
    arrived()
    await new Promise(() => {})
  })
  const told = work.then(() => null, (error: Error & { code?: string }) => ({ message: error.message, code: error.code }))
  await there
  await db.admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'elsewhere'`
  expect(await told).toEqual({ message: 'The connection to the database was lost.', code: 'CONNECTION_CLOSED' })
  expect(await line.run((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }])
  await line.close()
})

test('an old connection is replaced between two works; its end hurts neither what it still does nor its successor', async () => {
  const line = openLine(db.dispatcherUrl, { name: 'renewed', limitMs: LIMIT_MS, renewAfterMs: 0 })
  const pid = async (wait = 0) => (await line.run((sql) => sql`select pg_backend_pid() as pid, pg_sleep(${wait})`))[0]!.pid as number
  const long = pid(0.5)
  const [first, second] = [await pid(), await pid()]
  expect(new Set([await long, first, second]).size).toBe(3)
  await until('the old ones to be closed', () => connectionsOf('renewed'), (rows) => rows.length === 1)
  expect(await connectionsOf('renewed')).toEqual([{ pid: second }])
  await line.close()
})

test('a planned end is no loss: what is under way is answered', async () => {
  const line = openLine(db.dispatcherUrl, { name: 'planned', limitMs: LIMIT_MS })
  const slow = line.run((sql) => sql`select pg_sleep(0.3), 1 as one`)
  await line.run((sql) => sql`select 1`)
  await line.close()
  expect((await slow)[0]!.one).toBe(1)
})
