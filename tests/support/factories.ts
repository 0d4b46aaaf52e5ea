// Valid rows, so that a test names only what it is about.
import { randomUUID } from 'node:crypto'
import type { Sql, TransactionSql } from 'postgres'
import { demoUsers } from '../../local/demo_users.ts'

/** A connection or a transaction. */
export type Database = Sql | TransactionSql
export type Values = Record<string, unknown>
/** Values as the driver's insert and update helpers take them. */
export const columns = (values: Values) => values as unknown as Record<string, never>

const [owner, admin, member, stranger] = demoUsers.map((user) => user.id) as [string, string, string, string]
/** Users of the template. Organizations made here have the first three as members; `stranger` belongs to none of them. */
export const users = { owner, admin, member, stranger }

/** Noon of a day in the past: a moment to count from when a function takes the time. */
export const noon = new Date('2026-01-15T12:00:00Z')
export const after = (seconds: number): Date => new Date(noon.getTime() + seconds * 1000)

/** Inserts one row and answers with it. */
export async function addRow(sql: Database, table: string, values: Values): Promise<Values> {
  const [schema, name] = table.includes('.') ? table.split('.') : ['public', table]
  const [row] = await sql`insert into ${sql(schema!)}.${sql(name!)} ${sql(columns(values))} returning *`
  return row as Values
}

/** An organization with an owner, an admin and a member. Answers with its id. */
export async function addOrganization(sql: Database): Promise<string> {
  const { id } = await addRow(sql, 'organizations', { name: 'Acme' })
  await sql`insert into public.organization_members (organization_id, user_id, role)
            values (${id as string}, ${owner}, 'owner'), (${id as string}, ${admin}, 'admin'), (${id as string}, ${member}, 'member')`
  return id as string
}

/** An active webhook that hears everything. Answers with its id. */
export async function addWebhook(sql: Database, organizationId: string, values: Values = {}): Promise<string> {
  const row = await addRow(sql, 'webhook_configurations', {
    organization_id: organizationId, name: `webhook ${randomUUID()}`, url: 'https://example.com/hook', events: ['*'], ...values,
  })
  return row.id as string
}

/** An organization with one webhook, for tests that need no more. */
export async function addListener(sql: Database, values: Values = {}): Promise<{ organization: string, webhook: string }> {
  const organization = await addOrganization(sql)
  return { organization, webhook: await addWebhook(sql, organization, values) }
}

/** `count` deliveries with an event each, due since noon, oldest first. Answers with their ids in that order. */
export async function addDeliveries(sql: Database, organization: string, webhook: string, count: number, values: Values = {}): Promise<string[]> {
  const { due_at = noon, created_at = due_at ?? noon, event_type = 'contact.created', ...rest } = values as Values & { due_at?: Date | null, created_at?: Date, event_type?: string }
  const rows = await sql<{ id: string }[]>`
    with event as (
      insert into webhooks.events (id, organization_id, type, occurred_at, data)
      select webhooks.new_id_at(${created_at}), ${organization}, ${event_type}, ${created_at}, '{"n":' || n || '}' from generate_series(1, ${count}) n returning id),
    delivery as (
      insert into webhooks.deliveries (id, organization_id, webhook_id, event_id, event_type, format, due_at, created_at)
      select webhooks.new_id_at(${created_at}), ${organization}, ${webhook}, id, ${event_type}, 'standard', ${due_at ?? noon}, ${created_at} from event
      returning id, position)
    select id from delivery order by position`
  const ids = rows.map((row) => row.id)
  if (Object.keys(rest).length > 0 || due_at === null) {
    await sql`update webhooks.deliveries set ${sql(columns({ ...(rest.state === 'sending' ? { leased_until: due_at } : {}), ...rest, due_at }))} where id = any (${ids})`
  }
  return ids
}

/** `count` deliveries that are over. Answers with their ids, oldest first. */
export async function addFinished(sql: Database, organization: string, webhook: string, count: number, values: Values = {}): Promise<string[]> {
  const isFailed = values.state !== 'succeeded'
  return addDeliveries(sql, organization, webhook, count, {
    state: 'failed', due_at: null, created_at: noon, finished_at: noon, attempt_count: 1, claim_count: 1, last_attempt_at: noon,
    last_status_code: isFailed ? 500 : 200, last_error_code: isFailed ? 'http_error' : null, ...values,
  })
}

export type Claimed = { delivery_id: string, claim: number, attempt: number, round_attempt: number, webhook_id: string } & Values

/** Claims as a dispatcher does: up to 100 deliveries for a minute, at noon, unless told otherwise. */
export async function claim(
  sql: Database, { max = 100, lease = '1 minute', perWebhook = 100, busy = {}, at = noon }:
  { max?: number, lease?: string, perWebhook?: number, busy?: Record<string, number>, at?: Date } = {},
): Promise<Claimed[]> {
  return sql<Claimed[]>`
    select * from webhooks.claim_deliveries(${max}, ${lease}::interval, ${perWebhook}, ${Object.keys(busy)}::uuid[], ${Object.values(busy)}::int[], ${at})`
}

/** What became of one claim. By default a success at once. */
export type Report = {
  claim: Pick<Claimed, 'delivery_id' | 'claim' | 'attempt'> & { revision?: unknown }
  state?: 'succeeded' | 'pending' | 'failed'
  dueAt?: Date | null
  status?: number | null
  error?: string | null
  headers?: Values | null
  body?: string | null
  startedAt?: Date
  /** A 410, of the revision that was claimed. */
  gone?: boolean
}

/** Records attempts in one batch, as a dispatcher does. Answers with the deliveries whose lease was lost. */
export async function record(sql: Database, reports: Report[], at = noon): Promise<string[]> {
  const rows = reports.map(({ claim, state = 'succeeded', ...report }) => {
    const ok = state === 'succeeded'
    return {
      claim, state, dueAt: state === 'pending' ? report.dueAt ?? new Date(at.getTime() + 5000) : null, headers: {}, body: '', startedAt: at, gone: false,
      status: ok ? 200 : 500, error: ok ? null : 'http_error',
      ...Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined)),
    } as Required<Report>
  })
  const iso = (date: Date | null) => date?.toISOString() ?? null
  const lost = await sql<{ id: string }[]>`
    select webhooks.record_attempts(
      ${rows.map((row) => row.claim.delivery_id)}::uuid[], ${rows.map((row) => row.claim.claim)}::int[], ${rows.map((row) => row.claim.attempt)}::int[],
      ${rows.map((row) => row.state)}::text[], ${rows.map((row) => iso(row.dueAt))}::timestamptz[], ${rows.map((row) => row.status)}::int[],
      ${rows.map((row) => row.error)}::text[], ${rows.map(() => null)}::text[], ${rows.map((row) => row.headers && JSON.stringify(row.headers))}::text[], ${rows.map((_, place) => place + 1)}::int[],
      ${rows.map((row) => row.body)}::text[], ${rows.map((row) => Buffer.byteLength(row.body ?? ''))}::int[], ${rows.map(() => 12.5)}::real[],
      ${rows.map((row) => iso(row.startedAt))}::timestamptz[], ${rows.map((row) => (row.gone ? String(row.claim.revision) : null))}::text[]::bigint[],
      ${at}) as id`
  return lost.map((row) => row.id)
}

/** One attempt at one delivery: claims it alone and records what became of it. */
export async function attempt(sql: Database, deliveryId: string, report: Omit<Report, 'claim'> = {}, at = noon): Promise<string[]> {
  const [row] = await sql<{ claim_count: number, attempt_count: number, revision: unknown }[]>`
    update webhooks.deliveries d set state = 'sending', claim_count = claim_count + 1, due_at = ${at}, leased_until = ${new Date(at.getTime() + 60_000)}, finished_at = null
    where id = ${deliveryId}
    returning claim_count, attempt_count, (select w.revision from public.webhook_configurations w where w.id = d.webhook_id)`
  return record(sql, [{ claim: { delivery_id: deliveryId, claim: row!.claim_count, attempt: row!.attempt_count + 1, revision: row!.revision }, ...report }], at)
}

export type Heard = { id: string, type: string, data: string, previous: string | null, occurred_at: Date, record_key: string }

/** The events that were delivered to a webhook, in the order of capture. */
export async function heardBy(sql: Database, webhook: string): Promise<Heard[]> {
  return sql<Heard[]>`
    select e.* from webhooks.deliveries d join webhooks.events e on e.id = d.event_id where d.webhook_id = ${webhook} order by d.position`
}

/** The types of the events that were delivered to a webhook, in the order of capture. */
export async function typesHeardBy(sql: Database, webhook: string): Promise<string[]> {
  return (await heardBy(sql, webhook)).map((event) => event.type)
}

/** Removes every webhook and what was sent, for files in which a claim must find only its own test's deliveries. */
export async function forgetWebhooks(sql: Database): Promise<void> {
  // Three times as fast as truncate, which makes a new file for each of many indexes and partitions.
  for (const table of ['deliveries', 'events', 'hourly_counts', 'replays', 'audit_log']) await sql`delete from webhooks.${sql(table)}`
  await sql`delete from public.webhook_logs`
  await sql`delete from public.webhook_configurations`
}
