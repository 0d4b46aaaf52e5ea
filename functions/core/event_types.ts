// The one registry of event types. The catalog in the database is generated from it: npm run gen:catalog.
import { z } from 'zod'
import { broadcastEvents } from './event_types/broadcast.ts'
import { chatbotEvents } from './event_types/chatbot.ts'
import { contactEvents } from './event_types/contact.ts'
import { conversationEvents } from './event_types/conversation.ts'
import { dealEvents } from './event_types/deal.ts'
import type { EventType, Sample } from './event_types/event_type.ts'
import { insightEvents } from './event_types/insight.ts'
import { meetingEvents } from './event_types/meeting.ts'
import { messageEvents } from './event_types/message.ts'
import { webhookEvents } from './event_types/webhook.ts'

export type { EventType, Sample } from './event_types/event_type.ts'

const registry = [
  ...contactEvents, ...dealEvents, ...conversationEvents, ...messageEvents, ...broadcastEvents, ...meetingEvents, ...chatbotEvents,
  ...insightEvents, ...webhookEvents,
]

export type EventTypeName = (typeof registry)[number]['name']

/** Every event type, in the order of the picker. */
export const EVENT_TYPES: readonly EventType<EventTypeName>[] = registry

const byName = new Map<string, EventType<EventTypeName>>(EVENT_TYPES.map((type) => [type.name, type]))

/** The event type of that name; undefined for types that an app has added to its own catalog. */
export function eventType(name: EventTypeName): EventType<EventTypeName>
export function eventType(name: string): EventType<EventTypeName> | undefined
export function eventType(name: string): EventType<EventTypeName> | undefined {
  return byName.get(name)
}

/** A row of `webhook_event_types`. `schema` is JSON Schema 2020-12 of `data`. */
export type CatalogRow = Pick<EventType, 'name' | 'category' | 'direction' | 'description' | 'source'> & {
  schema: Record<string, unknown>
  sample: Sample
  version: number
}

/** The event type as the catalog stores it. */
export function toCatalogRow({ name, category, direction, description, schema, sample, source, version = 1 }: EventType): CatalogRow {
  return { name, category, direction, description, schema: jsonSchema(schema), sample, source, version }
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    override: ({ jsonSchema: node }) => {
      // `format` says the same to people and validators; the pattern of a date is 300 characters of noise.
      if (node.format !== undefined) delete node.pattern
    },
  })
}
