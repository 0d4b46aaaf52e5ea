import type { BenchDatabase } from './server.ts'

/** A month of the past: finished deliveries with their log rows, and retries that wait for later today. */
export async function addOldRows({ sql }: BenchDatabase, organization: string, logs: number, retries: number): Promise<void> {
  const [webhook] = await sql`select id from public.webhook_configurations where organization_id = ${organization}`
  const id = webhook!.id as string
  // The days of the past have partitions, as they would have if maintain() had run on each of them.
  await sql`select webhooks.maintain(now() - make_interval(days => 7 * week)) from generate_series(4, 1, -1) week`
  for (const share of [1, 2, 3, 4]) {
    await sql`
      with old as (
        select gen_random_uuid() as delivery, gen_random_uuid() as event, now() - i * interval '27 days' / ${logs} - interval '1 hour' as at
        from generate_series(${share}::int, ${logs}::int, 4) i),
      deliveries as (
        insert into webhooks.deliveries (id, organization_id, webhook_id, event_id, event_type, format, state, attempt_count, claim_count, created_at, last_attempt_at, finished_at)
        select delivery, ${organization}, ${id}, event, 'contact.created', 'standard', 'succeeded', 1, 1, at, at, at from old)
      insert into public.webhook_logs (organization_id, webhook_id, delivery_id, event_id, event_type, attempt, status_code, response_headers, response_body, response_bytes, duration_ms, created_at)
      select ${organization}, ${id}, delivery, event, 'contact.created', 1, 200, '{"connection": "keep-alive", "content-length": "2"}', 'ok', 2, 12, at from old`
  }
  await sql`
    insert into webhooks.deliveries (id, organization_id, webhook_id, event_id, event_type, format, due_at, attempt_count, claim_count, created_at)
    select gen_random_uuid(), ${organization}, ${id}, gen_random_uuid(), 'contact.created', 'standard', now() + interval '2 hours' + i * interval '10 ms', 1, 1, now()
    from generate_series(1, ${retries}::int) i`
  await sql`vacuum analyze webhooks.deliveries`
}
