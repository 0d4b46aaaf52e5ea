// The API when something of ours is broken, in this process, so that clock, network and log can be held.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseAllowList } from '../../functions/core/address.ts'
import { writeCursor } from '../../functions/core/delivery_query.ts'
import { parseKeyring } from '../../functions/core/seal.ts'
import type { Outcome } from '../../functions/core/outcome.ts'
import type { LogLine } from '../../functions/io/log.ts'
import { openPool, type Pool } from '../../functions/io/pool.ts'
import { transformInProcess } from '../../functions/io/transform/in_process.ts'
import type { Request as Sent } from '../../functions/io/send.ts'
import { createApp } from '../../functions/webhooks/app.ts'
import type { Deps } from '../../functions/webhooks/deps.ts'
import { acme, demoUsers } from '../../local/demo_users.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

const admin = demoUsers[1]!
const answered: Outcome = { kind: 'response', status: 200, headers: {}, body: '', bodyBytes: 0, bodyTruncated: false, durationMs: 1, errorCode: null }
const keyring = (fill: number) => parseKeyring(`v1:${Buffer.alloc(32, fill).toString('base64')}`)

let db: FreshDatabase
let pool: Pool
let lines: LogLine[]
let sent: Sent[]

beforeAll(async () => {
  db = await freshDatabase()
  pool = openPool(db.url, { size: 3, name: 'api under test', limitMs: 20_000 })
  await db.sql`insert into public.organizations (id, name) values (${acme}, 'Acme') on conflict do nothing`
  await db.sql`insert into public.organization_members (organization_id, user_id, role) values (${acme}, ${admin.id}, 'owner') on conflict do nothing`
})
beforeEach(() => { [lines, sent] = [[], []] })
afterAll(async () => {
  await pool.close()
  await db.drop()
})

function app(changes: Partial<Deps> = {}) {
  const created = createApp({
    pool, keyring: keyring(7), allow: parseAllowList(''), now: () => new Date('2026-11-21T09:30:00.250Z'), wait: () => new Promise(() => {}),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)), log: (line) => lines.push(line),
    resolve: () => Promise.resolve([{ address: '93.184.215.14', family: 4 }]),
    sender: { send: (request) => { sent.push(request); return Promise.resolve(answered) } },
    transform: transformInProcess(() => performance.now()),
    verifyUser: () => Promise.resolve({ id: admin.id, claims: { sub: admin.id, role: 'authenticated' } }),
    ...changes,
  })
  return async (method: string, path: string, body?: unknown) => {
    const response = await created.request(`http://localhost/webhooks${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await response.text()
    return { status: response.status, text, json: text === '' ? null : JSON.parse(text) as { error: { code: string; message: string; field?: string } } & Record<string, never> }
  }
}
const wanted = (changes: Record<string, unknown> = {}) => ({ organization_id: acme, name: `n ${Math.random()}`, url: 'https://hooks.example.com/x', events: ['*'], ...changes })
async function create(changes = {}): Promise<{ id: string; secret: string }> {
  const { json } = await app()('POST', '', wanted(changes))
  const { webhook, secret } = json as unknown as { webhook: { id: string }; secret: string }
  return { id: webhook.id, secret }
}

test('a NUL in the address is one more thing that is not there', async () => {
  for (const path of ['/events/%00', '/events/deal%00', '/hooks/samples/%00?organization_id=acme', '/in/%00', '/%00']) {
    expect([path, (await app()('GET', path)).json?.error?.code]).toEqual([path, 'not_found'])
  }
  expect(lines).toEqual([])
})

test('input that no schema has words for is refused in words all the same', async () => {
  const { id } = await create()
  const said = async (method: string, path: string, body?: unknown) => (await app()(method, path, body)).json?.error?.message
  expect(await said('POST', '', [])).toBe('Send an object here.')
  expect(await said('POST', `/${id}/cancel`, {})).toBe('This is required.')
  expect(await said('POST', `/${id}/cancel`, { delivery_ids: 'x' })).toBe('Send a list here.')
  expect(await said('POST', `/${id}/resend`, { delivery_ids: [id], include_delivered: 1 })).toBe('Send true or false here.')
  expect(await said('GET', '/deliveries?limit=x')).toBe('Send a number here.')
  expect(await said('GET', '/deliveries?limit=0')).toBe('This is too small: 1 is the least.')
  expect(await said('GET', '/keys')).toBe('This is required.')
})

test('a time that Postgres cannot read is refused, and is no fault of ours', async () => {
  const { id } = await create()
  const cursor = (createdAt: string) => writeCursor({ createdAt, id })
  const asked: [string, string, unknown?][] = [
    ...['from=0000-01-01T00:00:00Z', 'to=9999-12-31T23:59:59-10:00', `cursor=${cursor('2026-02-30T00:00:00Z')}`, `cursor=${cursor('2026-11-21T09:29:59+16:00')}`]
      .flatMap((query): [string, string][] => [['GET', `/attempts?${query}`], ['GET', `/deliveries?${query}`], ['GET', `/deliveries?webhook_id=${id}&${query}`]]),
    ['POST', `/${id}/replay`, { from: '0000-01-01T00:00:00Z', dry_run: true }],
    ['PATCH', `/${id}`, { name: 'other', expected_updated_at: '0000-01-01T00:00:00Z' }],
    ['POST', '/keys', { organization_id: acme, name: 'long', expires_at: '9999-12-31T23:59:59-10:00' }],
  ]
  for (const [method, path, body] of asked) {
    const { json } = await app()(method, path, body)
    expect([path, json?.error?.code]).toEqual([path, 'invalid_input'])
  }
  expect(lines).toEqual([])
})

describe('where a name points to', () => {
  const verdictFor = async (...addresses: string[]) => {
    const { status, json } = await app({ resolve: () => Promise.resolve(addresses.map((address) => ({ address, family: 4 }))) })('POST', '', wanted())
    return status === 201 ? 'created' : `${json!.error.code} ${json!.error.field}`
  }
  test('is looked at when the webhook is made', async () => {
    expect(await verdictFor('93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c')).toBe('created')
    expect(await verdictFor('10.0.0.1')).toBe('private_address url')
    expect(await verdictFor('93.184.215.14', '169.254.169.254')).toBe('private_address url')
    expect(await verdictFor('::ffff:10.0.0.1')).toBe('private_address url')
  })

  test('and when its URL is changed', async () => {
    const { id } = await create()
    const { json } = await app({ resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) })('PATCH', `/${id}`, { url: 'https://other.example.com' })
    expect(json!.error).toMatchObject({ code: 'private_address', field: 'url', message: expect.stringContaining('other.example.com') })
  })

  test('may be unknown, or late, when the webhook is made: every connect looks again', async () => {
    const lost = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))
    expect((await app({ resolve: lost })('POST', '', wanted())).status).toBe(201)
    const waited: number[] = []
    const late = app({ resolve: () => new Promise(() => {}), wait: (ms) => { waited.push(ms); return Promise.resolve() } })
    expect((await late('POST', '', wanted())).status).toBe(201)
    expect(waited).toEqual([3_000])
  })
})

test('a test is stamped with the clock it was given, and its request carries what the row says', async () => {
  const { id } = await create({ timeout_ms: 7_000, secret: null })
  const { json } = await app()('POST', `/${id}/test`)
  expect(sent).toMatchObject([{ url: 'https://hooks.example.com/x', timeoutMs: 7_000, headers: { 'webhook-timestamp': '1795253400', 'x-webhook-timestamp': '2026-11-21T09:30:00.250Z' } }])
  expect(json).toMatchObject({ ok: true, request: { body: sent[0]!.body } })
})

describe('a fault of ours', () => {
  test('a key that is missing opens nothing, sends nothing, and says so in the log alone', async () => {
    const { id, secret } = await create({ headers: { 'X-A': 'hidden-value' } })
    const other = app({ keyring: keyring(8) })
    for (const [method, path, body] of [['GET', '/secret'], ['POST', '/test'], ['PATCH', '', { headers: { 'X-B': 'c' } }]] as const) {
      const { status, json } = await other(method, `/${id}${path}`, body)
      expect([status, json!.error.code]).toEqual([503, 'unavailable'])
    }
    expect(sent).toEqual([])
    // Nothing half-done: no test that waits for an outcome, no reveal in the audit log.
    expect(await db.sql`select from webhooks.deliveries where webhook_id = ${id}`).toHaveLength(0)
    expect(await db.sql`select from webhooks.audit_log where webhook_id = ${id} and action = 'secret_revealed'`).toHaveLength(0)
    expect(lines).toHaveLength(3)
    expect(JSON.stringify(lines)).not.toContain(secret.slice(6))
    expect(JSON.stringify(lines)).not.toContain('hidden-value')
    expect((await app()('GET', `/${id}/secret`)).json).toMatchObject({ secret })
  })

  test('a database that is away is 503, with a reference that the log knows', async () => {
    const nowhere = openPool('postgres://postgres:x@127.0.0.1:1/postgres', { size: 1, name: 'nowhere', limitMs: 20_000 })
    const { status, json, text } = await app({ pool: nowhere })('GET', `/${acme}`)
    await nowhere.close()
    expect([status, json!.error.code]).toEqual([503, 'unavailable'])
    expect(text).not.toMatch(/127\.0\.0\.1|postgres/i)
    const reference = /Reference ([0-9a-f]{12})/.exec(json!.error.message)?.[1]
    expect(lines).toMatchObject([{ level: 'error', event: 'api.fault', reference, method: 'GET', route: `/webhooks/${acme}` }])
  })

  test('what nobody foresaw is 500, and tells people only a reference', async () => {
    const { status, json, text } = await app({ verifyUser: () => Promise.reject(new Error('select secret from webhooks.secrets')) })('GET', `/${acme}`)
    expect([status, json!.error.code]).toEqual([500, 'internal'])
    expect(text).not.toContain('select')
    expect(lines).toMatchObject([{ fault: 'select secret from webhooks.secrets' }])
  })

  test('SQL that breaks is 500 and shows no SQL', async () => {
    await db.sql`alter function public.webhook_capabilities(uuid) rename to webhook_capabilities_gone`
    try {
      const { id } = (await db.sql`select id from public.webhook_configurations limit 1`)[0]!
      const { status, text } = await app()('GET', `/${id}`)
      expect(status).toBe(500)
      expect(text).not.toContain('capabilities')
    } finally {
      await db.sql`alter function public.webhook_capabilities_gone(uuid) rename to webhook_capabilities`
    }
  })

  test('the token of an inbox stays out of the log', async () => {
    const token = 'x'.repeat(43)
    const nowhere = openPool('postgres://postgres:x@127.0.0.1:1/postgres', { size: 1, name: 'nowhere', limitMs: 20_000 })
    expect((await app({ pool: nowhere })('POST', `/in/${token}`)).status).toBe(503)
    await nowhere.close()
    expect(JSON.stringify(lines)).not.toContain(token)
  })
})

test('after an error the connection is nobody’s: the next user’s transaction starts clean', async () => {
  const one = openPool(db.url, { size: 1, name: 'api with one connection', limitMs: 20_000 })
  const call = app({ pool: one })
  await call('GET', '/11111111-2222-4333-8444-555555555555')
  await call('POST', '', wanted({ events: ['no.such.type'] }))
  const [state] = await one.run((sql) => sql`select current_user::text as who, current_setting('role') as role, nullif(current_setting('request.jwt.claims', true), '') as claims`)
  expect(state).toEqual({ who: 'postgres', role: 'none', claims: null })
  await one.close()
})

test('a user without an organization sees nothing and changes nothing', async () => {
  const { id } = await create()
  const nobody = app({ verifyUser: () => Promise.resolve({ id: demoUsers[5]!.id, claims: { sub: demoUsers[5]!.id, role: 'authenticated' } }) })
  for (const [method, path] of [['GET', ''], ['DELETE', ''], ['GET', '/secret'], ['POST', '/secret/roll'], ['POST', '/test']] as const) {
    expect((await nobody(method, `/${id}${path}`)).status).toBe(404)
  }
  expect(sent).toEqual([])
})
