// Payload control over HTTP: what is refused, what is previewed, what a test sends, and what the panel is told.
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acme } from '../../local/demo_users.ts'
import { callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { system } from '../support/running_system.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'

let admin: Caller, member: Caller, stranger: Caller
let sql: postgres.Sql
let receiver: Receiver

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  ;[admin, member, stranger] = await Promise.all(['admin@acme.test', 'member@acme.test', 'owner@globex.test'].map(callerFor)) as [Caller, Caller, Caller]
  receiver = await startReceiver()
})
beforeEach(async () => {
  receiver.requests.length = 0
  await sql`delete from webhooks.previews`
})
afterAll(async () => {
  await sql`delete from public.webhook_configurations where name like 'payload %'`
  await receiver.close()
  await sql.end()
})

const create = (settings: Json) => admin.call('POST', '', {
  organization_id: acme, name: `payload ${Date.now()} ${Math.random()}`, url: receiver.url, events: ['chatbot.triggered'], timeout_ms: 1000, ...settings,
})
const preview = (settings: Json, who = admin) => who.call('POST', '/preview', { organization_id: acme, event_type: 'deal.updated', ...settings })

describe('saving', () => {
  test('choices are kept, answered and taken back', async () => {
    const { status, json } = await create({ excluded_fields: ['phone', 'email', 'phone'], transformation: ' {"id": data.id} ' })
    expect([status, json.webhook]).toMatchObject([201, { payload: 'full', included_fields: null, excluded_fields: ['email', 'phone'], transformation: '{"id": data.id}' }])
    expect(json.webhook.shape_id).toBeGreaterThan(0)
    const changed = await admin.call('PATCH', `/${json.webhook.id}`, { excluded_fields: [], transformation: '' })
    expect(changed.json.webhook).toMatchObject({ excluded_fields: null, transformation: null, shape_id: null })
    expect((await admin.call('PATCH', `/${json.webhook.id}`, { included_fields: ['id'] })).json.webhook).toMatchObject({ included_fields: ['id'] })
  })
  test.each<[Json, string, string]>([
    [{ transformation: '{"a": ' }, '422 invalid_transformation transformation', 'Expected "}" before end of expression, at line 1, character 5.'],
    [{ transformation: `${'('.repeat(4_000)}1` }, '422 invalid_transformation transformation', 'It takes too many steps, or too much memory.'],
    [{ transformation: 'x'.repeat(10_001) }, '422 invalid_input transformation', 'Use 10,000 characters or fewer.'],
    [{ excluded_fields: ['a..b'] }, '422 invalid_input excluded_fields.0', 'Write a field like customer.email.'],
    [{ excluded_fields: ['a'], included_fields: ['b'] }, '422 invalid_input excluded_fields', 'not both'],
    [{ payload: 'thin', transformation: '{}' }, '422 invalid_input transformation', 'A thin body has only the id.'],
    [{ payload: 'half' }, '422 invalid_input payload', 'Choose full or thin.'],
    [{ format: 'libromi', excluded_fields: ['a'] }, '422 invalid_input excluded_fields', 'The body of the format “libromi” is another product’s'],
    [{ format: 'caleida', payload: 'thin' }, '422 invalid_input payload', 'The body of the format “caleida”'],
  ])('%j is refused', async (settings, refusal, message) => {
    const answer = await create(settings)
    expect([refusalOf(answer), answer.json.error.message]).toEqual([refusal, expect.stringContaining(message)])
  })
})

describe('preview', () => {
  test('of the last events, newest first, before and after', async () => {
    const { json: { webhook } } = await create({ events: ['deal.updated'] })
    for (const value of [1, 2, 3, 4, 5, 6]) await sql`update public.deals set value = ${value} where id = (select id from public.deals where organization_id = ${acme} order by id limit 1)`
    await receiver.waitForCount(6)
    const finished = () => sql`select from webhooks.deliveries where webhook_id = ${webhook.id} and state = 'succeeded'`
    await expect.poll(async () => (await finished()).length, { timeout: 10_000 }).toBe(6)
    const { json } = await preview({ transformation: '{"name": data.title, "was": previous}', format: 'standard-webhooks' })
    expect(json.bodies.map(({ before }: Json) => JSON.parse(before as string).data.value as number)).toEqual([6, 5, 4, 3, 2])
    const times = json.bodies.map(({ occurred_at }: Json) => occurred_at as string)
    expect(times).toEqual([...times].sort().reverse())
    for (const { event_id, before, after, problem } of json.bodies) {
      const [event] = await sql`select data, previous from webhooks.events where id = ${event_id} and organization_id = ${acme}`
      expect(problem).toBeNull()
      expect(JSON.parse(before)).toMatchObject({ type: 'deal.updated', data: JSON.parse(event!.data as string) })
      expect(JSON.parse(after).data).toEqual({ name: JSON.parse(event!.data as string).title, ...(event!.previous === null ? {} : { was: JSON.parse(event!.previous as string) }) })
      expect(JSON.parse(after)).not.toHaveProperty('previous')
    }
  })
  test('of the sample where there was no event yet', async () => {
    const { json } = await preview({ event_type: 'insight.sentiment', payload: 'thin' })
    expect(json.bodies).toMatchObject([{ event_id: null, problem: null }])
    expect(Object.keys(JSON.parse(json.bodies[0].after).data)).toEqual(['id'])
  })
  test('a mistake comes with its place, and costs no other body', async () => {
    const { status, json } = await preview({ transformation: '{\n  "a": $uppercase(1)\n}' })
    expect(status).toBe(200)
    expect(json.bodies[0]).toMatchObject({ after: null, problem: { code: 'failed', position: 20, message: 'Argument 1 of function "uppercase" does not match function signature, at line 2, character 18.' } })
  })
  test('what takes too much ends, and the API goes on', async () => {
    const began = performance.now()
    const { json } = await preview({ transformation: '($f := function($x){ $f($x) + 1 }; {"x": $f(1)})' })
    expect(json.bodies.every(({ problem }: Json) => problem.code === 'too_much')).toBe(true)
    expect(performance.now() - began).toBeLessThan(15_000)
    expect((await preview({})).status).toBe(200)
  })
  test('is for those who may read bodies', async () => {
    expect(refusalOf(await preview({}, member))).toBe('403 forbidden')
    expect(refusalOf(await preview({}, stranger))).toBe('404 not_found organization_id')
    expect(refusalOf(await preview({ event_type: 'no.such' }))).toBe('422 unknown_event_type event_type')
    expect(refusalOf(await preview({ extra: 1 }))).toBe('422 invalid_input extra')
  })
  test('is limited by the minute', async () => {
    await sql`insert into webhooks.previews values (${acme}, date_trunc('minute', clock_timestamp()), 60), (gen_random_uuid(), now(), 1)`
    const answer = await preview({})
    // The minute may have turned over in between.
    if (answer.status === 200) return
    expect(refusalOf(answer)).toBe('429 rate_limited')
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })
})

describe('a test', () => {
  test('sends the shaped body', async () => {
    const { json: { webhook, secret } } = await create({ transformation: '{"text": "Deal " & data.title & " at " & $now()}' })
    const { json } = await admin.call('POST', `/${webhook.id}/test`, { event_type: 'deal.updated' })
    expect(json.ok).toBe(true)
    const body = verified(receiver.requests[0]!, secret) as Json
    expect(body.data).toEqual({ text: `Deal Weekly bread delivery at ${body.timestamp}` })
    expect(json.request.body).toBe(receiver.requests[0]!.body)
    // The panel is told the very same bytes, also after an edit.
    await admin.call('PATCH', `/${webhook.id}`, { transformation: null, payload: 'thin' })
    expect((await admin.call('GET', `/deliveries/${json.delivery_id}/body`)).json).toEqual({ body: receiver.requests[0]!.body, problem: null })
    expect(refusalOf(await member.call('GET', `/deliveries/${json.delivery_id}/body`))).toBe('403 forbidden')
    expect(refusalOf(await stranger.call('GET', `/deliveries/${json.delivery_id}/body`))).toBe('404 not_found')
  })
  test('says what is wrong with the transformation, and sends nothing', async () => {
    const { json: { webhook } } = await create({ transformation: '{"x": $number("ten")}' })
    const { json } = await admin.call('POST', `/${webhook.id}/test`, {})
    expect(json).toMatchObject({ ok: false, status_code: null, error_code: 'transformation_failed', error_detail: expect.stringContaining('at line 1, character') as string })
    expect(receiver.requests).toEqual([])
    expect(await sql`select error_code, is_test from public.webhook_logs where delivery_id = ${json.delivery_id}`).toEqual([{ error_code: 'transformation_failed', is_test: true }])
    expect((await admin.call('GET', `/deliveries/${json.delivery_id}/body`)).json).toMatchObject({ body: null, problem: { code: 'failed' } })
  })
})

test('a real event goes out shaped, through the whole system', async () => {
  const { json: { webhook, secret } } = await create({ events: ['contact.created'], excluded_fields: ['phone', 'email'], filter: '$.new.first_name == "Payload"' })
  await sql`insert into public.contacts (organization_id, first_name, email, phone) values (${acme}, 'Payload', 'p@example.com', '+1')`
  const [request] = await receiver.waitForCount(1)
  const body = verified(request!, secret) as Json
  expect(body.data).toMatchObject({ first_name: 'Payload', organization_id: acme })
  expect(request!.body).not.toContain('p@example.com')
  expect(body.data).not.toHaveProperty('phone')
  await admin.call('DELETE', `/${webhook.id}`)
  await sql`delete from public.contacts where first_name = 'Payload'`
})
