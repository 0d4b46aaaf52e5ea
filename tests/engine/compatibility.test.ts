// Receivers that were built for other products, run as those products print them, against real deliveries; and what holds between attempts.
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { renderBody, type Format } from '../../functions/core/envelope.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addOrganization, addWebhook, ORGANIZATION, rollSecret, startEngine, statesOf, until, type Engine } from '../support/engine.ts'
import { addRow, type Values } from '../support/factories.ts'
import { startReceiver, verified, type Receiver } from '../support/receiver.ts'
import { seedText, startSample, type SampleReceiver } from '../support/sample_receiver.ts'

let db: FreshDatabase
let engine: Engine | undefined
let receiver: Receiver | undefined
let sample: SampleReceiver | undefined
let contact: string, conversation: string

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
beforeEach(async () => {
  contact = await add('contacts', { first_name: 'John', last_name: 'Doe', phone: '+8801734363287' })
  conversation = await add('conversations', { contact_id: contact, channel: 'whatsapp' })
})
afterEach(async () => {
  await engine?.stop()
  await receiver?.close()
  await sample?.stop()
  engine = receiver = sample = undefined
  await db.sql`delete from public.webhook_configurations`
  for (const table of ['deliveries', 'events', 'hourly_counts']) await db.sql`delete from webhooks.${db.sql(table)}`
  await db.sql`delete from public.webhook_logs`
})
afterAll(() => db.drop())

const add = async (table: string, values: Values) => (await addRow(db.sql, table, { organization_id: ORGANIZATION, ...values })).id as string
const say = (direction: string, content: string, values: Values = {}) =>
  add('messages', { conversation_id: conversation, contact_id: contact, direction, content, ...values })
const logs = () => db.sql`select event_type, attempt, status_code, error_code from public.webhook_logs order by created_at, attempt`
const logged = (count: number) => until(`${count} attempts in the log`, logs, (rows) => rows.length >= count)

describe('WhatsAble’s example handler, unchanged', () => {
  test('tells a message status and an incoming message, and its answer is a success', async () => {
    sample = await startSample(seedText('whatsable_webhook_handler.js'))
    await addWebhook(db, { url: sample.url, format: 'whatsable', events: ['message.received', 'message.delivered'] })
    engine = await startEngine(db)
    const sent = await say('outbound', 'Hi there!', { status: 'sent', external_id: `wamid.${conversation}` })
    await db.sql`update public.messages set status = 'delivered' where id = ${sent}`
    await sample.printed('Message status update:')
    await sample.printed(`message_id: 'wamid.${conversation}'`)
    await sample.printed("status: 'delivered'")
    await say('inbound', 'Hello!')
    await sample.printed('Incoming message:')
    await sample.printed("recipient_name: 'John Doe'")
    await sample.printed("last_message_of_bot: 'Hi there!'")
    expect(await logged(2)).toMatchObject([{ event_type: 'message.delivered', status_code: 200, error_code: null }, { event_type: 'message.received', status_code: 200 }])
    expect(await statesOf(db)).toEqual({ succeeded: 2 })
    expect(sample.output()).not.toContain('Unknown event type')
  })

  test('an event that WhatsAble has no name for comes under ours', async () => {
    sample = await startSample(seedText('whatsable_webhook_handler.js'))
    await addWebhook(db, { url: sample.url, format: 'whatsable', events: ['contact.created'] })
    engine = await startEngine(db)
    await add('contacts', { first_name: 'Ada' })
    await sample.printed('Unknown event type: contact.created')
    expect(await logged(1)).toMatchObject([{ status_code: 200 }])
  })
})

describe('Libromi’s example handler, unchanged', () => {
  test('reads data.contact.name and data.message.content', async () => {
    sample = await startSample(seedText('libromi_webhook_handler.js'))
    await addWebhook(db, { url: sample.url, format: 'libromi', events: ['message.received', 'contact.created', 'chatbot.triggered'] })
    engine = await startEngine(db)
    await say('inbound', 'Hi, I need help!')
    await sample.printed('New message from: John Doe\nMessage: Hi, I need help!')
    await add('contacts', { first_name: 'Ada', last_name: 'Bauer' })
    await sample.printed('New contact created: Ada Bauer')
    await add('chatbot_runs', { chatbot_id: await add('chatbots', { name: 'Welcome' }), conversation_id: conversation })
    await sample.printed('Received webhook: chatbot.triggered')
    expect((await logged(3)).map((row) => row.status_code)).toEqual([200, 200, 200])
  })

  test('a message of nobody known does not break it', async () => {
    sample = await startSample(seedText('libromi_webhook_handler.js'))
    await addWebhook(db, { url: sample.url, format: 'libromi', events: ['message.received'] })
    engine = await startEngine(db)
    await add('messages', { direction: 'inbound', content: 'Who am I?' })
    await sample.printed('New message from: null\nMessage: Who am I?')
    expect(await logged(1)).toMatchObject([{ status_code: 200 }])
  })
})

describe('Libromi’s example verification, unchanged', () => {
  // It ends with “Process the webhook...” and leaves the answer to whoever takes it over: that is all that stands around it.
  const program = `
const express = require('express')
const app = express()
app.use(express.json())
app.use((req, res, next) => { next(); if (!res.headersSent) res.status(200).send('OK') })
${seedText('libromi_verify_signatures.js')}
app.listen(3000, () => console.log('Webhook server running on port 3000'))`
  const events = ['message.received', 'contact.created', 'contact.updated', 'deal.created', 'insight.key']
  /** Every value that JavaScript would write otherwise than Postgres does: they sign what they wrote themselves. */
  async function writeOddities() {
    await say('inbound', 'Zoë “quoted” \\ / \u2028 🦊 <b>')
    await add('deals', { title: 'Numbers', value: '120.50', contact_id: contact })
    await db.sql`insert into public.insights (organization_id, conversation_id, kind, content)
                 values (${ORGANIZATION}, ${conversation}, 'key', '{"10": 1.50, "2": 12345678901234567890, "b": 1e3, "a": {"z": -0.0}}')`
    await db.sql`update public.contacts set email = 'john@example.com' where id = ${contact}`
  }

  test('accepts every delivery', async () => {
    const secret = 'correct-horse-battery-staple'
    sample = await startSample(program, { secret })
    await addWebhook(db, { url: sample.url, format: 'libromi', events, secret })
    engine = await startEngine(db)
    await writeOddities()
    expect((await logged(4)).map(({ event_type, status_code }) => [event_type, status_code]).sort()).toEqual([
      ['contact.updated', 200], ['deal.created', 200], ['insight.key', 200], ['message.received', 200],
    ])
  })

  test('accepts a secret that we made, as it is shown', async () => {
    const made = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
    sample = await startSample(program, { secret: made })
    await addWebhook(db, { url: sample.url, format: 'libromi', events, secret: made })
    engine = await startEngine(db)
    await say('inbound', 'Hello')
    expect(await logged(1)).toMatchObject([{ status_code: 200 }])
  })

  test('refuses another secret', async () => {
    sample = await startSample(program, { secret: 'another-secret-altogether' })
    await addWebhook(db, { url: sample.url, format: 'libromi', events, secret: 'correct-horse-battery-staple' })
    engine = await startEngine(db)
    await say('inbound', 'Hello')
    expect(await logged(1)).toMatchObject([{ status_code: 401, error_code: 'http_error' }])
  })
})

describe.each(['nativemsg', 'caleida'])('the receiver that docs/compatibility.md shows for %s', (format) => {
  const page = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8')
  const program = new RegExp(`\\n\`\`\`js ${format}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? ''

  test('accepts a real delivery, and no forged one', async () => {
    const secret = 'correct-horse-battery-staple'
    sample = await startSample(program, { secret })
    await addWebhook(db, { url: sample.url, format, events: ['message.received'], secret })
    await addWebhook(db, { url: sample.url, format, events: ['contact.created'], secret: 'another-secret-altogether' })
    await addWebhook(db, { url: sample.url, format, events: ['deal.created'], secret: null })
    engine = await startEngine(db)
    await say('inbound', 'Zoë “quoted” \u2028 🦊')
    await sample.printed(format === 'nativemsg' ? 'message.received +8801734363287' : 'message John Doe')
    await add('contacts', { first_name: 'Forged' })
    await add('deals', { title: 'Unsigned', value: '120.50' })
    expect(Object.fromEntries((await logged(3)).map(({ event_type, status_code }) => [event_type, status_code]))).toEqual({
      'message.received': 200, 'contact.created': 401, 'deal.created': 401,
    })
  })
})

test('a receiver that lets in the dispatcher’s address alone is reached', async () => {
  receiver = await startReceiver({ answer: (response) => response.writeHead(response.socket?.remoteAddress === '127.0.0.1' ? 200 : 403).end() })
  await addWebhook(db, { url: receiver.url, format: 'whatsable', events: ['message.received'] })
  engine = await startEngine(db)
  await say('inbound', 'Hello!')
  expect(await logged(1)).toMatchObject([{ status_code: 200 }])
})

describe.each(['nativemsg', 'whatsable', 'libromi', 'caleida'] as const satisfies readonly Format[])('in the format %s', (format) => {
  test('every attempt has the same body, whatever becomes of the contact, the conversation and its messages between them', async () => {
    let clock = new Date()
    receiver = await startReceiver({ answer: 500 })
    await addWebhook(db, { url: receiver.url, format, events: ['message.received'] })
    engine = await startEngine(db, { clock: () => clock, random: () => 0.5, sweepMs: 20 })
    await say('outbound', 'Hi there!', { status: 'read' })
    const received = await say('inbound', 'Hello!')
    clock = new Date(Date.now() + 1_000)
    engine.dispatcher.wake()
    await receiver.waitForCount(1)
    await logged(1)

    await db.sql`update public.contacts set first_name = 'Johanna', phone = '+10000000' where id = ${contact}`
    await say('inbound', 'Are you there?', { broadcast_id: null, created_at: new Date(0) })
    await db.sql`update public.messages set content = 'rewritten' where conversation_id = ${conversation}`
    await db.sql`delete from public.messages where id = ${received}`
    await db.sql`delete from public.conversations where id = ${conversation}`
    clock = new Date(Date.now() + 3_600_000)
    engine.dispatcher.wake()
    const requests = await receiver.waitFor('a second attempt', (all) => all.some((one) => one.headers['x-webhook-attempt'] === '2' && one.headers['webhook-id'] === all[0]!.headers['webhook-id']))
    const same = requests.filter((one) => one.headers['webhook-id'] === requests[0]!.headers['webhook-id'])
    expect(same.length).toBeGreaterThan(1)
    expect(new Set(same.map((one) => one.body)).size).toBe(1)
    expect(same[0]!.body).toContain('Hello!')
  })

  test('the published libraries verify it like any other', async () => {
    receiver = await startReceiver()
    const { secret } = await addWebhook(db, { url: receiver.url, format, events: ['message.received'] })
    engine = await startEngine(db)
    await say('inbound', 'Hello!')
    const [request] = await receiver.waitForCount(1)
    expect(verified(request!, secret!)).toMatchObject(JSON.parse(request!.body) as object)
    expect(request!.headers['x-webhook-signature']).toBe(`sha256=${createHmac('sha256', secret!).update(request!.body).digest('hex')}`)
  })

  test('an event that the app publishes arrives too, told from its data alone', async () => {
    receiver = await startReceiver()
    await addWebhook(db, { url: receiver.url, format, events: ['message.received'] })
    engine = await startEngine(db)
    await db.sql`select webhooks.publish_event(${ORGANIZATION}, 'message.received', ${db.sql.json({ id: 'm1', content: 'By hand' })})`
    const [request] = await receiver.waitForCount(1)
    expect(request!.body).toContain('By hand')
    const [event] = await db.sql`select * from webhooks.events where type = 'message.received'`
    expect(event!.context).toBeNull()
  })
})

describe('nativeMsg’s signature inside the body', () => {
  const hmac = (secret: string, text: string) => `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`

  test('signs the body without itself, and the header `signature` signs all of it', async () => {
    receiver = await startReceiver()
    const { secret } = await addWebhook(db, { url: receiver.url, format: 'nativemsg', events: ['contact.created'] })
    engine = await startEngine(db)
    await add('contacts', { first_name: 'Ada' })
    const [request] = await receiver.waitForCount(1)
    const { signature, ...rest } = JSON.parse(request!.body) as Record<string, unknown>
    expect(signature).toBe(hmac(secret!, JSON.stringify(rest)))
    expect(request!.headers.signature).toBe(hmac(secret!, request!.body))
    const [event] = await db.sql`select * from webhooks.events`
    expect(renderBody('nativemsg', {
      id: event!.id as string, type: event!.type as string, occurredAt: (event!.occurred_at as Date).toISOString(), organizationId: ORGANIZATION,
      data: event!.data as string, previous: null, context: event!.context as string | null,
    })).toBe(JSON.stringify(rest))
  })

  test('is of the newest secret after a roll between two attempts; all else of the body stays', async () => {
    let clock = new Date()
    receiver = await startReceiver({ answer: 500 })
    const { id, secret } = await addWebhook(db, { url: receiver.url, format: 'nativemsg', events: ['contact.created'] })
    engine = await startEngine(db, { clock: () => clock, random: () => 0.5, sweepMs: 20 })
    await add('contacts', { first_name: 'Ada' })
    clock = new Date(Date.now() + 1_000)
    engine.dispatcher.wake()
    await logged(1)
    const fresh = await rollSecret(db, id)
    clock = new Date(Date.now() + 3_600_000)
    engine.dispatcher.wake()
    const [first, second] = await receiver.waitForCount(2)
    const [before, after] = [first!, second!].map((request) => JSON.parse(request.body) as Record<string, unknown>)
    const { signature: old, ...rest } = before!
    const { signature, ...again } = after!
    expect(JSON.stringify(again)).toBe(JSON.stringify(rest))
    expect([old, signature]).toEqual([hmac(secret!, JSON.stringify(rest)), hmac(fresh, JSON.stringify(rest))])
  })
})

test('Caleida’s secret is sent with the call', async () => {
  receiver = await startReceiver()
  await addWebhook(db, { url: receiver.url, format: 'caleida', events: ['conversation.created'], secret: 'a-robust-secret-key' })
  engine = await startEngine(db)
  await add('conversations', { contact_id: contact })
  const [request] = await receiver.waitForCount(1)
  expect(request!.headers['x-caleida-secret']).toBe('a-robust-secret-key')
  expect(JSON.parse(request!.body)).toMatchObject({ event: 'chat', data: { contact: { name: 'John Doe' } } })
})
