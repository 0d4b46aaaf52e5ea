-- Webhooks, chapter 12, continued: the screen of one webhook.

-- Failures only, so an attempt that succeeds pays nothing for it.
create index webhook_logs_failures on public.webhook_logs (webhook_id, created_at desc, id desc) where error_code is not null and not is_test;
comment on index public.webhook_logs_failures is 'Recent failures of a webhook: one failure among a million successes is found without reading them.';

create function public.webhook_overview(webhook_id uuid, range text default '24h', at timestamptz default now()) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = force_generic_plan -- as in webhook_list()
as $$
#variable_conflict use_column
declare
  webhook public.webhook_configurations;
  bucket  text := case when range = '24h' then 'hour' else 'day' end;
  last_at timestamptz := date_trunc(bucket, webhook_overview.at);
  from_at timestamptz := last_at - case range when '24h' then interval '23 hours' when '7d' then interval '6 days' when '30d' then interval '29 days' end;
begin
  if from_at is null then
    perform webhooks.refuse('invalid_input', 'Choose 24h, 7d or 30d.', 'range');
  end if;
  if not isfinite(from_at) then perform webhooks.refuse('invalid_input', 'Choose a moment that has a date.', 'at'); end if; -- as in webhook_list()
  select * into webhook from public.webhook_configurations w
  where w.id = webhook_overview.webhook_id and w.organization_id in (select webhooks.my_organizations());
  if not found then return null; end if;

  return (
    with counts as materialized (
      select date_trunc(bucket, c.hour) as at, c.event_type, c.answer,
             sum(c.attempts)::bigint as attempts, sum(c.succeeded)::bigint as succeeded, sum(c.failed)::bigint as failed
      from webhooks.hourly_counts c
      where c.webhook_id = webhook.id and c.hour >= from_at and c.hour <= webhook_overview.at
      group by grouping sets ((1), (2), (3))),
    total as (
      select coalesce(sum(c.succeeded), 0)::bigint as delivered, coalesce(sum(c.failed), 0)::bigint as failed, coalesce(sum(c.attempts), 0)::bigint as attempts
      from counts c where c.at is not null),
    buckets as (
      select jsonb_agg(jsonb_build_object('at', b.at, 'succeeded', coalesce(c.succeeded, 0), 'failed', coalesce(c.failed, 0),
                                          'attempts', coalesce(c.attempts, 0)) order by b.at) as list
      from generate_series(from_at, last_at, ('1 ' || bucket)::interval) b(at) left join counts c on c.at = b.at),
    -- The newest thousand attempts tell as much as all of them. Then those that tell how long the receiver takes:
    -- a name that was not found in 2 ms is no fast answer.
    times as (
      select percentile_cont(array[0.5, 0.95]) within group (order by a.duration_ms) as ms
      from (select l.duration_ms, l.status_code, l.error_code from public.webhook_logs l
            where l.webhook_id = webhook.id and l.created_at >= from_at and not l.is_test
            order by l.created_at desc, l.id desc limit 1000) a
      where a.status_code is not null or a.error_code = 'timeout'),
    -- One line per delivery: its newest failure among the last hundred.
    failures as (
      select f.*, d.state, case when d.state = 'pending' then d.due_at end as next_attempt_at, webhooks.max_attempts(d, webhook.retry_policy) as max_attempts
      from (select distinct on (l.delivery_id) l.delivery_id, l.event_type, l.status_code, l.error_code, l.created_at, l.attempt
            from (select * from public.webhook_logs x
                  where x.webhook_id = webhook.id and x.created_at >= from_at and x.error_code is not null and not x.is_test
                  order by x.created_at desc, x.id desc limit 100) l
            where not l.superseded
            order by l.delivery_id, l.created_at desc) f
      join webhooks.deliveries d on d.id = f.delivery_id
      order by f.created_at desc limit 5),
    -- What is due and what is still to come, each from the front of the queue and no further than the cap.
    open as (
      select least(count(*), 1000) as waiting, least(count(*) filter (where o.retrying), 1000) as retrying,
             min(o.due_at) filter (where o.retrying and o.due_at > webhook_overview.at) as next_retry_at
      from (
        (select d.due_at, d.state = 'pending' and d.attempt_count > 0 as retrying from webhooks.open_deliveries d
         where d.webhook_id = webhook.id and d.due_at <= webhook_overview.at and not d.is_test order by d.due_at limit 1000)
        union all
        (select d.due_at, d.state = 'pending' and d.attempt_count > 0 from webhooks.open_deliveries d
         where d.webhook_id = webhook.id and d.due_at > webhook_overview.at and not d.is_test order by d.due_at limit 1000)) o)
    select jsonb_build_object(
      'from', from_at, 'to', webhook_overview.at, 'bucket', bucket,
      'delivered', t.delivered, 'failed', t.failed, 'attempts', t.attempts,
      'waiting', o.waiting, 'retrying', o.retrying, 'next_retry_at', o.next_retry_at,
      'median_ms', round(times.ms[1]), 'p95_ms', round(times.ms[2]),
      'buckets', b.list,
      'by_event', coalesce((select jsonb_agg(jsonb_build_object('event_type', c.event_type, 'attempts', c.attempts, 'succeeded', c.succeeded, 'failed', c.failed)
                                             order by c.attempts desc, c.event_type) from counts c where c.event_type is not null), '[]'),
      'by_answer', coalesce((select jsonb_agg(jsonb_build_object('answer', c.answer, 'attempts', c.attempts) order by c.attempts desc, c.answer)
                             from counts c where c.answer is not null), '[]'),
      'recent_failures', coalesce((
        select jsonb_agg(jsonb_build_object('delivery_id', f.delivery_id, 'event_type', f.event_type, 'status_code', f.status_code, 'error_code', f.error_code,
                                            'at', f.created_at, 'attempt', f.attempt, 'max_attempts', f.max_attempts, 'state', f.state,
                                            'next_attempt_at', f.next_attempt_at) order by f.created_at desc) from failures f), '[]'),
      'missed', (select coalesce(sum(e.events), 0)::bigint from webhooks.missed_events e where e.webhook_id = webhook.id and e.at >= webhook.disabled_at),
      'secret_overlap_until', (select max(s.expires_at) from webhooks.secrets s where s.webhook_id = webhook.id and s.expires_at > webhook_overview.at))
    from total t, buckets b, times, open o);
end $$;
comment on function public.webhook_overview is
  'The overview of a webhook over 24h (hours), 7d or 30d (UTC days), the current one included; empty buckets too. Tests are in no number. Times are of the newest '
  '1,000 attempts. waiting: open deliveries, retrying: those among them that failed before, both counted up to 1,000. Null when the webhook does not exist for the caller.';

create function public.webhook_secret_state(webhook_id uuid, at timestamptz default now()) returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select jsonb_build_object(
    'secret_hint', w.secret_hint,
    'rolled_at', roll.at,
    'rolled_by_email', (select u.email from auth.users u where u.id = roll.actor),
    'old_secret_expires_at', (
      select max(s.expires_at) from webhooks.secrets s where s.webhook_id = w.id and s.expires_at > webhook_secret_state.at))
  from public.webhook_configurations w
  left join lateral (
    select a.at, a.actor from webhooks.audit_log a
    where a.webhook_id = w.id and a.action = 'secret_rolled' order by a.at desc limit 1) roll on true
  where w.id = webhook_secret_state.webhook_id and w.organization_id in (select webhooks.my_organizations())
$$;
comment on function public.webhook_secret_state is
  'What any member may know of a signing secret: its hint, when and by whom it was last rolled (within a year), and how long the old one still signs. '
  'Null when the webhook does not exist for the caller.';

grant execute on function public.webhook_overview(uuid, text, timestamptz), public.webhook_secret_state(uuid, timestamptz) to authenticated;
