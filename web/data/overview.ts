import * as z from 'zod/mini'
import { call } from './request.ts'
import { isUuid } from './webhooks.ts'

export const RANGES = ['24h', '7d', '30d'] as const
export type Range = (typeof RANGES)[number]

const overview = z.object({
  from: z.string(),
  to: z.string(),
  bucket: z.enum(['hour', 'day']),
  delivered: z.number(),
  failed: z.number(),
  attempts: z.number(),
  /** Open deliveries, and those among them that failed before; both counted up to 1,000. */
  waiting: z.number(),
  retrying: z.number(),
  next_retry_at: z.nullable(z.string()),
  median_ms: z.nullable(z.number()),
  p95_ms: z.nullable(z.number()),
  buckets: z.array(z.object({ at: z.string(), succeeded: z.number(), failed: z.number(), attempts: z.number() })),
  by_event: z.array(z.object({ event_type: z.string(), attempts: z.number(), succeeded: z.number(), failed: z.number() })),
  /** `answer`: a status code as text, or an error code when no status arrived. */
  by_answer: z.array(z.object({ answer: z.string(), attempts: z.number() })),
  recent_failures: z.array(z.object({
    delivery_id: z.string(), event_type: z.string(), status_code: z.nullable(z.number()), error_code: z.nullable(z.string()),
    at: z.string(), attempt: z.number(), max_attempts: z.number(), state: z.string(), next_attempt_at: z.nullable(z.string()),
  })),
  missed: z.number(),
  secret_overlap_until: z.nullable(z.string()),
})
/** The numbers of one webhook over a range. */
export type Overview = z.output<typeof overview>

/** Null when the webhook does not exist, or is another organization's. */
export async function getOverview(webhookId: string, range: Range): Promise<Overview | null> {
  if (!isUuid(webhookId)) return null
  return call(z.nullable(overview), 'webhook_overview', { webhook_id: webhookId, range })
}
