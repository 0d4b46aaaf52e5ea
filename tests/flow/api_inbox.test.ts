// The built-in inbox, from the public address to what its organization reads.
import type { SupabaseClient } from '@supabase/supabase-js'
import { createHmac } from 'node:crypto'
import http from 'node:http'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acme } from '../../local/demo_users.ts'
import { answerOf, caller, callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { signIn, system } from '../support/running_system.ts'

let owner: SupabaseClient, member: SupabaseClient
let admin: Caller
let sql: postgres.Sql
let inbox: { id: string; token: string }

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  ;[owner, member] = await Promise.all([signIn('owner@acme.test'), signIn('member@acme.test')])
  admin = await callerFor('admin@acme.test')
})
beforeEach(async () => {
  inbox = await rpc(owner, 'webhook_inbox_open', { organization_id: acme }) as typeof inbox
})
// Twenty is the limit, and other tests have inboxes of their own.
afterEach(() => sql`delete from webhooks.inboxes where id = ${inbox.id}`)
afterAll(async () => {
  await sql`delete from public.webhook_configurations where name like 'inbox %'`
  await sql.end()
})

async function rpc(client: SupabaseClient, name: string, values: Json): Promise<Json> {
  const { data, error } = await client.rpc(name, values)
  if (error) throw error
  return data
}
const address = (token = inbox.token) => `${system().API_URL}/functions/v1/webhooks/in/${token}`
const to = async (init: RequestInit = {}, token = inbox.token) => answerOf(await fetch(address(token), { redirect: 'manual', ...init }))
const post = (body: BodyInit | null, headers: Record<string, string> = {}) => to({ method: 'POST', body, headers })
const requests = (client = member): Promise<Json[]> => rpc(client, 'webhook_inbox_requests', { inbox_id: inbox.id })
const latest = async () => (await requests())[0]!

test('takes any method from anybody, and keeps it for the organization', async () => {
  const sent = await post('{"a":1}', { 'content-type': 'application/json', 'x-note': 'hi', cookie: 'c=1' })
  expect([sent.status, sent.text, sent.headers.get('cache-control')]).toEqual([200, '', 'no-store'])
  expect(await latest()).toMatchObject({
    method: 'POST', body: '{"a":1}', body_bytes: 7, signature: 'unsigned', event_type: null, webhook_id: null, webhook_name: null, age_seconds: null,
    headers: { 'content-type': 'application/json', 'x-note': 'hi', cookie: 'c=1' },
  })
  for (const name of ['connection', 'transfer-encoding', 'keep-alive', 'x-forwarded-for']) expect((await latest()).headers).not.toHaveProperty(name)

  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
    expect((await to({ method })).status, method).toBe(200)
    // A HEAD reaches functions as GET or as itself, by platform.
    expect(method === 'HEAD' ? 'HEAD' : (await latest()).method).toBe(method)
  }
})

test.each<[string, string, Record<string, string>, string | null]>([
  ['our header', '{"event":"other"}', { 'x-webhook-event': 'deal.created' }, 'deal.created'],
  ['CloudEvents', '{}', { 'ce-type': 'com.example.thing' }, 'com.example.thing'],
  ['our body', '{"id":"1","event":"contact.created","data":{}}', {}, 'contact.created'],
  ['a Standard Webhooks body', '{"type":"contact.updated","data":{}}', {}, 'contact.updated'],
  ['no event', '{"event":{"a":1}}', {}, null],
  ['no JSON', 'event=contact.created', {}, null],
  ['a list', '[{"event":"x"}]', {}, null],
  ['half a JSON', '{"event":"x"', {}, null],
])('finds the event type in %s', async (_, body, headers, expected) => {
  await post(body, headers)
  expect((await latest()).event_type).toBe(expected)
})

test.each([200, 204, 301, 400, 401, 404, 410, 429, 500, 503])('answers %i as it was told, and keeps the request all the same', async (status) => {
  await rpc(owner, 'webhook_inbox_set', { inbox_id: inbox.id, answer_status: status, answer_body: '{"told":true}' })
  const answer = await post('x')
  expect(answer.status).toBe(status)
  expect(answer.text).toBe(status === 204 ? '' : '{"told":true}')
  if (status === 301) expect(new URL(answer.headers.get('location')!, address()).href).toBe(address())
  expect((await requests()).length).toBe(1)
})

test('answers after the delay it was told', async () => {
  await rpc(owner, 'webhook_inbox_set', { inbox_id: inbox.id, answer_delay_ms: 600, answer_body: '<b>later</b>' })
  const before = performance.now()
  const answer = await post('x')
  expect(performance.now() - before).toBeGreaterThan(590)
  // Never as a page: somebody else's text, on our address.
  expect(answer.headers.get('content-type')).toContain('text/plain')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
})

describe('signatures', () => {
  const secret = 'whsec_' + Buffer.alloc(32, 9).toString('base64')
  let webhook: Json
  beforeEach(async () => {
    const { json } = await admin.call('POST', '', { organization_id: acme, name: `inbox ${Date.now()} ${Math.random()}`, url: address(), events: ['webhook.recovered'], secret })
    webhook = json.webhook
  })

  test('of a webhook that points here are valid, old secret and new', async () => {
    const { json } = await admin.call('POST', `/${webhook.id}/test`)
    expect(json).toMatchObject({ ok: true, status_code: 200 })
    const request = await latest()
    expect(request).toMatchObject({ signature: 'valid', webhook_id: webhook.id, webhook_name: webhook.name, event_type: 'webhook.test', body: json.request.body })
    expect(request.age_seconds).toBeGreaterThanOrEqual(0)
    expect(request.age_seconds).toBeLessThan(30)

    await admin.call('POST', `/${webhook.id}/secret/roll`)
    await post(json.request.body, signedBy(secret, json.request.body))
    expect(await latest()).toMatchObject({ signature: 'valid', webhook_id: webhook.id })
  })

  test('a test to an inbox that answers 500 fails, as a rehearsal should', async () => {
    await rpc(member, 'webhook_inbox_set', { inbox_id: inbox.id, answer_status: 500, answer_body: 'broken on purpose' })
    expect((await admin.call('POST', `/${webhook.id}/test`)).json).toMatchObject({ ok: false, status_code: 500, error_code: 'http_error', body: 'broken on purpose' })
  })

  test.each<[string, (body: string) => Record<string, string>, string]>([
    ['right', (body) => signedBy(secret, body), 'valid'],
    ['right, among others', (body) => ({ ...signedBy(secret, body), 'webhook-signature': `v1,AAAA v2,x ${signedBy(secret, body)['webhook-signature']}` }), 'valid'],
    ['right, by our simple header alone', (body) => ({ 'x-webhook-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }), 'valid'],
    ['of another body', () => signedBy(secret, 'other'), 'invalid'],
    ['of another secret', (body) => signedBy('whsec_' + Buffer.alloc(32, 1).toString('base64'), body), 'invalid'],
    ['of another id', (body) => ({ ...signedBy(secret, body), 'webhook-id': 'other' }), 'invalid'],
    ['without a time', (body) => ({ ...signedBy(secret, body), 'webhook-timestamp': '' }), 'invalid'],
    ['nonsense', () => ({ 'webhook-signature': 'hello' }), 'invalid'],
    ['wrong in the simple header', () => ({ 'x-webhook-signature': 'sha256=00' }), 'invalid'],
    ['absent', () => ({}), 'unsigned'],
  ])('%s', async (_, headers, signature) => {
    const body = '{"text":"Zoë \\u2028"}'
    await post(body, headers(body))
    expect(await latest()).toMatchObject({ signature, webhook_id: signature === 'valid' ? webhook.id : null })
  })

  test('cannot be judged when no webhook that signs points here, or the body was too long', async () => {
    const long = 'x'.repeat(1024 * 1024 + 1)
    await post(long, signedBy(secret, long))
    expect(await latest()).toMatchObject({ signature: 'unknown', body_bytes: 1024 * 1024 })
    await admin.call('PATCH', `/${webhook.id}`, { url: 'https://example.com/elsewhere' })
    await post('{}', signedBy(secret, '{}'))
    expect((await latest()).signature).toBe('unknown')
  })

  test('of another organization’s webhook mean nothing here', async () => {
    await admin.call('DELETE', `/${webhook.id}`)
    const stranger = await callerFor('admin@globex.test')
    const { json } = await stranger.call('POST', '', { organization_id: '00000000-0000-4000-8000-000000610be8', name: `inbox ${Date.now()}`, url: address(), events: ['*'], secret })
    await stranger.call('POST', `/${json.webhook.id}/test`)
    expect(await latest()).toMatchObject({ signature: 'unknown', webhook_id: null })
  })
})

describe('bounds', () => {
  test('keeps the first 256 KB of a body as text and counts the rest', async () => {
    await post('ä'.repeat(300_000))
    expect(await latest()).toMatchObject({ body_bytes: 600_000, body: 'ä'.repeat(256 * 1024) })
  })

  test('keeps odd bytes as text', async () => {
    await post(new Uint8Array([0x61, 0x00, 0xff, 0x62]))
    expect(await latest()).toMatchObject({ body: 'a\ufffd\ufffdb', body_bytes: 4 })
    await post(null)
    expect(await latest()).toMatchObject({ body: '', body_bytes: 0 })
  })

  test('keeps the newest 100', async () => {
    for (let batch = 0; batch < 6; batch++) await Promise.all(Array.from({ length: 20 }, (_, i) => post(`${batch}.${i}`)))
    const kept = await requests()
    expect(kept).toHaveLength(100)
    expect(kept.some(({ body }) => body.startsWith('0.'))).toBe(false)
    expect(kept.filter(({ body }) => body.startsWith('5.'))).toHaveLength(20)
  })

  test('says no to tokens that never were, are over, or are no tokens', async () => {
    const [, , expired] = [await to({}, 'x'.repeat(43)), await to({}, 'short'), await to()]
    expect(expired.status).toBe(200)
    await sql`update webhooks.inboxes set created_at = created_at - interval '8 days', expires_at = expires_at - interval '8 days' where id = ${inbox.id}`
    const answers = [await to(), await to({}, 'x'.repeat(43)), await to({}, 'short'), await to({}, "a'b%25c"), await to({}, `${inbox.token}/more`)]
    for (const answer of answers) expect(refusalOf(answer)).toBe('404 not_found')
    expect(await caller(null).call('POST', '/in/', {})).toMatchObject({ status: 404 })
  })

  test('a connection that is cut mid-body leaves the API well', async () => {
    const { hostname, port, pathname } = new URL(address())
    await new Promise<void>((resolve) => {
      const request = http.request({ hostname, port, path: pathname, method: 'POST', headers: { 'content-length': 1000 } })
      request.on('error', () => resolve())
      request.write('half')
      setTimeout(() => request.destroy(), 100)
      request.on('close', () => resolve())
    })
    expect((await post('after')).status).toBe(200)
  })
})

function signedBy(secret: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  return {
    'webhook-id': 'msg_1', 'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${createHmac('sha256', key).update(`msg_1.${timestamp}.${body}`).digest('base64')}`,
  }
}
