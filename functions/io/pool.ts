// The connections of the API. The dispatcher has a line for each kind of work; here any request may come at any time.
import type { TransactionSql } from 'postgres'
import { Refusal } from '../core/refusal.ts'
import type { Database } from './database.ts'
import { openLine, type Line } from './line.ts'

/** A few connections, each replaced when it breaks. Work that finds them all busy waits its turn. */
export type Pool = {
  /** Runs `work` with a connection of its own. Throws what `work` throws. */
  run<Result>(work: (sql: Database) => Promise<Result>): Promise<Result>
  /** The same in one transaction: rolled back when `work` throws, or when the connection breaks. */
  transaction<Result>(work: (tx: TransactionSql) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** Opens up to `size` connections, when they are needed. Work that takes longer than `limitMs` fails and costs its connection. */
export function openPool(url: string, { size, ...options }: { name: string; size: number; limitMs: number }): Pool {
  const lines = Array.from({ length: size }, () => openLine(url, options))
  const free = [...lines]
  const waiting: ((line: Line) => void)[] = []

  const take = () => {
    // The last one given back: the others may stay unopened.
    const line = free.pop()
    return line === undefined ? new Promise<Line>((resolve) => waiting.push(resolve)) : Promise.resolve(line)
  }
  const giveBack = (line: Line) => {
    const next = waiting.shift()
    if (next === undefined) free.push(line)
    else next(line)
  }

  async function run<Result>(work: (sql: Database) => Promise<Result>): Promise<Result> {
    const line = await take()
    try {
      const ended = await line.run((sql) => work(sql).then((value) => ({ value }), refusalAsValue))
      if ('refusal' in ended) throw ended.refusal
      return ended.value
    } finally {
      giveBack(line)
    }
  }

  return {
    run,
    // postgres.js types the result as if it awaited arrays of promises; ours are plain values.
    transaction: <Result>(work: (tx: TransactionSql) => Promise<Result>) => run((sql) => sql.begin((tx) => untilBroken(work(tx))) as Promise<Result>),
    async close() {
      await Promise.all(lines.map((line) => line.close()))
    },
  }
}

/** A line takes an error that Postgres did not give for a broken connection. A refusal of our own is none. */
function refusalAsValue(error: unknown): { refusal: Refusal } {
  if (error instanceof Refusal) return { refusal: error }
  throw error
}

/**
 * Once its connection has broken, a transaction says nothing more: the driver would write its ROLLBACK to a socket that is gone,
 * which throws outside every promise and ends the process (postgres.js 3.4.9). The driver itself tells the caller that the connection closed.
 */
async function untilBroken<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (isBroken(error)) await new Promise(() => {})
    throw error
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(CONNECT|ECONN|EPIPE|ETIMEDOUT|08|57P)/.test(String(error.code))
}
