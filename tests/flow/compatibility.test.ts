// As somebody does it who comes from another product: its call, its event names, its receiver, and our screens.
import type { SupabaseClient } from '@supabase/supabase-js'
import { createHmac } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../client/src/index.ts'
import { acme } from '../../local/demo_users.ts'
import { sentBody, sentHeaders } from '../../web/deliveries/sent_request.ts'
import { callerFor, type Caller, type Json } from '../support/api.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { signIn, system } from '../support/running_system.ts'
import { seedText, startSample, type SampleReceiver } from '../support/sample_receiver.ts'

let admin: Caller
let member: SupabaseClient, owner: SupabaseClient
let sql: postgres.Sql
let receiver: Receiver | undefined
let sample: SampleReceiver | undefined

beforeAll(async () => {
  sql = postgres(system().DB_URL, { max: 1, onnotice: () => {} })
  ;[admin, member, owner] = await Promise.all([callerFor('admin@acme.test'), signIn('member@acme.test'), signIn('owner@acme.test')])
})
afterEach(async () => {
  await sql`delete from public.webhook_configurations where name like 'compatible %' or url = 'https://your-app.com/webhook'`
  await receiver?.close()
  await sample?.stop()
  receiver = sample = undefined
})
afterAll(() => sql.end())

async function create(settings: Json): Promise<{ webhook: Json; secret: string }> {
  const { status, json, text } = await admin.call('POST', '', { organization_id: acme, name: `compatible ${Date.now()} ${Math.random()}`, ...settings })
  expect(status, text).toBe(201)
  return json
}
const insert = async (table: string, row: Json): Promise<Json> => {
  const { data, error } = await member.from(table).insert({ organization_id: acme, ...row }).select().single()
  if (error) throw error
  return data
}
async function conversationWithJohn(): Promise<Json> {
  const contact = await insert('contacts', { first_name: 'John', last_name: 'Doe', phone: '+8801734363287' })
  return insert('conversations', { contact_id: contact.id, channel: 'whatsapp' })
}

test('Libromi’s call to register a webhook, as it is printed: client.webhooks.create({url, events})', async () => {
  const { data } = await (await signIn('admin@acme.test')).auth.getSession()
  const client = createClient({ url: system().API_URL, organizationId: acme, accessToken: data.session!.access_token })
  const run = new Function('client', `return (async () => {${seedText('libromi_register.js')}; return webhook })()`) as (with_: unknown) => Promise<Json>
  const webhook = await run(client)
  expect(webhook).toMatchObject({
    url: 'https://your-app.com/webhook', is_active: true, events: ['contact.created', 'contact.updated', 'message.received', 'message.sent'],
  })
  expect(webhook.secret).toMatch(/^whsec_/)
})

describe('events are listed as the product calls them', () => {
  test.each<[string, string[], string[]]>([
    ['nativemsg', ['message.received', 'message.sent', 'user.created'], ['contact.created', 'message.received', 'message.sent']],
    ['whatsable', ['message_status', 'incoming_message'], ['message.delivered', 'message.failed', 'message.read', 'message.received', 'message.sent']],
    ['libromi', ['message.received', 'chatbot.triggered'], ['chatbot.triggered', 'message.received']],
    ['caleida', ['chat', 'message', 'insight.key'], ['conversation.created', 'insight.key', 'message.received', 'message.sent']],
  ])('in %s: %j', async (format, events, saved) => {
    const { webhook } = await create({ format, events, url: 'https://example.com/' })
    expect(webhook).toMatchObject({ format, events: saved })
  })

  test('in a change as well, by the format that it then has', async () => {
    const { webhook } = await create({ format: 'caleida', events: ['chat'], url: 'https://example.com/' })
    expect((await admin.call('PATCH', `/${webhook.id}`, { events: ['message'] })).json.webhook.events).toEqual(['message.received', 'message.sent'])
    expect((await admin.call('PATCH', `/${webhook.id}`, { format: 'whatsable', events: ['incoming_message'] })).json.webhook).toMatchObject({ format: 'whatsable', events: ['message.received'] })
  })

  test('and refused where no product calls them so', async () => {
    const { status, json } = await admin.call('POST', '', { organization_id: acme, name: 'compatible not', url: 'https://example.com/', events: ['incoming_message'], format: 'libromi' })
    expect([status, json.error.code]).toEqual([422, 'unknown_event_type'])
  })
})

test('a member writes a row; WhatsAble’s handler, unchanged, hears of it', async () => {
  sample = await startSample(seedText('whatsable_webhook_handler.js'))
  await create({ format: 'whatsable', events: ['incoming_message'], url: sample.url })
  const conversation = await conversationWithJohn()
  await insert('messages', { conversation_id: conversation.id, contact_id: conversation.contact_id, direction: 'inbound', content: 'Hello!' })
  await sample.printed("phone_number: '8801734363287'")
})

describe('Send test', () => {
  test.each(['nativemsg', 'whatsable', 'libromi', 'caleida'])('in the format %s sends the sample with all that is said besides the row; the panel shows the same', async (format) => {
    receiver = await startReceiver()
    const { webhook, secret } = await create({ format, events: ['message.received'], url: receiver.url })
    const { json } = await admin.call('POST', `/${webhook.id}/test`, { event_type: 'message.received' })
    const [request] = await receiver.waitForCount(1)
    expect(request!.body).toContain(format === 'nativemsg' ? '"bot_id":"3d813cbb' : 'John')
    expect(json.request.body).toBe(request!.body)
    expect(request!.headers['x-webhook-signature']).toBe(`sha256=${createHmac('sha256', secret).update(request!.body).digest('hex')}`)

    const { data: detail } = await owner.rpc('webhook_delivery', { delivery_id: json.delivery_id })
    const shown = sentBody(detail, true)!
    expect(shown).toBe(format === 'nativemsg' ? request!.body.replace(/sha256=[0-9a-f]{64}/, 'sha256=…') : request!.body)
    const names = sentHeaders(detail, detail.attempts[0], true, []).map(({ name }) => name)
    expect(Object.keys(request!.headers)).toEqual(expect.arrayContaining(names))
    expect(Object.keys(request!.headers).filter((name) => /signature|secret/.test(name)).filter((name) => !names.includes(name))).toEqual([])
  })

  test('with data of one’s own tells what the data tells', async () => {
    receiver = await startReceiver()
    const { webhook } = await create({ format: 'libromi', events: ['message.received'], url: receiver.url })
    const { json } = await admin.call('POST', `/${webhook.id}/test`, { event_type: 'message.received', data: { content: 'Mine' } })
    expect(JSON.parse(json.request.body)).toMatchObject({ type: 'message.received', data: { contact: { name: null }, message: { content: 'Mine' } } })
  })
})

describe('the secret that Caleida’s format sends', () => {
  test('reaches the receiver, and is not in the answer of a test', async () => {
    receiver = await startReceiver()
    const { webhook, secret } = await create({ format: 'caleida', events: ['chat'], url: receiver.url, secret: 'a-robust-secret-key' })
    const { text, json } = await admin.call('POST', `/${webhook.id}/test`)
    expect(receiver.requests[0]!.headers['x-caleida-secret']).toBe(secret)
    expect(json.request.headers['x-caleida-secret']).toBe('••••••')
    expect(text).not.toContain(secret)
  })

  test('is not kept by a test address, where members could read it', async () => {
    const { data: inbox } = await owner.rpc('webhook_inbox_open', { organization_id: acme })
    const { webhook, secret } = await create({
      format: 'caleida', events: ['chat'], url: `${system().API_URL}/functions/v1/webhooks/in/${inbox.token}`, secret: 'a-robust-secret-key',
    })
    expect((await admin.call('POST', `/${webhook.id}/test`)).json.ok).toBe(true)
    const { data: requests } = await member.rpc('webhook_inbox_requests', { inbox_id: inbox.id })
    expect(requests[0]).toMatchObject({ signature: 'valid', headers: { 'x-caleida-secret': '••••••' } })
    expect(JSON.stringify(requests)).not.toContain(secret)
    await sql`delete from webhooks.inboxes where id = ${inbox.id as string}`
  })
})
