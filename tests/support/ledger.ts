// What arrived, held against what was committed.
import { expect } from 'vitest'
import type { FreshDatabase } from './database.ts'
import type { Received } from './receiver.ts'

type Sql = Pick<FreshDatabase, 'sql'>

/** Names a delivery: each webhook of a test has a path of its own. */
export const keyOf = (request: Received) => `${request.url} ${String(request.headers['webhook-id'])}`
const keyOfRow = (row: Record<string, unknown>) => `${new URL(row.url as string).pathname} ${row.event_id as string}`

/** Requests of deliveries that had come before. */
export function duplicatesAmong(requests: readonly Received[]): Received[] {
  const seen = new Set<string>()
  return requests.filter((request) => seen.has(keyOf(request)) || (seen.add(keyOf(request)), false))
}

/**
 * A lease that a dead dispatcher left behind lasts a minute; a test does not. Ten lapses in a row make a delivery `abandoned`, which
 * takes ten minutes of dying and not ten kills, so they are forgotten. `until`
 * leaves leases alone that end later. Answers with the deliveries that were leased.
 */
export async function lapseLeases({ sql }: Sql, until: Date | null = null): Promise<string[]> {
  const lapsed = await sql`
    update webhooks.deliveries d set leased_until = clock_timestamp(), due_at = least(due_at, clock_timestamp()), lapse_count = 0
    from public.webhook_configurations w where w.id = d.webhook_id and d.state = 'sending' and not d.is_test
      and d.leased_until <= coalesce(${until}::timestamptz, 'infinity') returning w.url, d.event_id`
  return lapsed.map(keyOfRow)
}

/** Waits until no dispatcher is connected: a statement of one that was killed may still commit. */
export async function dispatchersAreGone({ sql }: Sql): Promise<void> {
  for (;;) {
    const left = await sql`select from pg_stat_activity where application_name like 'tablehook dispatcher%' and datname = current_database()`
    if (left.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/**
 * Every delivery that was committed succeeded, arrived and is logged as it happened; nothing else arrived. `requests` are all that
 * any receiver got.
 */
export async function expectExactlyTheCommitted({ sql }: Sql, requests: readonly Received[], context = ''): Promise<void> {
  const deliveries = await sql`
    select w.url, d.event_id, d.state, d.last_error_code from webhooks.deliveries d join public.webhook_configurations w on w.id = d.webhook_id where not d.is_test`
  expect(deliveries.filter((row) => row.state !== 'succeeded'), `left behind ${context}`).toEqual([])
  const committed = new Set(deliveries.map(keyOfRow))
  const arrived = new Set(requests.map(keyOf))
  expect([...committed].filter((each) => !arrived.has(each)), `lost ${context}`).toEqual([])
  expect([...arrived].filter((each) => !committed.has(each)), `invented ${context}`).toEqual([])

  const untrue = await sql`
    select d.id, d.attempt_count, l.rows, l.successes from webhooks.deliveries d
    cross join lateral (
      select count(*)::int as rows, count(*) filter (where l.error_code is null and not l.superseded)::int as successes
      from public.webhook_logs l where l.delivery_id = d.id and not l.superseded) l
    where not d.is_test and (l.successes <> 1 or l.rows <> d.attempt_count)`
  expect(untrue, `the log has one row for each attempt that counts, and one success ${context}`).toEqual([])
  const [log] = await sql`select count(*)::int as rows from public.webhook_logs where status_code is not null`
  expect(log!.rows as number, `the log tells of no request that did not happen ${context}`).toBeLessThanOrEqual(requests.length)
  const [counts] = await sql`
    select (select coalesce(sum(attempts), 0)::int from webhooks.hourly_counts) as counted, (select coalesce(sum(attempt_count), 0)::int from webhooks.deliveries where not is_test) as made`
  expect(counts!.counted, `each attempt is counted once ${context}`).toBe(counts!.made)
}
