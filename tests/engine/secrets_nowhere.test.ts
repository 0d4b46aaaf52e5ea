// Secrets are made, shown, rolled, used and refused; things break. Then everything that was written anywhere is searched for them.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import postgres, { type Sql } from 'postgres'
import { parseAllowList } from '../../functions/core/address.ts'
import { parseKeyring } from '../../functions/core/seal.ts'
import { openPool, type Pool } from '../../functions/io/pool.ts'
import { createSender } from '../../functions/io/send.ts'
import { transformInProcess } from '../../functions/io/transform/in_process.ts'
import { createApp } from '../../functions/webhooks/app.ts'
import { demoUsers, acme } from '../../local/demo_users.ts'
import { SECRET_KEY, spawnDispatcher, until } from '../support/engine.ts'
import { startMigratedPostgres, type PostgresServer } from '../support/postgres_server.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { throwAwayFolder } from '../support/throw_away_folder.ts'

const [, admin] = demoUsers
const made = (fill: number) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`
const own = 'correct-horse-battery-staple', rolled = made(0xa5), refused = 'kurz und geheim'
const headerValue = 'header-value-that-nobody-may-read', token = 'bearer-token-of-the-receiver', badHeader = 'value-in-a-refused-request'

let server: PostgresServer
let receiver: Receiver
let pool: Pool
let sql: Sql
/** What people and machines can read: each place with all that it holds. */
const places: Record<string, string> = {}
const write = (place: string, text: string) => { places[place] = `${places[place] ?? ''}${text}\n` }

beforeAll(async () => {
  server = await startMigratedPostgres({ durable: false })
  receiver = await startReceiver()
  // Repeats what it got, as many a test server does.
  receiver.answer((response, request) => response.writeHead(400, { 'x-echo': String(request.headers['x-api-key']) }).end(JSON.stringify(request.headers)))
  pool = openPool(server.url, { size: 2, name: 'api under test', limitMs: 20_000 })
  sql = postgres(server.adminUrl, { max: 2, onnotice: () => {} })
  // The setting-up of a local system gives its roles their passwords, in plain statements.
  await sql`select extensions.pg_stat_statements_reset()`
  await sql`insert into public.organizations (id, name) values (${acme}, 'Acme')`
  await sql`insert into public.organization_members (organization_id, user_id, role) values (${acme}, ${admin!.id}, 'owner')`
})
afterAll(async () => {
  await Promise.all([pool.close(), sql.end()])
  await receiver.close()
  await server.discard()
})

const sender = createSender({ allow: parseAllowList('127.0.0.1/32') })
function api(key = SECRET_KEY) {
  const app = createApp({
    pool, keyring: parseKeyring(key), sender, allow: parseAllowList('127.0.0.1/32'), transform: transformInProcess(() => performance.now()),
    now: () => new Date(), wait: () => new Promise(() => {}), resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)), log: (line) => write('log of the API', JSON.stringify(line)),
    verifyUser: () => Promise.resolve({ id: admin!.id, claims: { sub: admin!.id, role: 'authenticated' } }),
  })
  return async (method: string, address: string, body?: unknown) => {
    const answer = await app.request(`http://localhost/webhooks${address}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return { status: answer.status, text: await answer.text() }
  }
}

/** Every row of every table as text, and what Postgres keeps of statements. */
async function dumpDatabase(): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'`
  for (const { name } of tables) write('database', JSON.stringify(await sql.unsafe(`select '${name}' as "table", t::text as row from ${name} t`)))
  write('statistics of Postgres', JSON.stringify([await sql`select query from extensions.pg_stat_statements`, await sql`select query from pg_stat_activity`]))
  write('log of Postgres', fs.readFileSync(server.logFile, 'utf8'))
}

/** A secret in all the forms in which it could be written by mistake. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : null
  const plain = [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)]
  return [...new Set([...plain, ...(key === null ? [] : [secret.slice(6), key.toString('hex'), key.toString('latin1')])])]
}
const findings = (secrets: Record<string, string>) => Object.entries(places).flatMap(([place, text]) =>
  Object.entries(secrets).filter(([, secret]) => forms(secret).some((form) => text.includes(form))).map(([name]) => `${name} in the ${place}`))

test('no secret in any table, log, error, statement or answer that should not have it', async () => {
  const call = api()
  const answers = async (...request: Parameters<typeof call>) => {
    const answer = await call(...request)
    write('answers of the API', answer.text)
    return answer
  }
  const wanted = { organization_id: acme, url: receiver.url, events: ['contact.created'], timeout_ms: 1_000, headers: { 'X-Api-Key': headerValue, Authorization: `Bearer ${token}` } }
  // Only these three answers show a secret: to the one who makes, looks at or rolls it.
  const created = JSON.parse((await call('POST', '', { ...wanted, name: 'made by us' })).text) as { webhook: { id: string }; secret: string }
  const { webhook: { id } } = JSON.parse((await call('POST', '', { ...wanted, name: 'own secret', secret: own })).text) as { webhook: { id: string } }
  expect((await call('GET', `/${id}/secret`)).text).toContain(own)
  expect((await call('POST', `/${id}/secret/roll`, { secret: rolled })).status).toBe(200)

  const test = await answers('POST', `/${id}/test`)
  expect(test.text).toContain('••••••')
  await answers('GET', `/${id}`)
  await answers('GET', `?organization_id=${acme}`)
  // Refusals of all kinds, and faults.
  expect((await answers('POST', '', { ...wanted, name: 'x', secret: refused })).status).toBe(422)
  expect((await answers('POST', '', { ...wanted, name: 'own secret', secret: own })).status).toBe(409)
  expect((await answers('POST', '', { ...wanted, name: 'y', headers: { 'X-Bad': `${badHeader}\r\nx: y` } })).status).toBe(422)
  expect((await answers('POST', '', { ...wanted, name: 'z', headers: { Host: badHeader } })).status).toBe(422)
  expect((await answers('PATCH', `/${id}`, { secret: own })).status).toBe(422)
  write('answers of the API', (await api(`v2:${Buffer.alloc(32, 9).toString('base64')}`)('GET', `/${id}/secret`)).text)
  await sql`alter table webhooks.secrets add constraint it_breaks check (false) not valid`
  expect((await answers('POST', `/${id}/secret/roll`, { secret: own })).status).toBeGreaterThanOrEqual(400)
  expect((await answers('PATCH', `/${id}`, { headers: { 'X-Api-Key': headerValue } })).status).toBe(200)
  await sql`alter table webhooks.secrets drop constraint it_breaks`

  // The dispatcher delivers, is answered with what it sent, fails to record for a while, and is stopped.
  const dispatcher = spawnDispatcher(server.dispatcherUrl)
  await dispatcher.ready
  await sql`insert into public.contacts (organization_id, first_name) values (${acme}, 'Ada')`
  await until('both attempts in the log', () => sql`select from public.webhook_logs where not is_test`, (rows) => rows.length >= 2)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'tablehook dispatcher%'`
  await sql`insert into public.contacts (organization_id, first_name) values (${acme}, 'Grace')`
  await until('two more', () => sql`select from public.webhook_logs where not is_test`, (rows) => rows.length >= 4)
  await dispatcher.kill('SIGTERM')
  write('output of the dispatcher', dispatcher.output())

  // Dispatchers that cannot start, and one that crashes.
  const password = new URL(server.dispatcherUrl).password
  const wrong = { key: Buffer.alloc(32, 0x5c).toString('base64'), smtp: 'smtp-password-of-the-operator' }
  const bomb = path.join(throwAwayFolder('bomb'), 'bomb.mjs')
  fs.writeFileSync(bomb, 'setTimeout(() => { throw new Error("crash") }, 1500)')
  const starts = [
    [server.dispatcherUrl.replace(password, `${password}x`), {}],
    [`postgres://nobody:${password}@127.0.0.1:1/postgres`, {}],
    [`postgres//${password}`, {}],
    [server.dispatcherUrl, { TABLEHOOK_SECRET_KEY: `v1:${wrong.key}=` }],
    [server.dispatcherUrl, { TABLEHOOK_SECRET_KEY: wrong.key }],
    [server.dispatcherUrl, { TABLEHOOK_SMTP_URL: `http://user:${wrong.smtp}@mail` }],
    [server.dispatcherUrl, { NODE_OPTIONS: `--import ${bomb}` }],
  ] as const
  for (const [url, environment] of starts) {
    const failing = spawnDispatcher(url, environment)
    await new Promise((resolve) => failing.child.once('exit', resolve))
    expect(failing.child.exitCode).not.toBe(0)
    write('output of dispatchers that failed', failing.output())
  }
  for (const request of receiver.requests) write('addresses', request.url)
  await dumpDatabase()

  const secrets = { 'secret made by us': created.secret, 'own secret': own, 'rolled secret': rolled, 'refused secret': refused, 'header value': headerValue, token, 'refused header': badHeader }
  const operators = { 'sealing key': SECRET_KEY.slice(3), 'wrong key': wrong.key, 'mail password': wrong.smtp, 'database password': password }
  expect(findings({ ...secrets, ...operators })).toEqual([])
  // The search finds what is there.
  for (const place of ['database', 'answers of the API', 'log of the API', 'output of the dispatcher', 'output of dispatchers that failed', 'log of Postgres', 'statistics of Postgres']) {
    expect(places[place]?.length, place).toBeGreaterThan(50)
  }
  expect(places.database).toContain('own secret')
  await sql`update public.webhook_configurations set description = ${`the secret is ${own}`} where id = ${id}`
  await dumpDatabase()
  expect(findings(secrets)).toEqual(['own secret in the database'])
})
