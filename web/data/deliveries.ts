import * as z from 'zod/mini'
import { call } from './request.ts'
import { isUuid } from './webhooks.ts'

const row = z.object({
  id: z.string(),
  organization_id: z.string(),
  webhook_id: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  state: z.enum(['pending', 'sending', 'succeeded', 'failed', 'cancelled']),
  attempt_count: z.number(),
  is_test: z.boolean(),
  resent_at: z.nullable(z.string()),
  replay_id: z.nullable(z.string()),
  next_attempt_at: z.nullable(z.string()),
  last_attempt_at: z.nullable(z.string()),
  last_status_code: z.nullable(z.number()),
  last_error_code: z.nullable(z.string()),
  last_duration_ms: z.nullable(z.number()),
  created_at: z.string(),
  finished_at: z.nullable(z.string()),
  max_attempts: z.number(),
  on_resend: z.boolean(),
})
/** One event promised to one webhook. */
export type Delivery = z.output<typeof row>

export const DELIVERY_STATUSES = ['succeeded', 'retrying', 'failed', 'waiting', 'sending', 'cancelled'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** What the screen calls the state of a delivery. */
export function deliveryStatus({ state, attempt_count }: Pick<Delivery, 'state' | 'attempt_count'>): DeliveryStatus {
  if (state === 'pending') return attempt_count > 0 ? 'retrying' : 'waiting'
  return state
}

export const ANSWERS = ['2xx', '3xx', '4xx', '5xx', 'none'] as const

/** Null: no filter. `event_types` may end in `.*`; `answers` are of `ANSWERS`, or one status or error code; `from_at` and `to_at` are ISO. */
export type DeliveryFilters = {
  states: DeliveryStatus[] | null
  event_types: string[] | null
  answers: string[] | null
  from_at: string | null
  to_at: string | null
  /** The id of an event or a delivery, whole. */
  search: string | null
  tests: boolean
}
export type Cursor = { before_created_at: string; before_id: string }
export const PAGE_SIZE = 50

const page = z.object({ rows: z.array(row), more: z.boolean() })
export type DeliveryPage = z.output<typeof page>

/** Newest first; `before` continues after the last row of the page before. */
export function pageOfDeliveries(webhookId: string, filters: DeliveryFilters, before: Cursor | null, pageSize = PAGE_SIZE): Promise<DeliveryPage> {
  return call(page, 'webhook_delivery_page', {
    webhook_id: webhookId, ...filters, before_created_at: before?.before_created_at ?? null, before_id: before?.before_id ?? null, page_size: pageSize,
  })
}

const attempt = z.object({
  id: z.union([z.string(), z.number()]),
  attempt: z.number(),
  status_code: z.nullable(z.number()),
  error_code: z.nullable(z.string()),
  error_detail: z.nullable(z.string()),
  response_headers: z.nullable(z.record(z.string(), z.string())),
  response_body: z.nullable(z.string()),
  /** How many bytes the receiver sent; more than `response_body` has when only the beginning is kept. */
  response_bytes: z.nullable(z.number()),
  duration_ms: z.nullable(z.number()),
  superseded: z.boolean(),
  created_at: z.string(),
})
export type Attempt = z.output<typeof attempt>

const detail = z.object({
  delivery: z.extend(row, {
    format: z.string(),
    /** The body is more than the event's text in its format: fields were left out, or a transformation ran. */
    is_shaped: z.boolean(),
  }),
  webhook: z.nullable(z.object({
    id: z.string(), name: z.string(), url: z.string(), is_active: z.boolean(), timeout_ms: z.number(), retry_policy: z.string(),
  })),
  /** Null when the event is not kept any more. */
  event: z.nullable(z.object({
    id: z.string(), type: z.string(), occurred_at: z.string(),
    /** JSON text as it is sent. Null without permission, or when it is not kept any more. */
    data: z.nullable(z.string()),
    previous: z.nullable(z.string()),
    context: z.nullable(z.string()),
  })),
  /** Newest first. */
  attempts: z.array(attempt),
  can_read_payload: z.boolean(),
  previous_id: z.nullable(z.string()),
  next_id: z.nullable(z.string()),
})
export type DeliveryDetail = z.output<typeof detail>

/** Null when it does not exist for this person. */
export async function getDelivery(id: string): Promise<DeliveryDetail | null> {
  if (!isUuid(id)) return null
  return call(z.nullable(detail), 'webhook_delivery', { delivery_id: id })
}

const resent = z.object({
  queued: z.number(),
  delivery_ids: z.array(z.string()),
  skipped: z.object({ delivered: z.number(), sending: z.number(), not_found: z.number() }),
})
export type Resent = z.output<typeof resent>

const cancelled = z.object({ cancelled: z.number() })
export type Cancelled = z.output<typeof cancelled>

/** Takes deliveries that wait out of the queue. */
export function cancel(webhookId: string, deliveryIds: string[]): Promise<Cancelled> {
  return call(cancelled, 'webhook_cancel', { webhook_id: webhookId, delivery_ids: deliveryIds })
}

/** Queues deliveries to be sent again; for a pending one it means "retry now". */
export function resend(webhookId: string, deliveryIds: string[], includeDelivered: boolean): Promise<Resent> {
  return call(resent, 'webhook_resend', { webhook_id: webhookId, delivery_ids: deliveryIds, include_delivered: includeDelivered })
}
