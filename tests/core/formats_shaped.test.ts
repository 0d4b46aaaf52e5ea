// A webhook that sends less of each event sends less in every format: what is left out must not come back from the context.
import { describe, expect, test } from 'vitest'
import { renderBody, type EventToSend } from '../../functions/core/envelope.ts'
import { eventType } from '../../functions/core/event_types.ts'
import type { Shape } from '../../functions/core/payload/shape.ts'
import { shapeEvent } from '../../functions/core/payload/shape_event.ts'

const { data, context } = eventType('message.received').sample
const event: EventToSend = {
  id: 'e', type: 'message.received', occurredAt: '2026-11-21T09:30:00.000Z', organizationId: 'o', data: JSON.stringify(data), previous: null, context: JSON.stringify(context),
}
async function shaped(shape: Shape): Promise<EventToSend> {
  const result = await shapeEvent(event, shape, 'k', async () => ({ ok: true, output: '{"told":"this"}' }), async () => [])
  if (!result.ok) throw new Error(result.sentence)
  return result.event
}

describe.each(['nativemsg', 'whatsable', 'libromi', 'caleida'] as const)('%s', (format) => {
  test.each<[string, Shape, string[]]>([
    ['a field of the contact', { excluded_fields: ['phone', 'last_name', 'email'] }, ['5555550123', 'Doe', '@example.com']],
    ['a field of the contact, by its place', { excluded_fields: ['contact.phone', 'contact.last_name'] }, ['5555550123', 'Doe']],
    ['what was said', { excluded_fields: ['content'] }, ['Hi, I need help!', 'How can we help?']],
    ['the contact and the messages before', { excluded_fields: ['contact', 'history', 'last_outbound'] }, ['John', 'How can we help?']],
    ['all that is not named', { included_fields: ['id', 'content'] }, ['John', '5555550123', 'How can we help?']],
    ['all but the id', { thin: true }, ['John', 'Hi, I need help!', 'How can we help?']],
    ['what a transformation does not tell', { transformation: '{"told": "this"}' }, ['John', 'Hi, I need help!', 'How can we help?']],
  ])('leaves out %s', async (_, shape, gone) => {
    const body = renderBody(format, await shaped(shape))
    for (const text of gone) expect(body).not.toContain(text)
    expect(JSON.parse(body)).toBeTypeOf('object')
  })

  test('and says the rest', async () => {
    expect(renderBody(format, await shaped({ excluded_fields: ['phone'] }))).toContain(format === 'nativemsg' ? 'John Doe' : 'John')
  })
})
