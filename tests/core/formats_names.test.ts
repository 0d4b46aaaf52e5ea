// What holds for all formats of other products: names, every type of the catalog, and any data that an app may send.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderBody, type EventToSend, type Format } from '../../functions/core/envelope.ts'
import { EVENT_TYPES } from '../../functions/core/event_types.ts'
import { eventTypesOf, FORMAT_NAMES, formatRules, sentName } from '../../functions/core/formats/index.ts'

const products = ['nativemsg', 'whatsable', 'libromi', 'caleida'] as const satisfies readonly Format[]
const types = EVENT_TYPES.map(({ name }) => name)
const eventOf = (type: string, facts: Partial<EventToSend> = {}): EventToSend =>
  ({ id: 'e', type, occurredAt: '2026-11-21T09:30:00.000Z', organizationId: 'o', data: '{}', previous: null, context: null, ...facts })
const named = (body: string) => {
  const { event, type } = JSON.parse(body) as { event?: unknown; type?: unknown }
  return event ?? type
}

test.each<[Format, string, string]>([
  ['nativemsg', 'contact.created', 'user.created'], ['nativemsg', 'message.received', 'message.received'], ['nativemsg', 'message.sent', 'message.sent'],
  ['whatsable', 'message.received', 'incoming_message'], ['whatsable', 'message.read', 'message_status'], ['whatsable', 'contact.created', 'contact.created'],
  ['libromi', 'chatbot.triggered', 'chatbot.triggered'],
  ['caleida', 'conversation.created', 'chat'], ['caleida', 'message.received', 'message'], ['caleida', 'message.sent', 'message'], ['caleida', 'insight.key', 'insight.key'],
  // Sent besides message.received: under the same name it would be the same message twice.
  ['whatsable', 'broadcast.response', 'broadcast.response'], ['caleida', 'broadcast.response', 'broadcast.response'],
  ['standard', 'contact.created', 'contact.created'],
  // Names that an object has by birth.
  ['whatsable', 'constructor', 'constructor'], ['nativemsg', '__proto__', '__proto__'],
])('in %s, %s is called %s', (format, type, name) => {
  expect(sentName(format, type)).toBe(name)
  expect(named(renderBody(format, eventOf(type)))).toBe(format === 'standard-webhooks' ? undefined : name)
})

test.each<[Format, string[], string[]]>([
  ['whatsable', ['message_status', 'incoming_message'], ['message.sent', 'message.delivered', 'message.read', 'message.failed', 'message.received']],
  ['whatsable', ['message_status', 'message.read'], ['message.sent', 'message.delivered', 'message.read', 'message.failed']],
  ['caleida', ['chat', 'message', 'insight.topic'], ['conversation.created', 'message.received', 'message.sent', 'insight.topic']],
  ['nativemsg', ['user.created', 'contact.updated', '*'], ['contact.created', 'contact.updated', '*']],
  ['libromi', ['message.received', 'contact.created'], ['message.received', 'contact.created']],
  ['standard', ['user.created'], ['user.created']],
])('in %s, the list %j means %j', (format, wanted, meant) => expect(eventTypesOf(format, wanted)).toEqual(meant))

describe.each(products)('%s', (format) => {
  test('renames only types that exist', () => {
    expect(Object.keys(formatRules(format).names ?? {}).filter((type) => !types.includes(type as never))).toEqual([])
  })

  test.each(EVENT_TYPES.map((type) => [type.name, type] as const))('writes %s with all of its row, or as the product does', (type, { sample }) => {
    const body = renderBody(format, eventOf(type, {
      data: JSON.stringify(sample.data), previous: sample.previous ? JSON.stringify(sample.previous) : null, context: sample.context ? JSON.stringify(sample.context) : null,
    }))
    expect(named(body)).toBe(sentName(format, type))
    const isShort = format === 'whatsable' && sentName(format, type) !== type
    if (!isShort) for (const [column, value] of Object.entries(sample.data)) expect(body).toContain(`${JSON.stringify(column)}:${JSON.stringify(value)}`)
    if (!isShort && sample.previous) expect(JSON.parse(body)).toHaveProperty('previous', sample.previous)
  })

  // Libromi's receivers sign JSON.stringify(req.body); nativeMsg's do the same without one key.
  test('is written as JSON.stringify writes what JSON.parse reads, for any data', () => {
    const object = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('2', '1', '__proto__', 'type', 'content', 'created_at', 'contact', 'id', 'history', 'last_outbound', 'chatbot', 'at')), fc.jsonValue()).map((value) => JSON.stringify(value))
    fc.assert(fc.property(fc.constantFrom(...types, 'order.created', 'constructor'), object, fc.option(object), fc.option(object), (type, data, previous, context) => {
      const body = renderBody(format, eventOf(type, { data, previous, context }))
      expect(JSON.stringify(JSON.parse(body))).toBe(body)
      expect(named(body)).toBe(sentName(format, type))
    }))
  })

  test('… and for numbers that JavaScript writes otherwise', () => {
    const body = renderBody(format, eventOf('order.created', { data: '{"value":120.50,"big":12345678901234567890,"huge":1e400,"zero":-0}' }))
    expect(JSON.stringify(JSON.parse(body))).toBe(body)
  })

  test('says the same every time it is asked', () => {
    for (const { name, sample } of EVENT_TYPES) {
      const event = eventOf(name, { data: JSON.stringify(sample.data), context: JSON.stringify(sample.context ?? null) })
      expect(renderBody(format, event)).toBe(renderBody(format, { ...event }))
    }
  })
})

test('these four and ours are all formats', () => {
  expect([...FORMAT_NAMES].sort()).toEqual([...products, 'standard', 'standard-webhooks', 'cloudevents'].sort())
})
