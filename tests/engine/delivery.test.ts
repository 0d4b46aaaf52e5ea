import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createHmac } from 'node:crypto'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { Webhook as SvixWebhook } from 'svix'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, ORGANIZATION, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { selfSigned } from '../support/self_signed.ts'
import { startReceiver, verified, type Answer, type Receiver } from '../support/receiver.ts'

let db: FreshDatabase
let receiver: Receiver
let engine: Engine | undefined

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())
afterEach(async () => {
  await engine?.stop()
  engine = undefined
  await receiver?.close()
  await forgetWebhooks(db.sql)
})

const finished = () => until('all deliveries to be closed', () => statesOf(db), (states) => !states.pending && !states.sending)
const logs = () => db.sql`select * from public.webhook_logs order by created_at, attempt`

test('what arrives is signed so that both published libraries and a hand-written check accept it', async () => {
  receiver = await startReceiver()
  const { secret } = await addWebhook(db, { url: receiver.url, events: ['contact.created'] })
  engine = await startEngine(db)
  await addContacts(db, 1)
  const [request] = await receiver.waitForCount(1)

  const body = verified(request!, secret!) as Record<string, unknown>
  new SvixWebhook(secret!).verify(request!.body, request!.headers as Record<string, string>)
  expect(request!.headers['x-webhook-signature']).toBe(`sha256=${createHmac('sha256', secret!).update(request!.body).digest('hex')}`)

  expect(Object.keys(body)).toEqual(['id', 'event', 'timestamp', 'data'])
  expect(body).toMatchObject({ id: request!.headers['webhook-id'], event: 'contact.created', data: { first_name: 'contact-1', organization_id: ORGANIZATION } })
  expect(request!.method).toBe('POST')
  expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'x-webhook-event': 'contact.created', 'x-webhook-attempt': '1' })
})

test('two live secrets sign side by side, newest first; an ended one no longer', async () => {
  receiver = await startReceiver()
  const { id, secret: old } = await addWebhook(db, { url: receiver.url })
  await db.sql`update webhooks.secrets set created_at = now() - interval '1 day', expires_at = now() + interval '1 hour' where webhook_id = ${id}`
  const { sealSecret } = { sealSecret: async (text: string) => {
    const { seal, parseKeyring } = await import('../../functions/core/seal.ts')
    const { SECRET_KEY } = await import('../support/engine.ts')
    await db.sql`insert into webhooks.secrets (webhook_id, sealed) values (${id}, ${seal(parseKeyring(SECRET_KEY), text, id, crypto.getRandomValues(new Uint8Array(12)))})`
    await db.sql`update public.webhook_configurations set secret_hint = ${text.slice(-4)} where id = ${id}`
  } }
  const fresh = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
  await sealSecret(fresh)
  engine = await startEngine(db)
  await addContacts(db, 1)
  const [both] = await receiver.waitForCount(1)
  verified(both!, old!)
  verified(both!, fresh)
  expect(String(both!.headers['webhook-signature']).split(' ')).toHaveLength(2)

  await db.sql`update webhooks.secrets set expires_at = now() where webhook_id = ${id} and expires_at is not null`
  await db.sql`update public.webhook_configurations set secret_hint = 'xxxx' where id = ${id}`
  await addContacts(db, 1)
  const [, one] = await receiver.waitForCount(2)
  verified(one!, fresh)
  expect(() => verified(one!, old!)).toThrow()
})

test.each([
  ['standard-webhooks', (body: Record<string, unknown>) => expect(body).toMatchObject({ type: 'contact.created', data: { first_name: 'contact-1' } })],
  ['cloudevents', (body: Record<string, unknown>) => expect(body).toMatchObject({ specversion: '1.0', type: 'contact.created', source: `/organizations/${ORGANIZATION}` })],
])('the format %s arrives, signed', async (format, check) => {
  receiver = await startReceiver()
  const { secret } = await addWebhook(db, { url: receiver.url, format })
  engine = await startEngine(db)
  await addContacts(db, 1)
  const [request] = await receiver.waitForCount(1)
  check(verified(request!, secret!) as Record<string, unknown>)
})

test('an edit is effective with the next event', async () => {
  receiver = await startReceiver()
  const { id } = await addWebhook(db, { url: `${receiver.url}/before` })
  engine = await startEngine(db)
  await addContacts(db, 1)
  await receiver.waitForCount(1)
  await db.sql`update public.webhook_configurations set url = ${receiver.url + '/after'} where id = ${id}`
  await addContacts(db, 1)
  const [first, second] = await receiver.waitForCount(2)
  expect([first!.url, second!.url]).toEqual(['/hook/before', '/hook/after'])
})

describe('an answer', () => {
  const gibibyte: Answer = (response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(64 * 1024, 'x')
    const pour = () => { while (!response.destroyed && response.write(chunk)); }
    response.on('drain', pour)
    pour()
  }
  const drip: Answer = (response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 100)
    response.on('close', () => clearInterval(timer))
  }
  const cutShort: Answer = (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('only this')
    setTimeout(() => response.destroy(), 20)
  }
  const endlessHeaders: Answer = (response) => {
    response.socket!.write(`HTTP/1.1 200 OK\r\n${`x-a: ${'y'.repeat(1_000)}\r\n`.repeat(40)}`)
  }
  const notHttp: Answer = (response) => { response.socket!.end('SSH-2.0-OpenSSH_9.2\r\n') }

  test.each<[string, Answer, { state: string; status: number | null; error: string | null }]>([
    ['204 without a body', 204, { state: 'succeeded', status: 204, error: null }],
    ['200 with a gigabyte', gibibyte, { state: 'succeeded', status: 200, error: null }],
    ['301 to elsewhere', { status: 301, headers: { location: 'http://127.0.0.1:1/' } }, { state: 'pending', status: 301, error: 'redirect' }],
    ['307 to a private address', { status: 307, headers: { location: 'http://169.254.169.254/' } }, { state: 'pending', status: 307, error: 'redirect' }],
    ['304', 304, { state: 'pending', status: 304, error: 'redirect' }],
    ['400', 400, { state: 'pending', status: 400, error: 'http_error' }],
    ['410', 410, { state: 'failed', status: 410, error: 'http_error' }],
    ['500', 500, { state: 'pending', status: 500, error: 'http_error' }],
    ['none: the connection is reset', 'reset', { state: 'pending', status: null, error: 'connection_reset' }],
    ['none at all', 'hang', { state: 'pending', status: null, error: 'timeout' }],
    ['headers, then a drip', drip, { state: 'pending', status: 200, error: 'timeout' }],
    ['200 that breaks off', cutShort, { state: 'pending', status: 200, error: 'connection_reset' }],
    ['endless headers', endlessHeaders, { state: 'pending', status: null, error: 'invalid_response' }],
    ['another protocol', notHttp, { state: 'pending', status: null, error: 'invalid_response' }],
  ])('%s', async (_, answer, expected) => {
    receiver = await startReceiver({ answer })
    await addWebhook(db, { url: receiver.url, timeout_ms: 1_000 })
    engine = await startEngine(db)
    await addContacts(db, 1)
    const [row] = await until('the log row', logs, (rows) => rows.length > 0)
    expect({ status: row!.status_code, error: row!.error_code }).toEqual({ status: expected.status, error: expected.error })
    expect(Object.keys(await statesOf(db))).toEqual([expected.state])
    expect(Buffer.byteLength(row!.response_body ?? '')).toBeLessThanOrEqual(16 * 1024)
    expect(row!.response_bytes).toBeLessThanOrEqual(64 * 1024)
    expect(receiver.requests).toHaveLength(1)
  })

  test('with NUL and broken UTF-8 is kept as text', async () => {
    receiver = await startReceiver({ answer: { status: 200, body: Buffer.from([0x61, 0x00, 0xff, 0x62]) } })
    await addWebhook(db, { url: receiver.url })
    engine = await startEngine(db)
    await addContacts(db, 1)
    await finished()
    expect((await logs())[0]!.response_body).toBe('a��b')
  })

  test('410 turns the webhook off and tells the others', async () => {
    receiver = await startReceiver({ answer: 410 })
    const witness = await startReceiver()
    const { id } = await addWebhook(db, { url: receiver.url, events: ['contact.created'], name: 'gone' })
    await addWebhook(db, { url: witness.url, events: ['webhook.disabled'] })
    engine = await startEngine(db)
    await addContacts(db, 1)
    const [told] = await witness.waitForCount(1)
    expect(JSON.parse(told!.body)).toMatchObject({ event: 'webhook.disabled', data: { webhook_id: id, name: 'gone', reason: 'gone' } })
    const [webhook] = await db.sql`select is_active, disabled_reason from public.webhook_configurations where id = ${id}`
    expect(webhook).toEqual({ is_active: false, disabled_reason: 'gone' })
    await witness.close()
  })
})

describe('no connection', () => {
  async function errorOf(url: string): Promise<string> {
    receiver = await startReceiver()
    await addWebhook(db, { url, timeout_ms: 1_000 })
    engine = await startEngine(db)
    await addContacts(db, 1)
    const [row] = await until('the log row', logs, (rows) => rows.length > 0)
    return row!.error_code as string
  }
  const listen = async (server: Server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  test('a certificate that nobody vouches for', async () => {
    const server = createHttpsServer(selfSigned, (_, response) => response.end())
    expect(await errorOf(`https://127.0.0.1:${await listen(server)}/hook`)).toBe('tls_failed')
    server.close()
  })
  test('a handshake that is never answered', async () => {
    const server = createServer((socket) => socket.on('error', () => {}))
    expect(await errorOf(`https://127.0.0.1:${await listen(server)}/hook`)).toBe('connect_timeout')
    server.close()
  })
  test('nobody listens', async () => {
    const server = createServer()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    expect(await errorOf(`http://127.0.0.1:${port}/hook`)).toBe('connect_refused')
  })
  test('a name that does not exist', async () => {
    expect(await errorOf('https://nobody.invalid/hook')).toBe('dns_failed')
  })
})

test('a private address is refused at connect, whatever was saved', async () => {
  receiver = await startReceiver()
  await addWebhook(db, { url: 'https://169.254.169.254/latest/meta-data' })
  await addWebhook(db, { url: 'http://example.com/hook' })
  await addWebhook(db, { url: `http://127.0.0.2:${receiver.port}/hook` })
  engine = await startEngine(db)
  await addContacts(db, 1)
  const rows = await until('three log rows', logs, (all) => all.length === 3)
  expect(rows.map((row) => row.error_code).sort()).toEqual(['blocked_address', 'insecure_url', 'insecure_url'])
  expect(receiver.requests).toHaveLength(0)
})

test('a missing key is our fault: no attempt is charged, and the delivery goes out once the key is back', async () => {
  receiver = await startReceiver()
  await addWebhook(db, { url: receiver.url })
  engine = await startEngine(db, { key: `v9:${Buffer.alloc(32, 1).toString('base64')}` })
  await addContacts(db, 1)
  await until('the complaint', async () => engine!.lines, (lines) => lines.some((line) => line.event === 'webhook.cannot_be_opened'))
  await engine.stop()
  const [delivery] = await db.sql`select state, attempt_count, due_at > now() as later from webhooks.deliveries`
  expect(delivery).toEqual({ state: 'pending', attempt_count: 0, later: true })

  await db.sql`update webhooks.deliveries set due_at = now()`
  engine = await startEngine(db)
  const [request] = await receiver.waitForCount(1)
  expect(request!.headers['x-webhook-attempt']).toBe('1')
})
