// A throw-away Postgres that is as durable as a real one, and a migrated database of its own for each measurement.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import postgres, { type Sql } from 'postgres'
import { bootstrap } from '../local/bootstrap.ts'
import { makeKeys } from '../local/keys.ts'
import { applyLocalSettings } from '../local/local_settings.ts'
import { applyDirectly } from '../local/migrate.ts'
import { startPostgres } from '../local/postgres.ts'
import type { Running } from '../local/running.ts'
import { freePort } from './free_port.ts'

export type BenchDatabase = {
  name: string
  /** As role postgres, who owns the tables and bypasses row-level security. */
  sql: Sql
  admin: Sql
  url: string
  dispatcherUrl: string
}

export type Server = {
  /** Throw-away, deleted at the end. */
  folder: string
  version: string
  postmaster: number
  freshDatabase: () => Promise<BenchDatabase>
  drop: (database: BenchDatabase) => Promise<void>
}

const options = { max: 8, onnotice: () => {} }

/** fsync and synchronous_commit are on: what is measured is what survives a power cut. */
export async function startServer(running: Running): Promise<Server> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-bench-'))
  fs.chmodSync(folder, 0o755) // Postgres may run as another user
  await running.add({ stop: async () => void execFileSync('rm', ['-rf', folder]) })
  const { passwords } = makeKeys()
  const server = await running.add(await startPostgres({ data: folder, port: await freePort(), passwords, durable: true }))
  await recycleWal(server.adminUrl)
  await bootstrap(server.adminUrl, passwords)
  await applyDirectly(server.url)
  await applyLocalSettings(server.adminUrl, passwords, { allowPrivate: '127.0.0.1/32' })

  const at = (url: string, database: string) => url.replace(/\/postgres$/, `/${database}`)
  const admin = postgres(at(server.adminUrl, 'template1'), { max: 1, onnotice: () => {} })
  await running.add({ stop: () => admin.end({ timeout: 1 }) })
  await admin`create database tablehook_template template postgres owner postgres is_template true`
  const [about] = await admin`select split_part(version(), ' ', 2) as version, pg_read_file('postmaster.pid') as pid_file`

  return {
    folder,
    version: about!.version as string,
    postmaster: Number((about!.pid_file as string).split('\n')[0]),
    async freshDatabase() {
      const name = `bench_${randomBytes(4).toString('hex')}`
      await admin`create database ${admin(name)} template tablehook_template owner postgres`
      const url = at(server.url, name)
      return { name, sql: postgres(url, options), admin: postgres(at(server.adminUrl, name), options), url, dispatcherUrl: at(server.dispatcherUrl, name) }
    },
    async drop({ name, sql, admin: own }) {
      await Promise.all([sql.end({ timeout: 1 }), own.end({ timeout: 1 })])
      await admin`drop database ${admin(name)} with (force)`
    },
  }
}

/**
 * Gives the server write-ahead log files to use again, as every server has that has run for an hour. A new one fills each file
 * with zeros before it writes to it, a fifth of the time of its first gigabyte, which no user would see.
 */
async function recycleWal(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  await sql`alter system set min_wal_size = '1GB'`
  await sql`select pg_reload_conf()`
  for (let file = 0; file < 60; file++) {
    await sql`select pg_logical_emit_message(false, 'bench', 'fill'), pg_switch_wal()`
  }
  await sql`checkpoint`
  await sql.end()
}
