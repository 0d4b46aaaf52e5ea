// The Test button over HTTP: what is sent, what comes back, and what it leaves behind.
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { acme } from '../../local/demo_users.ts'
import { callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { system } from '../support/running_system.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'

let admin: Caller
let sql: postgres.Sql
let receiver: Receiver
let webhook: Json, secret: string

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  admin = await callerFor('admin@acme.test')
})
beforeEach(async () => {
  receiver = await startReceiver()
  await make({})
})
afterAll(async () => {
  await sql`delete from public.webhook_configurations where name like 'test %'`
  await sql.end()
})

async function make(settings: Json): Promise<void> {
  const { json } = await admin.call('POST', '', {
    organization_id: acme, name: `test ${Date.now()} ${Math.random()}`, url: receiver.url, events: ['webhook.recovered'], timeout_ms: 1000, ...settings,
  })
  ;({ webhook, secret } = json)
}
const send = (body: Json = {}) => admin.call('POST', `/${webhook.id}/test`, body)
const logs = (delivery: string) => sql`select * from public.webhook_logs where delivery_id = ${delivery}`
const delivery = async (id: string) => (await sql`select * from webhooks.deliveries where id = ${id}`)[0]!

test('sends one signed request now and tells what came back', async () => {
  receiver.answer({ status: 202, headers: { 'x-answer': 'yes' }, body: 'thank you' })
  const { status, json } = await send()
  expect(status).toBe(200)
  expect(json).toMatchObject({ ok: true, status_code: 202, error_code: null, error_detail: null, body: 'thank you', event_type: 'webhook.test' })
  expect(json.headers['x-answer']).toBe('yes')
  expect(json.duration_ms).toBeGreaterThan(0)
  expect(json.duration_ms).toBeLessThan(1000)

  const [request] = await receiver.waitForCount(1)
  expect(verified(request!, secret)).toMatchObject({ id: json.event_id, event: 'webhook.test' })
  expect(request!.headers).toMatchObject({ 'webhook-id': json.event_id, 'x-webhook-event': 'webhook.test', 'x-webhook-attempt': '1' })
  // What the dialog shows is what was sent, byte for byte.
  expect(json.request.url).toBe(receiver.url)
  expect(json.request.body).toBe(request!.body)
  for (const [name, value] of Object.entries(json.request.headers)) expect(request!.headers[name]).toBe(value)

  expect(await logs(json.delivery_id)).toMatchObject([{ attempt: 1, status_code: 202, error_code: null, is_test: true, superseded: false, response_body: 'thank you' }])
  expect(await delivery(json.delivery_id)).toMatchObject({ state: 'succeeded', is_test: true, attempt_count: 1, due_at: null, event_id: json.event_id })
  expect(receiver.requests).toHaveLength(1)
})

test('webhook.test names the webhook that is tested; what is sent of your own stays as it is', async () => {
  const { json } = await send()
  const [request] = await receiver.waitForCount(1)
  expect(verified(request!, secret)).toMatchObject({ data: { webhook_id: webhook.id, message: 'This is a test. Nothing has happened.' } })
  expect(json.request.body).toBe(request!.body)
  const own = { webhook_id: 'my own' }
  expect(JSON.parse((await send({ data: own })).json.request.body)).toMatchObject({ event: 'webhook.test', data: own })
})

test('sends the sample of any type of the catalog, with the old values of a change', async () => {
  const [type] = await sql`select sample from public.webhook_event_types where name = 'deal.stage.changed'`
  const { json } = await send({ event_type: 'deal.stage.changed' })
  expect(JSON.parse(json.request.body)).toMatchObject({ event: 'deal.stage.changed', data: type!.sample.data, previous: type!.sample.previous })
  expect(type!.sample.previous).toBeTruthy()
})

test('sends a row of a table that was attached without a word about its events', async () => {
  await sql.unsafe(`create table public.test_parcels (id bigint primary key, organization_id uuid not null, weight numeric(6, 2), status text not null);
    select webhooks.attach('public.test_parcels')`)
  try {
    const { json } = await send({ event_type: 'test_parcel.updated' })
    const [request] = await receiver.waitForCount(1)
    expect(verified(request!, secret)).toMatchObject({
      event: 'test_parcel.updated', data: { id: 42, organization_id: expect.any(String), weight: 42, status: 'Status' }, previous: { weight: 41 },
    })
    expect(json.request.body).toBe(request!.body)
    const { json: shown } = await admin.call('GET', '/events/test_parcel.created')
    expect(shown.event_type.schema).toMatchObject({ properties: { weight: { type: ['number', 'null'] }, status: { type: 'string' } }, required: ['id', 'organization_id', 'weight', 'status'] })
  } finally {
    await sql.unsafe(`select webhooks.detach('public.test_parcels'); drop table public.test_parcels; delete from public.webhook_event_types where name like 'test_parcel.%'`)
  }
})

test('sends data of the user’s own, in the webhook’s format, with its headers, whose values stay hidden', async () => {
  await make({ format: 'cloudevents', headers: { 'X-Api-Key': 'value-nobody-sees' } })
  const data = { name: 'Zoë', nested: [{ deep: null }], 'a"b': '\u2028' }
  const { json, text } = await send({ event_type: 'contact.created', data })
  const request = receiver.requests[0]!
  expect(request.headers).toMatchObject({ 'content-type': 'application/cloudevents+json', 'x-api-key': 'value-nobody-sees' })
  expect(verified(request, secret)).toMatchObject({ specversion: '1.0', type: 'contact.created', data })
  expect(json.request.headers['x-api-key']).toBe('••••••')
  expect(text).not.toContain('value-nobody-sees')
  expect(text).not.toContain(secret.slice(6))
  const [event] = await sql`select data, previous from webhooks.events where id = ${json.event_id}`
  expect([JSON.parse(event!.data as string), event!.previous]).toEqual([data, null])
})

test.each<[string, Parameters<Receiver['answer']>[0], Json]>([
  ['500', 500, { ok: false, status_code: 500, error_code: 'http_error' }],
  ['401 with a reason', { status: 401, body: '{"error":"invalid signature"}' }, { ok: false, status_code: 401, error_code: 'http_error', body: '{"error":"invalid signature"}' }],
  ['a redirect', { status: 302, headers: { location: 'https://example.com/elsewhere' } }, { ok: false, status_code: 302, error_code: 'redirect' }],
  ['410, which would turn a webhook off', 410, { ok: false, status_code: 410 }],
  ['silence', 'hang', { ok: false, status_code: null, error_code: 'timeout', headers: null, body: null }],
  ['a cut connection', 'reset', { ok: false, status_code: null, error_code: 'connection_reset' }],
  ['a NUL in the answer', { status: 400, body: Buffer.from('a\u0000b') }, { ok: false, status_code: 400 }],
])('tells of %s, without a retry and without counting it', async (_, answer, expected) => {
  receiver.answer(answer)
  const { status, json } = await send()
  expect(status).toBe(200)
  expect(json).toMatchObject(expected)
  expect(await delivery(json.delivery_id)).toMatchObject({ state: 'failed', due_at: null, attempt_count: 1 })
  expect(await logs(json.delivery_id)).toHaveLength(1)
  const { json: { webhook: after } } = await admin.call('GET', `/${webhook.id}`)
  expect(after).toMatchObject({ is_active: true, consecutive_failures: 0, failing_since: null, disabled_reason: null })
  expect(await sql`select from webhooks.hourly_counts where webhook_id = ${webhook.id}`).toHaveLength(0)
})

test('tells when nobody listens there', async () => {
  await receiver.close()
  expect((await send()).json).toMatchObject({ ok: false, status_code: null, error_code: 'connect_refused', event_type: 'webhook.test' })
})

test('works while the webhook is off, and leaves it off', async () => {
  await admin.call('PATCH', `/${webhook.id}`, { is_active: false })
  expect((await send()).json.ok).toBe(true)
  expect((await admin.call('GET', `/${webhook.id}`)).json.webhook.is_active).toBe(false)
})

test('never goes to an address that has become private since it was saved', async () => {
  await sql`update public.webhook_configurations set url = 'https://10.0.0.1/x' where id = ${webhook.id}`
  expect((await send()).json).toMatchObject({ ok: false, status_code: null, error_code: 'blocked_address' })
})

test.each<[string, () => Json, string]>([
  ['an unknown event type', () => ({ event_type: 'no.such.type' }), '422 unknown_event_type event_type'],
  ['no event type at all', () => ({ event_type: 'Contact Created' }), '422 invalid_input event_type'],
  ['a list for data', () => ({ data: [1] }), '422 invalid_input data'],
  ['a text for data', () => ({ data: 'x' }), '422 invalid_input data'],
  ['a field there is not', () => ({ url: 'https://example.com' }), '422 invalid_input url'],
  ['more than 256 KB', () => ({ data: { text: 'ä'.repeat(128 * 1024) } }), '413 payload_too_large data'],
  ['data nested without end', () => ({ data: { a: JSON.parse('['.repeat(200) + ']'.repeat(200)) } }), '422 invalid_input data'],
])('refuses %s, and sends nothing', async (_, body, refusal) => {
  expect(refusalOf(await send(body()))).toBe(refusal)
  expect(await sql`select from webhooks.deliveries where webhook_id = ${webhook.id}`).toHaveLength(0)
  expect((await send()).json.ok).toBe(true)
  expect(receiver.requests).toHaveLength(1)
})

test('takes data of almost 256 KB', async () => {
  const data = { text: 'x'.repeat(255 * 1024) }
  expect((await send({ data })).json.ok).toBe(true)
  expect(JSON.parse(receiver.requests[0]!.body).data).toEqual(data)
})

test('ten a minute for one webhook, also when they come at once', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => send()))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.map(refusalOf)).toEqual(['429 rate_limited', '429 rate_limited'])
  expect(receiver.requests).toHaveLength(10)
  const wait = Number(refused[0]!.headers.get('retry-after'))
  expect(wait).toBeGreaterThan(50)
  expect(wait).toBeLessThanOrEqual(60)
  expect(refused[0]!.json.error.message).toMatch(/^You’ve sent 10 tests in a minute. Try again in \d+ s\.$/)
  // A minute later they no longer count.
  await sql`update webhooks.deliveries set created_at = created_at - interval '1 minute' where webhook_id = ${webhook.id}`
  expect((await send()).status).toBe(200)
})

test('an open test holds no transaction: others work while the receiver is slow', async () => {
  receiver.answer({ status: 200, delayMs: 700 })
  const slow = send()
  await receiver.waitForCount(1)
  const [busy] = await sql`select count(*)::int as n from pg_stat_activity where application_name = 'tablehook api' and state like 'idle in transaction%'`
  expect(busy!.n).toBe(0)
  expect((await slow).json.ok).toBe(true)
})
