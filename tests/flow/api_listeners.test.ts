// Listeners: what webhooks send is held to the byte until somebody takes it, nothing is lost, and nothing stays behind.
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acme, globex } from '../../local/demo_users.ts'
import { answerOf, caller, callerFor, refusalOf, type Caller, type Json } from '../support/api.ts'
import { system } from '../support/running_system.ts'

let owner: Caller, admin: Caller, member: Caller, stranger: Caller
let sql: postgres.Sql
let listener: { id: string; token: string; organization_id: string; expires_at: string }

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  ;[owner, admin, member, stranger] = await Promise.all(['owner@acme.test', 'admin@acme.test', 'member@acme.test', 'admin@globex.test'].map(callerFor)) as [Caller, Caller, Caller, Caller]
})
beforeEach(async () => { listener = (await admin.call('POST', '/listeners', { organization_id: acme })).json.listener })
afterEach(() => sql`delete from webhooks.listeners`)
afterAll(async () => {
  await sql`delete from public.webhook_configurations where name like 'listeners %'`
  await sql.end()
})

const address = (token = listener.token) => `${system().API_URL}/functions/v1/webhooks/listen/${token}`
const send = async (body: BodyInit, headers: Record<string, string> = {}, token = listener.token) => answerOf(await fetch(address(token), { method: 'POST', body, headers }))
const take = async (after: string | null = null, limit?: number): Promise<Json[]> => (await admin.call('POST', `/listeners/${listener.id}/take`, { after, limit })).json.requests

test('holds the exact text and the sender’s headers until they were taken, oldest first', async () => {
  const bodies = ['{"a": 1.50 ,"b":"Zoë \\u2028"}', '\ufeff{"mark":true}', '']
  for (const body of bodies) expect((await send(new TextEncoder().encode(body), { 'X-Webhook-Event': 'deal.created', 'webhook-id': 'x' })).status).toBe(200)
  const first = await take()
  expect(first.map(({ body }) => body)).toEqual(bodies)
  expect(first[0]).toMatchObject({ event_type: 'deal.created', headers: { 'x-webhook-event': 'deal.created', 'webhook-id': 'x' } })
  for (const name of ['connection', 'x-forwarded-for', 'transfer-encoding']) expect(first[0].headers).not.toHaveProperty(name)
  // Taken again until they were let go of: an answer may be lost on the way.
  expect(await take(null, 2)).toEqual(first.slice(0, 2))
  expect(await take(first[1].position)).toEqual(first.slice(2))
  expect(await take(first[2].position)).toEqual([])
  expect(await take(null)).toEqual([])
})

test('what comes while somebody takes is neither lost nor given twice', async () => {
  const seen: string[] = []
  let after: string | null = null
  let sending = true
  const sent = Promise.all(Array.from({ length: 10 }, async (_, sender) => {
    for (let n = 0; n < 20; n++) {
      for (;;) {
        const { status } = await send(`${sender}.${n}`)
        if (status === 200) break
        expect(status).toBe(429)
      }
    }
  })).then(() => { sending = false })
  for (let idle = false; sending || !idle;) {
    const requests: Json[] = await take(after, 30)
    seen.push(...requests.map(({ body }) => body as string))
    after = requests.at(-1)?.position ?? after
    idle = requests.length === 0
  }
  await sent
  expect(seen).toHaveLength(200)
  expect(new Set(seen).size).toBe(200)
  for (let sender = 0; sender < 10; sender++) expect(seen.filter((one) => one.startsWith(`${sender}.`))).toEqual(Array.from({ length: 20 }, (_, n) => `${sender}.${n}`))
})

describe('bounds', () => {
  test('the thousand and first is asked to come again, and comes', async () => {
    await sql`select count(webhooks.hold_request(${listener.token}, '{}', n::text, null)) from generate_series(1, 1000) n`
    const full = await send('late')
    expect([refusalOf(full), full.headers.get('retry-after')]).toEqual(['429 rate_limited', '5'])
    const held = await take()
    expect(held).toHaveLength(100)
    await take(held[9].position)
    expect((await send('late')).status).toBe(200)
  })

  test('a take brings 2 MB and no more, but always one', async () => {
    const big = 'x'.repeat(900_000)
    for (let n = 0; n < 4; n++) await send(big)
    const first = await take()
    expect(first).toHaveLength(3)
    expect(await take(first[2].position)).toHaveLength(1)
  })

  test.each<[string, BodyInit]>([['larger than 1 MB', 'x'.repeat(1024 * 1024 + 1)], ['no UTF-8', new Uint8Array([0x7b, 0xff])], ['with a NUL', 'a\u0000b']])(
    'a body %s cannot be given as it was, which is said', async (_, body) => {
      expect((await send(body, { 'x-webhook-event': 'a.b' })).status).toBe(200)
      expect(await take()).toMatchObject([{ body: null, event_type: 'a.b' }])
    })
})

test('a webhook that points here delivers, and its signature holds', async () => {
  const { json } = await admin.call('POST', '', { organization_id: acme, name: `listeners ${Date.now()}`, url: address(), events: ['webhook.recovered'] })
  const { json: answer } = await admin.call('POST', `/${json.webhook.id}/test`)
  expect(answer).toMatchObject({ ok: true, status_code: 200 })
  const [request] = await take()
  expect(request.body).toBe(answer.request.body)
  expect(request.headers).toMatchObject(answer.request.headers)
})

describe('the end', () => {
  const webhookHere = async () => (await admin.call('POST', '', { organization_id: acme, name: `listeners ${Date.now()} ${Math.random()}`, url: address(), events: ['webhook.recovered'] })).json.webhook.id as string
  const isThere = async (id: string) => (await sql`select from public.webhook_configurations where id = ${id}`).length === 1

  test('closing deletes it, and the webhooks that point at it', async () => {
    const [here, elsewhere] = [await webhookHere(), (await admin.call('POST', '', { organization_id: acme, name: `listeners ${Date.now()}`, url: 'https://example.com/webhooks/listen/other', events: ['webhook.recovered'] })).json.webhook.id as string]
    expect((await admin.call('DELETE', `/listeners/${listener.id}`)).status).toBe(204)
    expect([await isThere(here), await isThere(elsewhere)]).toEqual([false, true])
    for (const answer of [await send('late'), await admin.call('DELETE', `/listeners/${listener.id}`), await admin.call('POST', `/listeners/${listener.id}/take`)]) expect(refusalOf(answer)).toBe('404 not_found')
  })

  test('one that nobody looks at runs out; the next start removes it and its webhooks', async () => {
    const left = await webhookHere()
    await sql`update webhooks.listeners set created_at = created_at - interval '6 minutes', expires_at = expires_at - interval '6 minutes' where id = ${listener.id}`
    expect(refusalOf(await send('late'))).toBe('404 not_found')
    expect(refusalOf(await admin.call('POST', `/listeners/${listener.id}/take`))).toBe('404 not_found')
    expect(await isThere(left)).toBe(true)
    await stranger.call('POST', '/listeners', { organization_id: globex })
    expect(await isThere(left)).toBe(true)
    await admin.call('POST', '/listeners', { organization_id: acme })
    expect(await isThere(left)).toBe(false)
  })

  test('upkeep removes it as well', async () => {
    const left = await webhookHere()
    await sql`select webhooks.maintain_inboxes(now() + interval '4 minutes')`
    expect(await isThere(left)).toBe(true)
    await sql`select webhooks.maintain_inboxes(now() + interval '6 minutes')`
    expect(await isThere(left)).toBe(false)
  })

  test('a look keeps it alive', async () => {
    await sql`update webhooks.listeners set expires_at = now() + interval '10 seconds' where id = ${listener.id}`
    await take()
    const [row] = await sql`select expires_at > now() + interval '4 minutes' as kept from webhooks.listeners where id = ${listener.id}`
    expect(row).toEqual({ kept: true })
  })
})

describe('who may', () => {
  test('admins and owners, of their own organization', async () => {
    expect((await owner.call('POST', '/listeners', { organization_id: acme })).status).toBe(201)
    expect(refusalOf(await member.call('POST', '/listeners', { organization_id: acme }))).toBe('403 forbidden')
    expect(refusalOf(await stranger.call('POST', '/listeners', { organization_id: acme }))).toBe('404 not_found organization_id')
    expect(refusalOf(await caller(null).call('POST', '/listeners', { organization_id: acme }))).toBe('401 unauthorized')
    // Who belongs to one organization only need not name it.
    expect((await admin.call('POST', '/listeners')).json.listener.organization_id).toBe(acme)
  })

  test.each(['take', 'delete'])('%s is for admins; to strangers it is one that never was', async (what) => {
    const ask = (who: Caller, id: string) => what === 'take' ? who.call('POST', `/listeners/${id}/take`) : who.call('DELETE', `/listeners/${id}`)
    expect(refusalOf(await ask(member, listener.id))).toBe('403 forbidden')
    const answers = [await ask(stranger, listener.id), await ask(stranger, '11111111-2222-4333-8444-555555555555'), await ask(stranger, 'x')]
    expect(answers.map(refusalOf)).toEqual(['404 not_found', '404 not_found', '404 not_found'])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  test('twenty for one organization, also when two ask at once', async () => {
    for (let n = 0; n < 18; n++) await admin.call('POST', '/listeners', { organization_id: acme })
    const answers = await Promise.all([admin.call('POST', '/listeners', { organization_id: acme }), admin.call('POST', '/listeners', { organization_id: acme })])
    expect(answers.map(refusalOf).sort()).toEqual(['201', '422 too_many_listeners'])
  })

  test.each<[Json, string]>([[{ after: 'x' }, '422 invalid_input after'], [{ limit: 101 }, '422 invalid_input limit'], [{ what: 1 }, '422 invalid_input what']])('refuses %o', async (body, refusal) => {
    expect(refusalOf(await admin.call('POST', `/listeners/${listener.id}/take`, body))).toBe(refusal)
  })

  test('the address takes POST from anybody who has its token, and nothing else', async () => {
    expect(refusalOf(await answerOf(await fetch(address())))).toBe('405 method_not_allowed')
    for (const token of ['x'.repeat(43), 'short', "a'b%25c"]) expect(refusalOf(await send('x', {}, token))).toBe('404 not_found')
  })
})
