-- Webhooks, chapter 12: what the screens read. First the list page: one call, whatever the number of log rows.
--
-- These functions are definers, because authenticated has no usage on schema webhooks. Each asks
-- webhooks.my_organizations() itself, and answers for another organization as if there were nothing.
-- They speak UTC, so that the timestamps inside their JSON look the same to everyone.

create function webhooks.retry_schedule(policy text) returns int[]
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case policy
    when 'standard' then '{5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400}'::int[]
    when 'three' then '{30, 300, 1800}'
    when 'none' then '{}' end
$$;
comment on function webhooks.retry_schedule is
  'Seconds before each retry, by policy; null for an unknown one. The dispatcher goes by functions/core/retry.ts: a test holds the two together.';

create function webhooks.max_attempts(delivery webhooks.deliveries, retry_policy text) returns int
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  if delivery.is_test then return 1; end if; -- sent once, never retried
  -- A resend starts the schedule anew while attempts count on, so "11 of 10" is never said.
  return greatest(delivery.attempt_count,
                  delivery.round_started_at_attempt + 1 + coalesce(cardinality(webhooks.retry_schedule(retry_policy)), 0));
end $$;
comment on function webhooks.max_attempts is 'The number of the last attempt that a delivery will get if none succeeds.';

-- While a webhook is off, every statement it would have heard of appends a row to missed_events.
-- Summed up hourly, a webhook that is off for a month costs the list some thousand rows and not millions.
create function webhooks.sum_up_missed_events(at timestamptz default now()) returns bigint
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
  with gone as (
    delete from webhooks.missed_events m where m.at < sum_up_missed_events.at returning m.webhook_id, m.events, m.at),
  summed as (
    -- Rows from before it was last turned off are past telling, and so are those of a deleted webhook.
    insert into webhooks.missed_events (webhook_id, events, at)
    select w.id, least(sum(g.events), 2147483647)::int, max(g.at)
    from gone g join public.webhook_configurations w on w.id = g.webhook_id and g.at >= w.disabled_at
    group by w.id)
  select count(*) from gone
$$;
comment on function webhooks.sum_up_missed_events is
  'Makes one row per webhook of what it missed, dated by the newest, so that the sum since it was turned off stays what it was. '
  'Answers with the number of rows read.';

-- One plan for all calls of a session: planning a look at forty partitions takes longer than looking.
create function public.webhook_list(organization_id uuid, at timestamptz default now()) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  newest_hour timestamptz := date_trunc('hour', webhook_list.at);
  oldest_hour timestamptz := newest_hour - interval '23 hours';
begin
  -- The hours up to infinity have no end.
  if not isfinite(webhook_list.at) then perform webhooks.refuse('invalid_input', 'Choose a moment that has a date.', 'at'); end if;
  return (
    with mine as materialized (
      select w.* from public.webhook_configurations w
      where w.organization_id = webhook_list.organization_id and w.organization_id in (select webhooks.my_organizations())),
    hours as (
      select hour from generate_series(oldest_hour, newest_hour, interval '1 hour') hour),
    -- Webhook by webhook: joined as a whole, the planner would rather read the counts of every organization.
    counts as materialized (
      select m.id, c.* from mine m cross join lateral (
        select x.hour, sum(x.succeeded)::bigint as succeeded, sum(x.failed)::bigint as failed, sum(x.attempts)::bigint as attempts
        from webhooks.hourly_counts x where x.webhook_id = m.id and x.hour between oldest_hour and newest_hour
        group by x.hour) c),
    days as (
      select m.id, coalesce(sum(c.succeeded), 0)::bigint as delivered, coalesce(sum(c.failed), 0)::bigint as failed,
             coalesce(sum(c.attempts), 0)::bigint as attempts,
             jsonb_agg(jsonb_build_object('hour', h.hour, 'succeeded', coalesce(c.succeeded, 0), 'failed', coalesce(c.failed, 0),
                                          'attempts', coalesce(c.attempts, 0)) order by h.hour) as hours
      from mine m cross join hours h left join counts c on c.id = m.id and c.hour = h.hour
      group by m.id)
    select coalesce(jsonb_agg(jsonb_build_object(
        'id', m.id, 'name', m.name, 'url', m.url, 'events', m.events, 'is_active', m.is_active, 'format', m.format, 'secret_hint', m.secret_hint,
        'disabled_reason', m.disabled_reason, 'disabled_at', m.disabled_at,
        'consecutive_failures', m.consecutive_failures, 'failing_since', m.failing_since,
        'turns_off_at', case when m.is_active then m.failing_since + (select s.turn_off_after from webhooks.settings s) end,
        'created_at', m.created_at, 'updated_at', m.updated_at,
        'last_delivery_at', last.created_at, 'last_status_code', last.status_code, 'last_error_code', last.error_code,
        'delivered_24h', d.delivered, 'failed_24h', d.failed, 'attempts_24h', d.attempts, 'hours', d.hours,
        'missed', (select coalesce(sum(e.events), 0)::bigint from webhooks.missed_events e where e.webhook_id = m.id and e.at >= m.disabled_at),
        'waiting', open.deliveries)
      order by lower(m.name), m.name), '[]')
    from mine m
    join days d on d.id = m.id
    -- The counts know the hour of the last attempt, so of all the log's partitions one is opened.
    left join lateral (
      select c.hour from webhooks.hourly_counts c where c.webhook_id = m.id order by c.hour desc limit 1) newest on true
    left join lateral (
      select l.created_at, l.status_code, l.error_code from public.webhook_logs l
      where l.webhook_id = m.id and l.created_at >= newest.hour and l.created_at < newest.hour + interval '1 hour' and not l.is_test
      order by l.created_at desc, l.id desc limit 1) last on true
    cross join lateral (
      select count(*) as deliveries from (
        select from webhooks.open_deliveries x where x.webhook_id = m.id and not x.is_test limit 1000) capped) open);
end $$;
comment on function public.webhook_list is
  'The list page in one call: every webhook of an organization with its last 24 hours (hours without attempts included), '
  'its last attempt, what it missed, and its open deliveries, counted up to 1,000. Tests are in no number. Empty for those who are no members.';

create function public.webhook_limits(organization_id uuid) returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'retention_days', s.retention_days,
    'max_webhooks', s.max_webhooks_per_organization,
    'webhooks', (select count(*) from public.webhook_configurations w where w.organization_id = webhook_limits.organization_id),
    'turn_off_after_days', round(extract(epoch from s.turn_off_after) / 86400, 2)::double precision,
    'retry_schedules', (
      select jsonb_object_agg(policy, to_jsonb(webhooks.retry_schedule(policy))) from unnest('{standard,three,none}'::text[]) policy),
    -- Asked of the table itself, so that it cannot differ from what a new webhook gets.
    'timeout_ms_default', (
      select pg_catalog.pg_get_expr(d.adbin, d.adrelid)::int
      from pg_catalog.pg_attrdef d join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      where d.adrelid = 'public.webhook_configurations'::regclass and a.attname = 'timeout_ms'))
  from webhooks.settings s
  where webhook_limits.organization_id in (select webhooks.my_organizations())
$$;
comment on function public.webhook_limits is
  'The limits and times that the screens speak of (retry schedules in seconds), so that no sentence states a number of its own. '
  'Null for those who are no members.';

grant execute on function public.webhook_list(uuid, timestamptz), public.webhook_limits(uuid) to authenticated;
