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
export async function addDeliveries({ sql }: FreshDatabase, webhook: string, rows: Row[]): Promise<string[]> {
  const full = rows.map((row) => {
    const state = (row.state as string | undefined) ?? 'pending'
    const open = state === 'pending' || state === 'sending'
    const created_at = row.created_at ?? '2026-11-20T12:00:00Z'
    return {
      id: randomUUID(), organization_id: acme, webhook_id: webhook, event_id: randomUUID(), event_type: 'contact.created', format: 'standard', state,
      due_at: open ? created_at : null, attempt_count: 0, round_started_at_attempt: 0, is_test: false, resent_at: null,
      last_attempt_at: null, last_status_code: null, last_error_code: null, created_at, finished_at: open ? null : created_at,
      ...row,
    }
  })
  await sql`insert into webhooks.deliveries ${sql(full as never[])}`
  return full.map((row) => row.id)
}

/** One attempt in the log, answered 200 unless the row says otherwise. Answers with its id. */
export async function addAttempt({ sql }: FreshDatabase, webhook: string, row: Row = {}): Promise<string> {
  const id = randomUUID()
  const full = {
    id, organization_id: acme, webhook_id: webhook, delivery_id: randomUUID(), event_id: randomUUID(), event_type: 'contact.created', attempt: 1,
    status_code: 200, error_code: null, duration_ms: 100, created_at: '2026-11-20T12:00:00Z', ...row,
  }
  await sql`insert into public.webhook_logs ${sql(full as never)}`
  return id
}

/** What the record has counted for one hour, event type and answer. */
export async function addCount({ sql }: FreshDatabase, webhook: string, row: Row): Promise<void> {
  const full = { organization_id: acme, webhook_id: webhook, event_type: 'contact.created', answer: '200', attempts: 1, succeeded: 0, failed: 0, ...row }
  await sql`insert into webhooks.hourly_counts ${sql(full as never)}`
}

/** Calls a function of `public` as a user, or as anon for null, and answers with what it answers. */
export async function call<Answer>(db: FreshDatabase, user: string | null, name: string, args: Row): Promise<Answer> {
  const named = Object.keys(args).map((key, index) => `${key} => $${index + 1}`).join(', ')
  const rows = await db.as(user, (sql) => sql.unsafe<{ answer: Answer }[]>(`select public.${name}(${named}) as answer`, Object.values(args) as never[]))
  return rows[0]!.answer
}
