// What goes into the API and what comes out. The names are those of docs/api.md.
import type { EventName } from './event.ts'

/** An event type of the catalog, or of a table of yours; `*` for all. */
export type EventFilter = EventName | '*' | (string & {})
/** ISO 8601 with a zone, or a Date. */
export type Moment = string | Date
export type WebhookFormat = 'standard' | 'standard-webhooks' | 'cloudevents' | (string & {})
export type RetryPolicy = 'standard' | 'three' | 'none'

/** A webhook, as every member of its organization may read it. */
export interface Webhook {
  id: string
  organization_id: string
  name: string
  description: string | null
  url: string
  events: string[]
  is_active: boolean
  format: WebhookFormat
  /** A jsonpath over `{new, old, changed}`. */
  filter: string | null
  /** Names of the custom headers; their values are shown to nobody. */
  header_names: string[]
  timeout_ms: number
  retry_policy: RetryPolicy
  rate_limit: number | null
  max_concurrency: number | null
  ordered: boolean
  /** The last four characters of the signing secret. Null: requests are not signed. */
  secret_hint: string | null
  /** `by_hand`, `gone` or `failing`; null while it is on. */
  disabled_reason: string | null
  disabled_at: string | null
  consecutive_failures: number
  failing_since: string | null
  created_by: string | null
  created_at: string
  updated_at: string
}

export interface CreateWebhook {
  url: string
  events: readonly EventFilter[]
  /** Unique in the organization. Made from the host of the URL when absent. */
  name?: string
  /** Not needed with an API key, which belongs to one organization. */
  organization_id?: string
  /** Made for you when absent; null: requests are not signed. */
  secret?: string | null
  description?: string | null
  is_active?: boolean
  format?: WebhookFormat
  filter?: string | null
  headers?: Record<string, string>
  timeout_ms?: number
  retry_policy?: RetryPolicy
  rate_limit?: number | null
  max_concurrency?: number | null
  ordered?: boolean
}

/** What is absent stays. A header set to null is removed. */
export type UpdateWebhook = Partial<Omit<CreateWebhook, 'organization_id' | 'secret' | 'headers'>> & {
  headers?: Record<string, string | null>
  /** The `updated_at` that the change was made from: refused with `changed_meanwhile` when somebody was faster. */
  expected_updated_at?: Moment
}

/** A signing secret, and until when the one before it still signs as well. */
export interface Secret {
  secret: string
  old_secret_expires_at: string | null
}

/** A test: what was sent and what came back. */
export interface TestAnswer {
  delivery_id: string
  event_id: string
  event_type: string
  ok: boolean
  status_code: number | null
  error_code: string | null
  error_detail: string | null
  headers: Record<string, string> | null
  body: string | null
  duration_ms: number
  request: { url: string; headers: Record<string, string>; body: string }
}

export interface Resent {
  queued: number
  delivery_ids: string[]
  skipped: { delivered: number; sending: number; not_found: number }
}

export interface Replay {
  from: Moment
  to?: Moment
  /** Only failed ones when absent. */
  states?: ReadonlyArray<'failed' | 'succeeded' | 'cancelled'>
  event_types?: readonly EventFilter[]
}

export interface Replayed {
  dry_run: boolean
  total: number
  replay_id?: string
}

/** What deliveries can be asked for by: `retrying` and `waiting` are both `pending`, with and without an attempt. */
export type DeliveryFilterState = 'succeeded' | 'retrying' | 'failed' | 'waiting' | 'sending' | 'cancelled'

export interface DeliveryFilter {
  webhook_id?: string
  /** All of your organizations when absent. */
  organization_id?: string
  state?: DeliveryFilterState | readonly DeliveryFilterState[]
  /** Names, or a beginning with `.*` after it: `deal.*`. */
  event_type?: string | readonly string[]
  from?: Moment
  to?: Moment
  /** Also those of the Test button. */
  tests?: boolean
}

/** One event promised to one webhook. */
export interface Delivery {
  id: string
  organization_id: string
  webhook_id: string
  event_id: string
  event_type: string
  state: 'pending' | 'sending' | 'succeeded' | 'failed' | 'cancelled'
  attempt_count: number
  max_attempts: number
  is_test: boolean
  next_attempt_at: string | null
  last_attempt_at: string | null
  last_status_code: number | null
  last_error_code: string | null
  last_duration_ms: number | null
  resent_at: string | null
  replay_id: string | null
  created_at: string
  finished_at: string | null
}

/** One HTTP request of a delivery. */
export interface Attempt {
  id: string
  attempt: number
  status_code: number | null
  error_code: string | null
  error_detail: string | null
  response_headers: Record<string, string> | null
  response_body: string | null
  response_bytes: number
  duration_ms: number
  superseded: boolean
  created_at: string
}

/** A delivery with its event and its attempts, the newest first. */
export interface DeliveryDetail {
  delivery: Delivery & { format: WebhookFormat }
  /** Null when the webhook was deleted. */
  webhook: Pick<Webhook, 'id' | 'name' | 'url' | 'is_active' | 'timeout_ms' | 'retry_policy'> | null
  /** `data` and `previous` are JSON text, exactly as captured; null for those who may not read them. */
  event: { id: string; type: string; occurred_at: string; data: string | null; previous: string | null } | null
  attempts: Attempt[]
}

/** An attempt with the delivery that it is of. */
export interface LoggedAttempt extends Pick<Attempt, 'id' | 'attempt' | 'status_code' | 'error_code' | 'error_detail' | 'duration_ms' | 'superseded' | 'created_at'> {
  delivery_id: string
  webhook_id: string
  event_id: string
  event_type: string
  is_test: boolean
  /** Of the delivery, now. */
  state: Delivery['state']
}

/** A row of the catalog. */
export interface EventType {
  name: string
  category: string
  direction: 'inbound' | 'outbound'
  description: string
  /** JSON Schema 2020-12 of `data`: what each field may be, and what it means. */
  schema: Record<string, unknown>
  sample: { data?: Record<string, unknown>; previous?: Record<string, unknown> }
  /** `app`, `tablehook`, or `attached` for a table of yours. */
  source: string
  version: number
}

/** Who calls: `key` is null for a user. */
export interface WhoAmI {
  organization: { id: string; name: string }
  key: { id: string; name: string; scopes: Array<'read' | 'write' | 'secrets'> } | null
}
