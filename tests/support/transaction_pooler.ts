// A real pgbouncer in transaction mode before a database: each transaction may run on another connection.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { userForPostgres } from '../../local/postgres_binaries.ts'
import { isFree } from '../../local/ports.ts'
import { freePorts } from './free_port.ts'
import { deleteFolder, throwAwayFolder } from './throw_away_folder.ts'

export type TransactionPooler = {
  /** The address that was given, by way of the pooler, marked as our settings want it. */
  url: string
  /** Kills it at once, and starts it again on the same port. */
  crash: () => Promise<void>
  start: () => Promise<void>
  stop: () => Promise<void>
}

/** Starts one with two connections to the database that `url` names. Installs it where that needs no question; throws with the command where it cannot. */
export async function startTransactionPooler(url: string): Promise<TransactionPooler> {
  const program = findOrInstall()
  const folder = throwAwayFolder('pooler')
  const { hostname, port, username, password, pathname } = new URL(url)
  const own = await freePorts(1)
  const settings = path.join(folder, 'pgbouncer.ini')
  fs.writeFileSync(path.join(folder, 'users.txt'), `"${username}" "${password}"\n`)
  fs.writeFileSync(settings, `
[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = plain
auth_file = ${folder}/users.txt
pool_mode = transaction
default_pool_size = 2
${keepsNone(program)}
ignore_startup_parameters = extra_float_digits
`)
  const runAs = userForPostgres()
  let child: ChildProcess | undefined
  const through = new URL(url)
  Object.assign(through, { port: String(own), pathname, search: '?pgbouncer=true' })

  async function start(): Promise<void> {
    let said = ''
    child = spawn(program, [settings], { ...runAs, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr!.on('data', (chunk: Buffer) => { said += chunk.toString() })
    while (await isFree(own)) {
      if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}: ${said}`)
      await sleep(20)
    }
  }
  async function crash(): Promise<void> {
    const exited = new Promise((resolve) => child!.once('exit', resolve))
    child!.kill('SIGKILL')
    await exited
  }
  await start()
  return {
    url: through.href, crash, start,
    async stop() {
      await crash()
      deleteFolder(folder)
    },
  }
}

/** From 1.21 on it can keep prepared statements; others cannot, so here it must not. */
function keepsNone(program: string): string {
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout) ?? []
  return Number(major) > 1 || Number(minor) >= 21 ? 'max_prepared_statements = 0' : ''
}

function findOrInstall(): string {
  const find = () => [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/opt/homebrew/bin'].map((folder) => path.join(folder, 'pgbouncer')).find((file) => fs.existsSync(file))
  return find() ?? (installWithApt() ? find() : undefined) ?? fail()
}

function installWithApt(): boolean {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return false
  console.log('Installing a pooler for the tests: apt-get install pgbouncer')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return [['update', '-q'], ['install', '-y', '-q', '--no-install-recommends', 'pgbouncer']]
    .every((args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0)
}

function fail(): never {
  throw new Error('This test needs pgbouncer. Install it: sudo apt-get install pgbouncer, or: brew install pgbouncer')
}
