import timers from 'node:timers'
import { connect, type Database } from './database.ts'

/** One connection for one kind of work, replaced when it breaks. */
export type Line = {
  /** Runs `work` on the connection. Throws what `work` throws; the next call has a sound connection again. */
  run<Result>(work: (sql: Database) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** What a line stands on for a while. */
type Connection = {
  sql: Database
  /** Tells the work under way that it will not be answered. */
  underWay: Set<(lost: Error) => void>
  /** In milliseconds of the process. */
  openedAt: number
  isDropped: boolean
}

/**
 * The driver closes a connection by itself after 30 to 60 minutes, also between two statements of the same work. So ours are
 * replaced before, each when its work is done.
 */
const RENEW_AFTER_MS = 25 * 60_000
/** By then the driver has reconnected, if it was about to. */
const RECONNECTED_MS = 2_000

/**
 * Opens a line. The driver (postgres.js 3.4.9) reconnects by itself, but not every statement survives it: one that is given to it
 * between the error of a socket and its close is never answered, and one between a write and its flush leaves a timer behind that
 * never fires. So the close of a connection ends all its work at once, and after any fault a new one takes its place. The same when
 * an answer takes longer than `limitMs`: a network that drops packets says nothing for many minutes.
 */
export function openLine(url: string, { name, limitMs, renewAfterMs = RENEW_AFTER_MS }: { name: string; limitMs: number; renewAfterMs?: number }): Line {
  let current: Connection | undefined

  function open(): Connection {
    const sql = connect(url, { max: 1, name, onClose: () => {
      retire(connection)
      const lost = Object.assign(new Error('The connection to the database was lost.'), { code: 'CONNECTION_CLOSED' })
      for (const reject of connection.underWay) reject(lost)
    } })
    const connection: Connection = { sql, underWay: new Set(), openedAt: performance.now(), isDropped: false }
    return connection
  }

  /** Takes no more work on it. Its successor, if there is one already, stays. */
  function retire(connection: Connection): void {
    if (current === connection) current = undefined
    if (connection.underWay.size === 0) drop(connection)
  }

  async function run<Result>(work: (sql: Database) => Promise<Result>): Promise<Result> {
    if (current !== undefined && performance.now() - current.openedAt > renewAfterMs) retire(current)
    const connection = (current ??= open())
    let reject!: (lost: Error) => void
    const lost = new Promise<never>((_, tell) => { reject = tell })
    connection.underWay.add(reject)
    try {
      return await within(limitMs, Promise.race([work(connection.sql), lost]))
    } catch (error) {
      if (isFaultOfConnection(error)) {
        retire(connection)
        drop(connection)
      }
      throw error
    } finally {
      connection.underWay.delete(reject)
      if (connection !== current && connection.underWay.size === 0) drop(connection)
    }
  }

  return {
    run,
    async close() {
      if (current === undefined) return
      current.isDropped = true
      await current.sql.end({ timeout: 5 })
    },
  }
}

/** Ends it, whatever it still does. */
function drop(connection: Connection): void {
  if (connection.isDropped) return
  connection.isDropped = true
  void connection.sql.end({ timeout: 0 }).catch(() => {})
  // With a statement waiting, the driver has already set out to reconnect, and end() does not call that off: it would stay for an hour.
  const { close } = connection.sql as Database & { close: () => Promise<void> } // missing in the driver's types
  timers.setTimeout(() => void close().catch(() => {}), RECONNECTED_MS).unref()
}

/** What Postgres answers is no fault of the connection, except that it is shutting down (57P) or lost it (08). */
function isFaultOfConnection(error: unknown): boolean {
  const answered = error instanceof Error && error.name === 'PostgresError'
  return !answered || ('code' in error && /^(08|57P)/.test(String(error.code)))
}

async function within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(`The database did not answer within ${limitMs / 1_000} s.`), { code: 'DATABASE_SILENT' })), limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
