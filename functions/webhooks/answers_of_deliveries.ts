// What the API tells of deliveries, of event types and of listeners, for the OpenAPI document.
import { z } from 'zod'

const id = z.guid()
const moment = z.iso.datetime({ offset: true })
const named = <Schema extends z.ZodType>(name: string, schema: Schema) => schema.meta({ id: name })
const cursor = z.string().nullable().describe('Pass it as `cursor` for the next page; null: that was all.')

const states = z.enum(['pending', 'sending', 'succeeded', 'failed', 'cancelled'])
export const delivery = named('Delivery', z.object({
  id,
  organization_id: id,
  webhook_id: id,
  event_id: id,
  event_type: z.string(),
  state: states,
  attempt_count: z.int(),
  max_attempts: z.int(),
  is_test: z.boolean(),
  resent_at: moment.nullable(),
  replay_id: id.nullable(),
  on_resend: z.boolean().describe('It succeeded after it was sent again by hand.'),
  next_attempt_at: moment.nullable(),
  last_attempt_at: moment.nullable(),
  last_status_code: z.int().nullable(),
  last_error_code: z.string().nullable(),
  last_duration_ms: z.number().nullable(),
  created_at: moment,
  finished_at: moment.nullable(),
}))
export const deliveriesAnswer = named('DeliveriesAnswer', z.object({ deliveries: z.array(delivery), next_cursor: cursor }))

const attempt = z.object({
  id,
  attempt: z.int(),
  status_code: z.int().nullable(),
  error_code: z.string().nullable(),
  error_detail: z.string().nullable(),
  duration_ms: z.number().nullable(),
  superseded: z.boolean().describe('Its outcome came too late: another attempt had been made meanwhile.'),
  created_at: moment,
})
export const deliveryAnswer = named('DeliveryAnswer', z.object({
  delivery: delivery.extend({ format: z.string(), is_shaped: z.boolean() }),
  webhook: z.object({ id, name: z.string(), url: z.string(), is_active: z.boolean(), timeout_ms: z.int(), retry_policy: z.string() }).nullable().describe('Null when it was deleted.'),
  event: z.object({
    id,
    type: z.string(),
    occurred_at: moment,
    data: z.string().nullable().describe('JSON text; null for callers who may not read bodies.'),
    previous: z.string().nullable(),
    context: z.string().nullable(),
  }).nullable(),
  attempts: z.array(attempt.extend({
    response_headers: z.record(z.string(), z.string()).nullable(), response_body: z.string().nullable(), response_bytes: z.int().nullable(),
  })).describe('Newest first, at most 100.'),
}))
export const attemptsAnswer = named('AttemptsAnswer', z.object({
  attempts: z.array(attempt.extend({
    delivery_id: id, webhook_id: id, event_id: id, event_type: z.string(), is_test: z.boolean(), state: states.nullable().describe('Of the delivery.'),
  })),
  next_cursor: cursor,
}))

export const catalogEntry = named('EventType', z.object({
  name: z.string(),
  category: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  description: z.string(),
  schema: z.record(z.string(), z.unknown()).describe('JSON Schema (2020-12) of `data`: what each field may be, and what it means.'),
  sample: z.record(z.string(), z.unknown()).describe('{data, previous?}: what the Test button sends.'),
  source: z.string(),
  version: z.int(),
  created_at: moment,
}))
export const catalogAnswer = named('EventTypesAnswer', z.object({ event_types: z.array(catalogEntry) }))
export const catalogEntryAnswer = named('EventTypeAnswer', z.object({ event_type: catalogEntry }))

export const listenerAnswer = named('ListenerAnswer', z.object({
  listener: z.object({ id, organization_id: id, token: z.string().describe('The address is /webhooks/listen/{token}.'), expires_at: moment }),
}))
export const heldRequestsAnswer = named('HeldRequestsAnswer', z.object({
  requests: z.array(z.object({
    position: z.string(), received_at: moment, headers: z.record(z.string(), z.string()), body: z.string().nullable(), event_type: z.string().nullable(),
  })),
}))
