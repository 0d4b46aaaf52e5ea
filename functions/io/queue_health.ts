import { connect, type Database } from './database.ts'

/** How the queue stands. `due` and `open` are counted up to 10,000; waits in seconds. See webhooks.queue_health(). */
export type QueueHealth = { due: number; oldestDueSeconds: number; unattendedSeconds: number; open: number }

export type ReadQueue = () => Promise<QueueHealth>

const TIMEOUT_MS = 2_000
const REMEMBERED_MS = 1_000

export async function readQueueHealth(sql: Database, at: Date | null = null): Promise<QueueHealth> {
  const [row] = await sql`select * from webhooks.queue_health(coalesce(${at?.toISOString() ?? null}::timestamptz, clock_timestamp()))`
  return { due: row!.due, oldestDueSeconds: row!.oldest_due_seconds, unattendedSeconds: row!.unattended_seconds, open: row!.open }
}

/** One look over a connection of its own: for the edge function, which is there for one request. */
export async function readQueueHealthOnce(url: string): Promise<QueueHealth> {
  const sql = connect(url, { max: 1, name: 'tablehook dispatcher: health' })
  try {
    return await within(TIMEOUT_MS, readQueueHealth(sql))
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/**
 * At most one query a second, however often it is asked, and none that is waited for longer than two seconds: a probe must answer
 * also when the database does not. `ticks` in milliseconds.
 */
export function rememberQueueHealth(read: ReadQueue, ticks: () => number): ReadQueue {
  let asked = -Infinity
  let answer: Promise<QueueHealth> | undefined
  return () => {
    if (answer === undefined || ticks() - asked >= REMEMBERED_MS) {
      asked = ticks()
      answer = within(TIMEOUT_MS, read())
      answer.catch(() => {}) // told to whoever asked
    }
    return answer
  }
}

function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer from the database within ${ms} ms`)), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
