// Rows of the webhooks tables as the engine would have left them, for tests of what reads them.
import { randomUUID } from 'node:crypto'
import { acme, demoUsers, globex } from '../../local/demo_users.ts'
import type { FreshDatabase } from './database.ts'

export { acme, globex }
export const [acmeOwner, acmeAdmin, acmeMember, globexOwner] = demoUsers.map((user) => user.id) as [string, string, string, string]

type Row = Record<string, unknown>

/** The two demo organizations and their members, and nothing else. */
export async function addOrganizations({ sql }: FreshDatabase): Promise<void> {
  await sql`insert into public.organizations (id, name) values (${acme}, 'Acme'), (${globex}, 'Globex')`
  await sql`insert into public.organization_members ${sql(demoUsers.map(({ id, role, organization_id }) => ({ user_id: id, role, organization_id })))}`
}

/** A webhook of Acme that listens to everything. Answers with its id. */
export async function addWebhook({ sql }: FreshDatabase, row: Row = {}): Promise<string> {
  const id = randomUUID()
  await sql`insert into public.webhook_configurations ${sql({ id, organization_id: acme, name: id, url: 'https://example.com/', events: ['*'], ...row } as never)}`
  return id
}

/** A delivery that is waiting; `state` and the rest as given. Answers with its id. */
export async function addDelivery(db: FreshDatabase, webhook: string, row: Row = {}): Promise<string> {
  return (await addDeliveries(db, webhook, [row]))[0]!
}

/** Several deliveries in one statement. Due and finished times that the state needs and the row lacks are filled in. */
export async function addDeliveries(db: FreshDatabase, webhook: string, rows: Row[]): Promise<string[]> {
  const full = rows.map((row) => {
    const state = (row.state as string | undefined) ?? 'pending'
    const open = state === 'pending' || state === 'sending'
    const created_at = row.created_at ?? '2026-11-20T12:00:00Z'
    return {
      id: randomUUID(), organization_id: acme, webhook_id: webhook, event_id: randomUUID(), event_type: 'contact.created', format: 'standard', state,
      due_at: open ? created_at : null, leased_until: state === 'sending' ? row.due_at ?? created_at : null, attempt_count: 0, round_started_at_attempt: 0, is_test: false, resent_at: null,
      last_attempt_at: null, last_status_code: null, last_error_code: null, created_at, finished_at: open ? null : created_at,
      ...row,
    }
  })
  await insert(db, 'webhooks.deliveries', full)
  return full.map((row) => row.id)
}

/** One attempt in the log, answered 200 unless the row says otherwise. Answers with its id. */
export async function addAttempt(db: FreshDatabase, webhook: string, row: Row = {}): Promise<string> {
  const id = randomUUID()
  const full = {
    id, organization_id: acme, webhook_id: webhook, delivery_id: randomUUID(), event_id: randomUUID(), event_type: 'contact.created', attempt: 1,
    status_code: 200, error_code: null, response_bytes: 0, duration_ms: 100, is_test: false, superseded: false, created_at: '2026-11-20T12:00:00Z', ...row,
  }
  await insert(db, 'public.webhook_logs', [full])
  return id
}

/** What the record has counted for one hour, event type and answer. */
export async function addCount(db: FreshDatabase, webhook: string, row: Row): Promise<void> {
  const full = { organization_id: acme, webhook_id: webhook, event_type: 'contact.created', answer: '200', attempts: 1, succeeded: 0, failed: 0, ...row }
  await insert(db, 'webhooks.hourly_counts', [full])
}

/** As JSON, like a request over REST: the driver would turn timestamps into Dates, and cut their microseconds off. */
async function insert({ sql }: FreshDatabase, table: string, rows: Row[]): Promise<void> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].join(', ')
  await sql.unsafe(`insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`, [rows as never])
}

/** Calls a function of `public` as a user, or as anon for null, and answers with what it answers. Times are text, as over REST. */
export async function call<Answer>(db: FreshDatabase, user: string | null, name: string, args: Row): Promise<Answer> {
  const named = Object.keys(args).map((key, index) => `${key} => $${index + 1}${/(^|_)at$/.test(key) ? '::text::timestamptz' : ''}`).join(', ')
  const rows = await db.as(user, (sql) => sql.unsafe<{ answer: Answer }[]>(`select public.${name}(${named}) as answer`, Object.values(args) as never[]))
  return rows[0]!.answer
}
