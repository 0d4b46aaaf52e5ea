// The client library against the real system, with an API key, as a program would use it; and its examples, run as they stand.
import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiError, createClient, verify, type Client } from '../../client/src/index.ts'
import { acme, globex } from '../../local/demo_users.ts'
import { findDeno } from '../../local/functions.ts'
import { callerFor, type Json } from '../support/api.ts'
import { buildPackages } from '../support/built_packages.ts'
import { addFinished } from '../support/factories.ts'
import { freePorts } from '../support/free_port.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { signIn, system } from '../support/running_system.ts'

const UNKNOWN = '11111111-2222-4333-8444-555555555555'
const examples = path.resolve(import.meta.dirname, '../../client/examples')
const tsx = path.resolve(import.meta.dirname, '../../node_modules/tsx/dist/cli.mjs')
let client: Client, reader: Client
let token: string
let sql: postgres.Sql
let receiver: Receiver
const started: ChildProcess[] = []
const keys: string[] = []

beforeAll(async () => {
  buildPackages()
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  token = await makeKey(['read', 'write', 'secrets'])
  client = createClient({ url: system().API_URL, apiKey: token })
  reader = createClient({ url: system().API_URL, apiKey: await makeKey(['read']) })
  receiver = await startReceiver()
})
afterAll(async () => {
  for (const child of started) child.kill()
  await receiver.close()
  await sql`delete from public.webhook_configurations where organization_id = ${acme} and (url like ${`%:${receiver.port}/%`} or name like 'client %' or name like 'your-app.com%')`
  await sql`delete from public.webhook_api_keys where id in ${sql(keys)}`
  await sql.end()
})

async function makeKey(scopes: string[]): Promise<string> {
  const admin = await callerFor('admin@acme.test')
  const { json } = await admin.call('POST', '/keys', { organization_id: acme, name: `client ${crypto.randomUUID()}`, scopes })
  keys.push(json.key.id)
  return json.token
}
const errorOf = (work: Promise<unknown>) => work.then(() => 'worked', (error: unknown) => error instanceof ApiError ? `${error.status} ${error.code}${error.field ? ` ${error.field}` : ''}` : String(error))

test('registers a webhook as the page of another product shows it', async () => {
  const url = receiver.url.replace('/hook', '/webhook')
  const webhook = await client.webhooks.create({
    url,
    events: [
      'message.received',
      'message.sent',
      'contact.created',
      'contact.updated',
    ],
  })
  expect(webhook).toMatchObject({ url, organization_id: acme, name: `127.0.0.1:${receiver.port}`, is_active: true, events: ['contact.created', 'contact.updated', 'message.received', 'message.sent'] })
  const again = await client.webhooks.create({ url, events: ['contact.created'] })
  expect(again.name).toBe(`127.0.0.1:${receiver.port} 2`)
  await client.webhooks.delete(again.id)

  // What it then gets, its own library verifies.
  await sql`insert into public.contacts (organization_id, first_name, email) values (${acme}, 'Zoë', 'zoe@example.com')`
  const [request] = await receiver.waitForCount(1)
  const event = verify(request!.body, request!.headers, webhook.secret!)
  expect(event.event).toBe('contact.created')
  if (event.event === 'contact.created') expect(event.data.first_name).toBe('Zoë')
  await client.webhooks.delete(webhook.id)
  expect(await errorOf(client.webhooks.get(webhook.id))).toBe('404 not_found')
})

test('lists, changes, tests, rolls and deletes', async () => {
  const { secret, ...made } = await client.webhooks.create({ url: receiver.url, events: ['deal.created'], name: `client ${Date.now()}`, headers: { 'X-Api-Key': 'k' } })
  expect(await reader.webhooks.get(made.id)).toEqual(made)
  expect((await reader.webhooks.list()).map(({ id }) => id)).toContain(made.id)
  expect(await client.webhooks.update(made.id, { timeout_ms: 9_000 })).toMatchObject({ id: made.id, timeout_ms: 9_000, header_names: ['X-Api-Key'] })
  expect((await client.webhooks.secret(made.id)).secret).toBe(secret)

  const answer = await client.webhooks.test(made.id, { event_type: 'deal.created' })
  expect(answer).toMatchObject({ ok: true, status_code: 200, event_type: 'deal.created' })
  expect(verify(answer.request.body, answer.request.headers, secret!)).toMatchObject({ id: answer.event_id, event: 'deal.created' })

  const rolled = await client.webhooks.rollSecret(made.id, { expire_old_in: 60 })
  const during = await client.webhooks.test(made.id)
  for (const one of [secret!, rolled.secret]) expect(verify(during.request.body, during.request.headers, one).id).toBe(during.event_id)
  await client.webhooks.endOldSecret(made.id)
  const after = await client.webhooks.test(made.id)
  expect(() => verify(after.request.body, after.request.headers, secret!)).toThrow('does not match')
  expect(verify(after.request.body, after.request.headers, [secret!, rolled.secret]).id).toBe(after.event_id)

  expect(await client.webhooks.checkUrl('https://10.0.0.1')).toMatchObject({ ok: false, code: 'private_address' })
  await client.webhooks.delete(made.id)
})

test('reads deliveries to the end, resends and replays', async () => {
  const webhook = await client.webhooks.create({ url: receiver.url, events: ['deal.created'], name: `client ${Date.now()}` })
  const moments = { created_at: new Date(), finished_at: new Date(), last_attempt_at: new Date(), event_type: 'deal.created' }
  const failed = await addFinished(sql, acme, webhook.id, 12, moments)
  const found: string[] = []
  for await (const delivery of reader.deliveries.list({ webhook_id: webhook.id, state: ['failed'], pageSize: 5 })) found.push(delivery.id)
  expect(found.sort()).toEqual([...failed].sort())
  const { delivery, attempts, event } = await reader.deliveries.get(failed[0]!)
  expect([delivery.state, attempts, event!.type]).toEqual(['failed', [], 'deal.created'])
  // A key that only reads learns nothing of what is in the events.
  expect(event!.data).toBeNull()

  const span = { from: new Date(Date.now() - 3_600_000) }
  expect(await client.webhooks.replay(webhook.id, { ...span, dry_run: true })).toEqual({ dry_run: true, total: 12 })
  const seen = receiver.requests.length
  expect(await client.webhooks.resend(webhook.id, { delivery_ids: failed.slice(0, 2) })).toMatchObject({ queued: 2, skipped: { delivered: 0 } })
  await receiver.waitForCount(seen + 2)
  expect(await client.webhooks.replay(webhook.id, span)).toMatchObject({ dry_run: false, replay_id: expect.any(String) as string })
  await receiver.waitForCount(seen + 12)
  await client.webhooks.delete(webhook.id)
})

test('knows whose key it is', async () => {
  expect(await reader.whoAmI()).toMatchObject({ organization: { id: acme, name: 'Acme' }, key: { scopes: ['read'] } })
})

test('knows the catalog', async () => {
  const types = await reader.eventTypes.list()
  expect(types.map(({ name }) => name)).toContain('deal.stage.changed')
  expect((await reader.eventTypes.get('deal.stage.changed')).sample.previous).toEqual({ stage: 'new' })
})

describe('errors', () => {
  test.each<[string, (as: { client: Client; reader: Client }) => Promise<unknown>, string]>([
    ['a private address', ({ client: as }) => as.webhooks.create({ url: 'https://10.0.0.1', events: ['*'] }), '422 private_address url'],
    ['an event there is not', ({ client: as }) => as.webhooks.create({ url: 'https://example.com', events: ['no.such'] }), '422 unknown_event_type events'],
    ['no such webhook', ({ client: as }) => as.webhooks.test(UNKNOWN), '404 not_found'],
    ['another organization', ({ client: as }) => as.webhooks.list({ organization_id: globex }), '404 not_found organization_id'],
    ['a key that may only read', ({ reader: as }) => as.webhooks.create({ url: 'https://example.com', events: ['*'] }), '403 scope_missing'],
    ['a key that is none', () => createClient({ url: system().API_URL, apiKey: `thk_${'x'.repeat(43)}` }).webhooks.list(), '401 unauthorized'],
    ['an address where no project is', () => createClient({ url: system().WEB_URL, apiKey: 'thk_x', maxRetries: 0 }).webhooks.list(), '200 unexpected_answer'],
    ['an address where nobody is', () => createClient({ url: 'http://127.0.0.1:9', apiKey: 'thk_x', maxRetries: 0 }).webhooks.list(), '0 unreachable'],
  ])('%s', async (_, work, expected) => expect(await errorOf(work({ client, reader }))).toBe(expected))
})

test('a signed-in user names the organization once', async () => {
  const session = (await (await signIn('member@acme.test')).auth.getSession()).data.session!
  const asUser = createClient({ url: system().API_URL, accessToken: () => session.access_token, organizationId: acme })
  expect((await asUser.webhooks.list()).every(({ organization_id: id }) => id === acme)).toBe(true)
  expect(await errorOf(asUser.webhooks.create({ url: receiver.url, events: ['*'] }))).toBe('403 forbidden')
})

describe('examples', () => {
  const env = () => ({ ...process.env, TABLEHOOK_URL: system().API_URL, TABLEHOOK_API_KEY: token })
  /** Runs an example, and gives what it has printed whenever asked. */
  function run(file: string, args: string[] = [], more: NodeJS.ProcessEnv = {}) {
    const [program, ...before] = file.startsWith('deno') ? [findDeno(), 'run', '--no-prompt', '--no-check', '--node-modules-dir=manual', '--allow-net', '--allow-env', '--allow-read'] : [process.execPath, tsx]
    const child = spawn(program!, [...before, path.join(examples, file), ...args], { env: { ...env(), ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
    started.push(child)
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { printed += String(chunk) })
    return { child, printed: () => printed, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) }
  }
  async function until(condition: () => boolean, what: () => string): Promise<void> {
    for (const deadline = Date.now() + 30_000; !condition(); await sleep(25)) if (Date.now() > deadline) throw new Error(`It printed:\n${what()}`)
  }

  test.each(['express_receiver.ts', 'hono_receiver.ts', 'plain_verify.ts', 'deno_receiver.ts'])('%s takes what a webhook sends, and nothing else', async (file) => {
    const port = await freePorts(1)
    const webhook = await client.webhooks.create({ url: `http://127.0.0.1:${port}/webhooks`, events: ['webhook.recovered'], name: `client ${file} ${Date.now()}` })
    const { child, printed } = run(file, [], { WEBHOOK_SECRET: webhook.secret!, PORT: String(port) })
    await until(() => /listening/i.test(printed()), printed)
    expect(await client.webhooks.test(webhook.id, { event_type: 'deal.stage.changed' })).toMatchObject({ ok: true, status_code: 204 })
    await until(() => printed().includes('deal'), printed)
    const forged = await fetch(webhook.url, { method: 'POST', body: '{}', headers: { 'webhook-id': '1', 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)), 'webhook-signature': 'v1,AAAA' } })
    expect(forged.status).toBe(401)
    child.kill()
    await client.webhooks.delete(webhook.id)
  })

  test('create_webhook.ts', async () => {
    const { printed, ended } = run('create_webhook.ts', [receiver.url])
    expect(await ended, printed()).toBe(0)
    expect(printed()).toMatch(/^created 127\.0\.0\.1:\d+ with the secret whsec_.+\ntest true 200\ndeleted\n$/)
  })

  test('failed_deliveries.ts', async () => {
    const webhook = await client.webhooks.create({ url: receiver.url, events: ['deal.created'], name: `client failed ${Date.now()}` })
    const now = new Date()
    await addFinished(sql, acme, webhook.id, 3, { created_at: now, finished_at: now, last_attempt_at: now })
    const { printed, ended } = run('failed_deliveries.ts')
    expect(await ended, printed()).toBe(0)
    expect(printed()).toContain(`${webhook.name} contact.created 500\n`.repeat(3))
    expect(printed()).toContain('sent again 3\n')
    await client.webhooks.delete(webhook.id)
  })

  test('next_route.ts', async () => {
    process.env.WEBHOOK_SECRET = 'a-secret-of-my-own'
    const { POST } = await import('../../client/examples/next_route.ts') as { POST: (request: Request) => Promise<Response> }
    const webhook = await client.webhooks.create({ url: receiver.url, events: ['webhook.recovered'], name: `client next ${Date.now()}`, secret: 'a-secret-of-my-own' })
    const { request } = await client.webhooks.test(webhook.id) as Json
    expect((await POST(new Request('http://next.test/webhooks', { method: 'POST', headers: request.headers, body: request.body }))).status).toBe(204)
    expect((await POST(new Request('http://next.test/webhooks', { method: 'POST', headers: request.headers, body: `${request.body} ` }))).status).toBe(401)
    await client.webhooks.delete(webhook.id)
    delete process.env.WEBHOOK_SECRET
  })
})
