// Deliveries as the engine would have left them, for tests of the screens that read them.
import { createHash, randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import type { Organization } from './browser.ts'

export type DeliveryRow = {
  state?: 'pending' | 'sending' | 'succeeded' | 'failed' | 'cancelled'
  event_type?: string
  /** Default: `minutesAgo`, or now. */
  created_at?: string
  minutesAgo?: number
  is_test?: boolean
  resent_at?: string
  /** One per attempt, oldest first. */
  attempts?: Attempt[]
  /** JSON text of the event. */
  data?: string
}
type Attempt = { status?: number; error?: string; body?: string; headers?: Record<string, string>; ms?: number; bytes?: number }

const minute = 60_000
const ago = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString()
const FAR_AWAY = new Date(Date.now() + 60 * minute).toISOString()

/** As webhooks.delivery_id() makes it. */
const deliveryId = (eventId: string, webhookId: string) => eventId.slice(0, 23) + '-' + createHash('md5').update(eventId + webhookId).digest('hex').slice(0, 12)

/** Adds deliveries with their events and attempts. Open ones are due in an hour, so that no dispatcher takes them. Answers with their ids. */
export async function addDeliveries(sql: Sql, { id: organization_id }: Organization, webhook_id: string, rows: DeliveryRow[]): Promise<string[]> {
  const full = rows.map(({ state = 'succeeded', event_type = 'contact.created', minutesAgo = 0, attempts = defaultAttempts(state), data = '{"id":"1","first_name":"Ada"}', is_test = false, resent_at = null, created_at }) => {
    const at = created_at ?? ago(minutesAgo)
    const open = state === 'pending' || state === 'sending'
    const last = attempts.at(-1)
    const event_id = randomUUID()
    const delivery = {
      id: deliveryId(event_id, webhook_id), organization_id, webhook_id, event_id, event_type, format: 'standard', state, due_at: open ? FAR_AWAY : null,
      leased_until: state === 'sending' ? FAR_AWAY : null, attempt_count: attempts.length, claim_count: attempts.length, round_started_at_attempt: 0, is_test, resent_at, created_at: at, finished_at: open ? null : at,
      last_attempt_at: last ? at : null, last_status_code: last?.status ?? null, last_error_code: last ? errorOf(last) : null, last_duration_ms: last ? (last.ms ?? 120) : null,
    }
    const event = { id: delivery.event_id, organization_id, type: event_type, occurred_at: at, data }
    const logs = attempts.map((attempt, index) => ({
      id: randomUUID(), organization_id, webhook_id, delivery_id: delivery.id, event_id: delivery.event_id, event_type, attempt: index + 1,
      status_code: attempt.status ?? null, error_code: errorOf(attempt), response_headers: attempt.headers ?? (attempt.status ? { 'content-type': 'application/json' } : null),
      response_body: attempt.body ?? null, response_bytes: attempt.bytes ?? attempt.body?.length ?? 0, duration_ms: attempt.ms ?? 120, is_test, superseded: false,
      created_at: new Date(Date.parse(at) + index * 1_000).toISOString(),
    }))
    return { delivery, event, logs }
  })
  const insert = async (table: string, values: Record<string, unknown>[]) => {
    if (values.length === 0) return
    const columns = Object.keys(values[0]!).join(', ')
    await sql.unsafe(`insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`, [values as never])
  }
  await insert('webhooks.events', full.map(({ event }) => event))
  await insert('webhooks.deliveries', full.map(({ delivery }) => delivery))
  await insert('public.webhook_logs', full.flatMap(({ logs }) => logs))
  return full.map(({ delivery }) => delivery.id)
}

function defaultAttempts(state: NonNullable<DeliveryRow['state']>): Attempt[] {
  if (state === 'succeeded') return [{ status: 200, body: '{"ok":true}' }]
  return state === 'failed' ? [{ status: 500, body: '{"error":"first"}' }, { status: 500, body: '{"error":"second"}' }] : []
}

function errorOf({ status, error }: Attempt): string | null {
  return error ?? (status !== undefined && status >= 200 && status < 300 ? null : 'http_error')
}

/** What the record would have counted of them, for the overview. */
export async function addCounts(sql: Sql, { id: organization_id }: Organization, webhook_id: string, rows: { event_type?: string; answer: string; attempts: number; succeeded?: number; failed?: number; hoursAgo?: number }[]): Promise<void> {
  for (const { event_type = 'contact.created', answer, attempts, succeeded = 0, failed = 0, hoursAgo = 0 } of rows) {
    await sql`
      insert into webhooks.hourly_counts (organization_id, webhook_id, hour, event_type, answer, attempts, succeeded, failed)
      values (${organization_id}, ${webhook_id}, date_trunc('hour', now() - make_interval(hours => ${hoursAgo}), 'UTC'), ${event_type}, ${answer}, ${attempts}, ${succeeded}, ${failed})`
  }
}
