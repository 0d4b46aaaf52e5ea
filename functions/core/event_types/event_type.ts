import { z } from 'zod'

/** One kind of event: what the picker says, what receivers may rely on, and what the Test button sends. */
export type EventType<Name extends string = string> = {
  name: Name
  category: 'contact' | 'deal' | 'conversation' | 'message' | 'broadcast' | 'meeting' | 'chatbot' | 'insight' | 'webhook'
  /** inbound: data entered the app. outbound: the app or its people did something. */
  direction: 'inbound' | 'outbound'
  /** One plain sentence. */
  description: string
  /** Shape of `data`, with what each field means. Columns that are added later may be there as well. */
  schema: z.ZodType<object>
  /** Whether the body has `previous`, the old values of the changed columns, when an update fired it. */
  previous: boolean
  sample: Sample
  source: 'app' | 'tablehook'
  /** Grows by one with each change of the schema. Absent means 1. */
  version?: number
}

/** What the Test button sends. The row is as `row_to_json` renders it, in UTC; `context` is what formats say besides it. */
export type Sample = { data: Record<string, unknown>; previous?: Record<string, unknown>; context?: Record<string, unknown> }

/** Keeps the names as literal types, so that `EventTypeName` is the union of them. */
export function eventTypes<const Name extends string>(...types: EventType<Name>[]): EventType<Name>[] {
  return types
}

// Columns, as row_to_json renders them. Any uuid will do, not only the versions of RFC 9562: Postgres takes them all.
export const id = z.guid()
export const reference = z.guid().nullable()
export const text = z.string()
export const optionalText = z.string().nullable()
export const moment = z.iso.datetime({ offset: true })
export const channel = z.enum(['whatsapp', 'sms', 'email', 'web'])

export const updatedAt = moment.describe('When it last changed.')

/** The id of another row. Where that is deleted, the database empties the reference. */
export function referenceTo(what: string) {
  return reference.describe(`${what} Null when there is none, or it was deleted.`)
}

/** The row of a table, which is one `what`. Open: a column added to the table is no breach of the contract. */
export function row<Shape extends z.ZodRawShape>(what: string, shape: Shape) {
  return z.looseObject({
    id: id.describe(`Which ${what} it is: the same in all its events.`),
    organization_id: id.describe('The organization that it belongs to.'),
    ...shape,
    created_at: moment.describe('When it was created.'),
  })
}

/** One cast of people and things, so that the samples tell one story. */
export const sampleIds = {
  organization: '5b0f6f0e-7a52-4c1e-9d43-2f8f1f6f3a10',
  contact: 'b3f1c1de-52a4-4f5e-8a3b-0c9d6a7e4f21',
  deal: '0f5a1d8c-6f0b-4b57-9f0e-6f2a9c1b7d32',
  conversation: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  broadcast: 'a8098c1a-f86e-41da-bd1a-00112444be1e',
  message: '16fd2706-8baf-433b-82eb-8c7fada847da',
  meeting: '886313e1-3b8a-4372-9b90-0c9aee199e5d',
  chatbot: '3d813cbb-47fb-42ba-91df-831e1593ac29',
  chatbotRun: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  insight: '6fa459ea-ee8a-4ca4-894e-db77e160355e',
  webhook: '9b2d7c54-1e0a-4b8f-8d27-5c1f0a6e3b43',
  ada: 'c2a1e0d4-9b8f-4e6a-a3d7-1f5b8c4e2d60',
  ben: 'd4b2f1e5-0c9a-4f7b-b4e8-2a6c9d5f3e71',
} as const
