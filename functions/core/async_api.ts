// AsyncAPI 3 of the events, made of the registry of event types. Pure: the same registry, the same document.
import { z } from 'zod'
import { renderBody } from './formats/index.ts'
import { EVENT_TYPES, type EventType } from './event_types.ts'
import { sampleIds } from './event_types/event_type.ts'
import { VERSION } from './version.ts'

type Json = Record<string, unknown>

const EXAMPLE_ID = '01a1fd8a-38ad-7e18-9fc3-5345b9a03509'
const EXAMPLE_TIME = '2026-11-21T09:30:00.000Z'

/** The document: one channel, which is the URL of a webhook, and one message for each event type. Bodies are those of the format `standard`. */
export function asyncApi(): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tablehook events',
      version: VERSION,
      description: 'What webhooks send: a POST for each event, signed, retried, at least once. The bodies are those of the format standard; a webhook may choose another.',
    },
    defaultContentType: 'application/json',
    channels: {
      webhook: {
        title: 'The URL of a webhook',
        description: 'Chosen by whoever made the webhook. It answers 2xx; 410 turns the webhook off.',
        address: null,
        messages: Object.fromEntries(EVENT_TYPES.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      deliver: {
        action: 'send',
        title: 'Deliver an event',
        channel: { $ref: '#/channels/webhook' },
        bindings: { http: { method: 'POST' } },
      },
    },
    components: {
      messages: Object.fromEntries(EVENT_TYPES.map((type) => [type.name, message(type)])),
      schemas: { Headers: headers },
    },
  }
}

function message({ name, description, category, direction, schema, previous, sample }: EventType): Json {
  const body = renderBody('standard', {
    id: EXAMPLE_ID, type: name, occurredAt: EXAMPLE_TIME, organizationId: sampleIds.organization, data: JSON.stringify(sample.data),
    previous: sample.previous === undefined ? null : JSON.stringify(sample.previous), context: null,
  })
  return {
    name,
    title: name,
    summary: description,
    tags: [{ name: category }, { name: direction }],
    headers: { $ref: '#/components/schemas/Headers' },
    payload: {
      type: 'object',
      properties: {
        id: { type: 'string', description: 'Of the event. Also the header webhook-id: the same at every attempt.' },
        event: { const: name },
        timestamp: { type: 'string', format: 'date-time', description: 'When it happened.' },
        data: draft7(schema),
        ...(previous ? { previous: { type: 'object', description: 'The old values of the changed columns, when an update caused it.' } } : {}),
      },
      required: ['id', 'event', 'timestamp', 'data'],
    },
    examples: [{ name: 'sample', payload: JSON.parse(body) as Json }],
  }
}

const text = (description: string) => ({ type: 'string', description })
const headers = {
  type: 'object',
  properties: {
    'webhook-id': text('The id of the event: what was received twice is told by it.'),
    'webhook-timestamp': text('Unix seconds of this attempt.'),
    'webhook-signature': text('Standard Webhooks: v1,<base64> for each live secret. Absent when requests are not signed.'),
    'x-webhook-event': text('The event type.'),
    'x-webhook-timestamp': text('ISO 8601, of this attempt.'),
    'x-webhook-attempt': text('1 for the first.'),
    'x-webhook-signature': text('sha256=<hex> of the body. Absent when requests are not signed.'),
    'user-agent': text('Tablehook/<version>'),
  },
  required: ['webhook-id', 'webhook-timestamp', 'x-webhook-event', 'x-webhook-timestamp', 'x-webhook-attempt', 'user-agent'],
}

/** AsyncAPI reads draft 7 where nothing else is said. */
function draft7(schema: z.ZodType): Json {
  const { $schema: _, ...written } = z.toJSONSchema(schema, {
    target: 'draft-7',
    override: ({ jsonSchema: node }) => { if (node.format !== undefined) delete node.pattern },
  }) as Json
  return written
}
