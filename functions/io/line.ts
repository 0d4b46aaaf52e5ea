import { connect, type Database } from './database.ts'

/** One connection for one kind of work, replaced when it breaks. */
export type Line = {
  /** Runs `work` on the connection. Throws what `work` throws; the next call has a sound connection again. */
  run<Result>(work: (sql: Database) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/**
 * Opens a line. The driver reconnects by itself, but (postgres.js 3.4.9) a connection that closes between a write and its flush
 * keeps a timer that never fires, and is silent from then on: after any fault of a connection a new one takes its place. The same
 * when an answer takes longer than `limitMs`: a network that drops packets says nothing for many minutes.
 */
export function openLine(url: string, { name, limitMs }: { name: string; limitMs: number }): Line {
  let current: { sql: Database; ready: Promise<unknown> } | undefined

  function open(): { sql: Database; ready: Promise<unknown> } {
    const sql = connect(url, { max: 1, name })
    // The driver learns the types of arrays with its first query, and must know them before it is given one.
    const ready = sql`select 1`.then(() => {})
    ready.catch(() => {}) // told to whoever waits for it
    return { sql, ready }
  }

  async function run<Result>(work: (sql: Database) => Promise<Result>): Promise<Result> {
    const line = (current ??= open())
    try {
      return await within(limitMs, line.ready.then(() => work(line.sql)))
    } catch (error) {
      if (isFaultOfConnection(error) && current === line) {
        current = undefined
        void line.sql.end({ timeout: 0 }).catch(() => {})
      }
      throw error
    }
  }

  return {
    run,
    async close() {
      await current?.sql.end({ timeout: 5 })
    },
  }
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
