// The bodies of other products, field by field, against the samples that those products publish.
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { renderBody, requestHeaders, type EventToSend, type Format } from '../../functions/core/envelope.ts'
import { eventType } from '../../functions/core/event_types.ts'
import { parseSecret, simpleSignature } from '../../functions/core/signature.ts'

const secret = parseSecret('correct-horse-battery')
const sign = (text: string) => simpleSignature(text, [secret])
const hmac = (text: string) => createHmac('sha256', secret.text).update(text).digest('hex')

function event(type: string, facts: { data: object; previous?: object; context?: object; occurredAt?: string }): EventToSend {
  return {
    id: '01939f7e-7a00-7000-8000-000000000001', type, occurredAt: facts.occurredAt ?? '2025-10-08T18:15:00.123Z', organizationId: 'o',
    data: JSON.stringify(facts.data), previous: facts.previous ? JSON.stringify(facts.previous) : null, context: facts.context ? JSON.stringify(facts.context) : null,
  }
}
const sampleOf = (type: string) => event(type, eventType(type)!.sample)
const bodyOf = (format: Format, one: EventToSend) => JSON.parse(renderBody(format, one, sign)) as Record<string, unknown>
const headersOf = (format: Format, one: EventToSend, secrets = [secret]) => requestHeaders({
  format, event: one, body: renderBody(format, one, sign), attempt: 1, sentAt: new Date(0), secrets, customHeaders: {}, version: '0',
})
const published = (file: string) => JSON.parse(readFileSync(new URL(`../fixtures/seeds/${file}`, import.meta.url), 'utf8')) as { event: string; data: Record<string, unknown> }
const john = { id: 'c1', first_name: 'John', last_name: 'Doe', phone: '+8801734363287', email: 'john@example.com', company: null }

describe('nativemsg', () => {
  const received = event('message.received', {
    data: { id: 'm1', type: 'text', content: 'Hi, I need help!', status: 'delivered', direction: 'inbound', attachment_url: null },
    context: { contact: { ...john, id: '67890', phone: '+15555550123' }, chatbot: { id: '12345', name: 'Welcome' }, conversation: null },
  })

  test('a message has every field of the published sample', () => {
    const { signature, ...rest } = bodyOf('nativemsg', received)
    const { signature: theirs, ...sample } = published('nativemsg_payload.json') as unknown as Record<string, unknown>
    expect(rest).toMatchObject(sample)
    expect(Object.keys(rest)).toEqual(Object.keys(sample))
    expect(theirs).toMatch(/^sha256=/)
    expect(signature).toMatch(/^sha256=[0-9a-f]{64}$/)
  })

  test('`signature` in the body signs the text of the body without it', () => {
    const { signature, ...rest } = bodyOf('nativemsg', received)
    expect(signature).toBe(`sha256=${hmac(JSON.stringify(rest))}`)
    expect(signature).toBe(`sha256=${hmac(renderBody('nativemsg', received))}`)
  })

  test('the header `signature` signs the body as it is sent', () => {
    expect(headersOf('nativemsg', received).signature).toBe(`sha256=${hmac(renderBody('nativemsg', received, sign))}`)
  })

  test('a webhook without a secret has no signature, in the body or beside it', () => {
    expect(JSON.parse(renderBody('nativemsg', received, () => null))).not.toHaveProperty('signature')
    expect(headersOf('nativemsg', received, [])).not.toHaveProperty('signature')
  })

  test('contacts are users: `user.created` has the user, and the whole row as `data`', () => {
    const body = bodyOf('nativemsg', sampleOf('contact.created'))
    const { data } = eventType('contact.created').sample
    expect(body).toMatchObject({ event: 'user.created', bot_id: null, user: { id: data.id, phone: '+15555550123', name: 'John Doe', email: data.email }, data })
    expect(body).not.toHaveProperty('message')
  })

  test('a status change has the whole message, and what it was before', () => {
    expect(bodyOf('nativemsg', sampleOf('message.delivered'))).toMatchObject({
      event: 'message.delivered', user: { name: 'John Doe' }, message: { status: 'delivered', direction: 'outbound' }, previous: { status: 'sent' },
    })
  })
})

describe('whatsable', () => {
  test('message_status is the published sample', () => {
    const one = event('message.delivered', { data: { id: 'm1', external_id: 'wamid.123456789', status: 'delivered' }, previous: { status: 'sent' }, occurredAt: '2024-03-23T21:41:44.477Z' })
    expect(bodyOf('whatsable', one)).toEqual(published('whatsable_message_status.json'))
  })

  test.each(['sent', 'delivered', 'read', 'failed'])('message.%s is a message_status', (status) => {
    expect(bodyOf('whatsable', sampleOf(`message.${status}`))).toMatchObject({ event: 'message_status', data: { status } })
  })

  test('a message without an id of the channel is named by its own', () => {
    expect(bodyOf('whatsable', event('message.sent', { data: { id: 'm1', external_id: null, status: 'sent' } }))).toMatchObject({ data: { message_id: 'm1' } })
  })

  const at = '2009-02-13T23:31:30.5+00:00' // 1234567890, the sample's
  const hello = { direction: 'inbound', type: 'text', content: 'Hello!', at: '2024-03-23T21:41:44.477+00:00' }
  const incoming = event('message.received', {
    data: { id: 'm1', type: 'text', content: 'Hello!', created_at: at, attachment_url: 'https://api.insightssystem.com/vault/attachment.jpg' },
    context: { contact: { ...john, id: '6fb11ff2-d9b2-4560-8437-0fe58ec9f4a6' }, history: [hello], last_outbound: { direction: 'outbound', type: 'text', content: 'Hi there!', at } },
  })

  test('incoming_message is the published sample, field by field', () => {
    const body = bodyOf('whatsable', incoming) as { data: object }
    const sample = published('whatsable_incoming_message.json')
    expect(body).toEqual(sample)
    expect(Object.keys(body.data)).toEqual(Object.keys(sample.data))
  })

  test('last_messages and conversation_paragraph tell both sides, oldest first', () => {
    const { data } = bodyOf('whatsable', sampleOf('message.received')) as { data: Record<string, string> }
    expect(JSON.parse(data.last_messages!)).toEqual([
      { type: 'bot', content: 'Hello! How can we help?', timestamp: '2026-11-18T08:15:01.000Z', content_type: 'text' },
      { type: 'user', content: 'Hi, I need help!', timestamp: '2026-11-18T08:15:02.000Z', content_type: 'text' },
    ])
    expect(data.conversation_paragraph).toBe('Bot (8:15:01 AM): Hello! How can we help?\nUser (8:15:02 AM): Hi, I need help!')
  })

  test.each([
    ['00:05:09', '12:05:09 AM'], ['11:59:59', '11:59:59 AM'], ['12:00:00', '12:00:00 PM'], ['13:01:02', '1:01:02 PM'],
  ])('%s UTC is told as %s', (time, told) => {
    const one = event('message.received', { data: {}, context: { history: [{ ...hello, at: `2024-03-23T${time}+00:00` }] } })
    expect(bodyOf('whatsable', one)).toMatchObject({ data: { conversation_paragraph: `User (${told}): Hello!` } })
  })

  test('a first message by somebody unknown: what is not known is null, and the message itself is the history', () => {
    const one = event('message.received', { data: { id: 'm1', type: 'image', content: null, created_at: at, attachment_url: null }, context: { contact: null, history: null, last_outbound: null } })
    expect(bodyOf('whatsable', one)).toEqual({
      event: 'incoming_message',
      data: {
        last_messages: '[{"type":"user","content":"","timestamp":"2009-02-13T23:31:30.500Z","content_type":"image"}]',
        conversation_paragraph: 'User (11:31:30 PM): ', phone_number: null, recipient_name: null, user_id: null,
        last_message_of_user: '', last_message_of_bot: null, message_type: 'image', user_timestamp: 1234567890, bot_timestamp: null, attachment_url: null,
      },
    })
  })

  test.each(['infinity', 'yesterday', null, 5])('a published message of %j is as old as its event', (created_at) => {
    expect(bodyOf('whatsable', event('message.received', { data: { created_at }, occurredAt: '2009-02-13T23:31:30.000Z' }))).toMatchObject({ data: { user_timestamp: 1234567890 } })
  })

  test('it has no signature of its own: `x-webhook-signature` signs the body', () => {
    const headers = headersOf('whatsable', incoming)
    expect(headers['x-webhook-signature']).toBe(`sha256=${hmac(renderBody('whatsable', incoming))}`)
    expect(Object.keys(headers).filter((name) => name.includes('whatsable'))).toEqual([])
  })
})

describe('libromi', () => {
  test('a message: type, data.contact.name and data.message.content, with an id and a time', () => {
    const body = bodyOf('libromi', sampleOf('message.received'))
    expect(Object.keys(body)).toEqual(['id', 'type', 'timestamp', 'data'])
    expect(body).toMatchObject({
      id: '01939f7e-7a00-7000-8000-000000000001', type: 'message.received', timestamp: '2025-10-08T18:15:00.123Z',
      data: { contact: { name: 'John Doe', phone: '+15555550123' }, message: { content: 'Hi, I need help!', type: 'text' }, conversation: { channel: 'whatsapp' } },
    })
  })

  test('contact.created and contact.updated: data.contact is the row, and its name', () => {
    expect(bodyOf('libromi', sampleOf('contact.created'))).toMatchObject({ type: 'contact.created', data: { contact: { name: 'John Doe', first_name: 'John', lifecycle: 'lead' } } })
    expect(bodyOf('libromi', sampleOf('contact.updated'))).toMatchObject({ type: 'contact.updated', data: { contact: { name: 'John Doe' } }, previous: { lifecycle: 'lead' } })
  })

  test('chatbot.triggered: which chatbot, in which conversation, with whom', () => {
    expect(bodyOf('libromi', sampleOf('chatbot.triggered'))).toMatchObject({
      type: 'chatbot.triggered', data: { chatbot: { name: 'Welcome' }, conversation: { channel: 'whatsapp' }, contact: { name: 'John Doe' }, chatbot_run: { status: 'running' } },
    })
  })

  test('x-libromi-signature is the hex HMAC of the body, and nothing before it', () => {
    const one = sampleOf('message.received')
    expect(headersOf('libromi', one)['x-libromi-signature']).toBe(hmac(renderBody('libromi', one)))
    expect(headersOf('libromi', one, [])).not.toHaveProperty('x-libromi-signature')
  })

  test('somebody unknown has a name of null, so that data.contact.name can be read', () => {
    expect(bodyOf('libromi', event('message.received', { data: { contact_id: null } }))).toMatchObject({ data: { contact: { id: null, name: null } } })
    expect(bodyOf('libromi', event('message.received', { data: { contact_id: 'c9' } }))).toMatchObject({ data: { contact: { id: 'c9', name: null } } })
  })
})

describe('caleida', () => {
  test('chat: a new conversation and its contact', () => {
    const body = bodyOf('caleida', sampleOf('conversation.created'))
    expect(Object.keys(body)).toEqual(['id', 'event', 'timestamp', 'data'])
    expect(body).toMatchObject({ event: 'chat', data: { ...eventType('conversation.created').sample.data, contact: { name: 'John Doe' } } })
  })

  test.each(['message.received', 'message.sent'])('message: %s, with its contact and its chat', (type) => {
    expect(bodyOf('caleida', sampleOf(type))).toMatchObject({ event: 'message', data: { ...eventType(type)!.sample.data, contact: { name: 'John Doe' }, chat: { channel: 'whatsapp' } } })
  })

  test.each(['summary', 'topic', 'key', 'conversation', 'sentiment'])('insight.%s has the insight, and the chat that it is about', (kind) => {
    expect(bodyOf('caleida', sampleOf(`insight.${kind}`))).toMatchObject({ event: `insight.${kind}`, data: { kind, content: {}, chat: { status: 'open' } } })
  })

  test('the secret is sent with the call; a webhook without one sends none', () => {
    expect(headersOf('caleida', sampleOf('conversation.created'))['x-caleida-secret']).toBe('correct-horse-battery')
    expect(headersOf('caleida', sampleOf('conversation.created'), [])).not.toHaveProperty('x-caleida-secret')
  })
})
