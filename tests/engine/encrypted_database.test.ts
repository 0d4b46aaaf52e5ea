// TLS to a Postgres that has it: what each sslmode takes, and that every connection of a dispatcher is encrypted.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endedForLocalhost, forLocalhost } from '../support/database_certificates.ts'
import { spawnDispatcher, until } from '../support/engine.ts'
import { startMigratedPostgres, type PostgresServer } from '../support/postgres_server.ts'
import { selfSigned } from '../support/self_signed.ts'
import { authority, forThisHost } from '../support/test_authority.ts'
import { deleteFolder, throwAwayFolder } from '../support/throw_away_folder.ts'

let server: PostgresServer
let sql: Sql
let folder: string
const root = path.resolve(import.meta.dirname, '../..')

beforeAll(async () => {
  server = await startMigratedPostgres({ durable: false })
  folder = throwAwayFolder('trust')
  sql = postgres(server.adminUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await sql.end({ timeout: 1 })
  await server.discard()
  deleteFolder(folder)
})

/** From the next connection on. */
async function show({ key, cert }: { key: string, cert: string }): Promise<void> {
  const [at] = await sql`select current_setting('data_directory') as data, pg_conf_load_time() as loaded`
  const owner = fs.statSync(at!.data as string)
  for (const [name, text] of [['server.key', key], ['server.crt', cert]] as const) {
    const file = path.join(at!.data as string, name)
    fs.writeFileSync(file, `${text}\n`, { mode: 0o600 })
    fs.chownSync(file, owner.uid, owner.gid)
  }
  await sql`alter system set ssl = on`
  await sql`select pg_reload_conf()`
  await until('the certificate to be loaded', async () => (await sql`select pg_conf_load_time() > ${at!.loaded as Date} as later`)[0]!.later as boolean, (later) => later)
}

const at = (query: string) => `${server.dispatcherUrl.replace('127.0.0.1', 'localhost')}${query}`

/** What becomes of a connection with each mode, in a process that trusts `trusted` besides the usual authorities: `encrypted`, `plain`, or why there is none. */
function connections(modes: readonly string[], trusted: string): Record<string, string> {
  const authorities = path.join(folder, 'authorities.pem')
  fs.writeFileSync(authorities, trusted)
  const program = `
    import { connect } from './functions/io/database.ts'
    const answers = {}
    for (const [mode, url] of ${JSON.stringify(modes.map((mode) => [mode, at(mode && `?sslmode=${mode}`)]))}) {
      const sql = connect(url, { max: 1, name: 'test' })
      answers[mode] = await sql\`select ssl from pg_stat_ssl where pid = pg_backend_pid()\`.then(([row]) => row.ssl ? 'encrypted' : 'plain', (error) => error.code ?? error.message)
      await sql.end({ timeout: 1 })
    }
    console.log(JSON.stringify(answers))
    process.exit(0)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { cwd: root, env: { ...process.env, NODE_EXTRA_CA_CERTS: authorities }, encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Record<string, string>
}

const every = ['', 'disable', 'prefer', 'require', 'verify-full'] as const

test('a server without encryption is spoken to in clear, unless the address asks for more', () => {
  expect(connections(every, '')).toMatchObject({ '': 'plain', 'disable': 'plain', 'prefer': 'plain' })
  for (const mode of ['require', 'verify-full']) expect(connections([mode], '')[mode]).not.toMatch(/encrypted|plain/)
})

test('a server with it is spoken to encrypted. Only verify-full asks who it is', async () => {
  const unasked = { '': 'encrypted', 'disable': 'plain', 'prefer': 'encrypted', 'require': 'encrypted' }
  await show(selfSigned)
  expect(connections(every, '')).toEqual({ ...unasked, 'verify-full': 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  await show(forThisHost)
  expect(connections(every, authority), 'for 127.0.0.1, not for localhost').toEqual({ ...unasked, 'verify-full': 'ERR_TLS_CERT_ALTNAME_INVALID' })
  await show(endedForLocalhost)
  expect(connections(every, endedForLocalhost.cert)).toEqual({ ...unasked, 'verify-full': 'CERT_HAS_EXPIRED' })
  await show(forLocalhost)
  expect(connections(every, forLocalhost.cert)).toEqual({ ...unasked, 'verify-full': 'encrypted' })
})

test('with verify-full a dispatcher works, and each of its connections is encrypted', async () => {
  await show(forLocalhost)
  const authorities = path.join(folder, 'authorities.pem')
  fs.writeFileSync(authorities, forLocalhost.cert)
  const dispatcher = spawnDispatcher(at('?sslmode=verify-full'), { NODE_EXTRA_CA_CERTS: authorities })
  try {
    await dispatcher.ready
    const seen = () => sql<{ ssl: boolean }[]>`select s.ssl from pg_stat_activity a join pg_stat_ssl s using (pid) where a.usename = 'tablehook_dispatcher'`
    const open = await until('the lines of the dispatcher', seen, (rows) => rows.length >= 2)
    expect(open.map((row) => row.ssl)).not.toContain(false)
  } finally {
    await dispatcher.kill()
  }
})
