// Postgres in the data folder, as a child in a process group of its own, so that Ctrl-C reaches it only through us.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { explainFileError, Foreseen } from './foreseen.ts'
import { endProcess } from './instance.ts'
import type { Keys } from './keys.ts'
import { findPostgres, refuseUnreachable, userForPostgres, type PostgresBinaries, type RunAs } from './postgres_binaries.ts'
import { commandOf, identify } from './process_identity.mjs'
import type { Stoppable } from './running.ts'

export type PostgresOptions = {
  /** Folder that holds the cluster (`postgres/`) and its log. */
  data: string
  port: number
  passwords: Keys['passwords']
  /** False only for throw-away test databases: then a crash may lose them. */
  durable: boolean
}

export type RunningPostgres = Stoppable & {
  /** As supabase_admin, the superuser. */
  adminUrl: string
  /** As postgres, who owns the app's tables and is not a superuser. */
  url: string
  /** As tablehook_dispatcher, once the migrations have made that role. */
  dispatcherUrl: string
  wasCreated: boolean
  /** The major version. */
  version: number
  /** Settles when Postgres ends although nobody asked it to. */
  died: Promise<Foreseen>
}

const READY_WAIT_MS = 60_000

/** Starts Postgres on 127.0.0.1, creating the cluster the first time, and waits until it answers. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { data, port, passwords } = options
  const binaries = await findPostgres()
  const runAs = userForPostgres()
  refuseUnreachable([data, path.dirname(binaries.postgres)], runAs)
  const cluster = path.join(data, 'postgres')
  await endLeftoverPostgres(cluster)

  const wasCreated = !fs.existsSync(path.join(cluster, 'PG_VERSION'))
  if (wasCreated) createCluster(binaries, runAs, cluster, passwords.supabaseAdmin, options.durable)

  const log = path.join(data, 'postgres.log')
  const child = spawnPostgres(binaries, runAs, cluster, log, options)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = (user: string, password: string) => `postgres://${user}:${password}@127.0.0.1:${port}/postgres`
  const adminUrl = url('supabase_admin', passwords.supabaseAdmin)
  let isStopping = false
  const stop = async () => {
    isStopping = true
    await stopPostgres(child, exited)
  }
  try {
    await untilItAnswers(adminUrl, child, log)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    adminUrl,
    url: url('postgres', passwords.postgres),
    dispatcherUrl: url('tablehook_dispatcher', passwords.dispatcher),
    wasCreated,
    version: binaries.version,
    stop,
    died: new Promise((resolve) => void exited.then(() => isStopping || resolve(new Foreseen(`Postgres stopped unexpectedly.\n${lastLines(log)}`)))),
  }
}

/** A killed parent leaves Postgres running. Only a process that serves this very folder is stopped. */
export async function endLeftoverPostgres(cluster: string): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid')
  if (!fs.existsSync(pidFile)) return
  const pid = Number(fs.readFileSync(pidFile, 'utf8').split('\n')[0])
  const leftover = commandOf(pid)?.includes(cluster) ? identify(pid) : null
  // SIGINT is Postgres's fast shutdown; SIGTERM would wait for clients that are gone.
  if (leftover) await endProcess(leftover, 'SIGINT', 30_000)
  // Postgres refuses to start while a foreign process has the pid in this file.
  fs.rmSync(pidFile, { force: true })
}

function createCluster(binaries: PostgresBinaries, runAs: RunAs, cluster: string, password: string, durable: boolean) {
  // Made aside and renamed, so that an interrupted initdb is simply done again.
  const unfinished = `${cluster}.new`
  const passwordFile = `${cluster}.password`
  try {
    fs.rmSync(unfinished, { recursive: true, force: true })
    fs.mkdirSync(unfinished, { mode: 0o700 })
    fs.writeFileSync(passwordFile, password, { mode: 0o600 })
    if ('uid' in runAs) for (const file of [unfinished, passwordFile]) fs.chownSync(file, runAs.uid, runAs.gid)
    const made = spawnSync(binaries.initdb, [
      '--pgdata', unfinished, '--username', 'supabase_admin', '--pwfile', passwordFile, '--auth', 'scram-sha-256',
      '--encoding', 'UTF8', ...localeFlags(binaries), '--lc-messages', 'C',
      ...(durable ? [] : ['--no-sync']),
    ], { ...runAs, cwd: path.dirname(cluster), encoding: 'utf8' })
    if (made.status !== 0) throw explainPostgres(`${made.stderr ?? ''}${made.error?.message ?? ''}`, path.dirname(cluster))
    fs.renameSync(unfinished, cluster)
  } catch (error) {
    throw explainFileError(error, path.dirname(cluster))
  } finally {
    fs.rmSync(passwordFile, { force: true })
  }
}

/** The builtin provider sorts alike on every platform. Before Postgres 17 there is none. */
function localeFlags({ version }: PostgresBinaries): string[] {
  return version >= 17 ? ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'] : ['--locale', 'C.UTF-8']
}

function spawnPostgres(binaries: PostgresBinaries, runAs: RunAs, cluster: string, log: string, options: PostgresOptions): ChildProcess {
  const output = fs.openSync(log, 'w')
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_preload_libraries: 'pg_stat_statements',
    wal_level: 'logical', // as on hosted
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(binaries.postgres, ['-D', cluster, '-p', String(options.port), ...flags], {
    ...runAs, cwd: cluster, detached: true, stdio: ['ignore', output, output],
  })
  child.on('error', () => {}) // seen by untilItAnswers, through the missing pid
  fs.closeSync(output)
  return child
}

async function untilItAnswers(adminUrl: string, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + READY_WAIT_MS
  for (;;) {
    const sql = postgres(adminUrl, { max: 1, connect_timeout: 5, onnotice: () => {} })
    try {
      await sql`select 1`
      return
    } catch (error) {
      const hasExited = child.pid === undefined || child.exitCode !== null || child.signalCode !== null
      if (hasExited) throw explainPostgres(lastLines(log), path.dirname(log))
      if ((error as { code?: string }).code === '28P01') throw new Foreseen('The database does not accept the password in keys.json. Put the file back that belongs to it, or run npm run db:reset to begin anew.')
      if (Date.now() > deadline) throw new Foreseen(`Postgres did not answer within a minute.\n${lastLines(log)}`)
      await sleep(25)
    } finally {
      await sql.end({ timeout: 0 })
    }
  }
}

async function stopPostgres(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGINT')
  const patience = setTimeout(() => child.kill('SIGQUIT'), 30_000)
  await exited
  clearTimeout(patience)
}

function explainPostgres(output: string, data: string): Foreseen {
  if (/no space left on device/i.test(output)) return new Foreseen(`Postgres cannot start: the disk that holds ${data} is full.`)
  if (/initialized by PostgreSQL version/.test(output)) {
    return new Foreseen(`The database in ${data} was made by another version of Postgres. Run npm run db:reset to begin anew.`)
  }
  return new Foreseen(`Postgres cannot start. It said:\n${output.trim()}`)
}

function lastLines(file: string): string {
  return fs.readFileSync(file, 'utf8').trim().split('\n').slice(-8).join('\n')
}
