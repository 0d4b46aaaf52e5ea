-- Webhooks, chapter 15: alerts. E-mail to the people of an organization when one of its webhooks fails.

create table webhooks.alerts (
  id               bigint generated always as identity primary key,
  organization_id  uuid not null,
  webhook_id       uuid not null references public.webhook_configurations on delete cascade,
  kind             text not null constraint the_alert_kind_is_known check (kind in ('failing', 'disabled', 'recovered')),
  reason           text,
  failures         int not null constraint alert_failures_count_from_zero check (failures >= 0),
  failing_since    timestamptz,
  happened_at      timestamptz not null,
  state            text not null default 'pending'
    constraint the_alert_state_is_known check (state in ('pending', 'sending', 'sent', 'failed', 'skipped')),
  attempts         int not null default 0 constraint alert_attempts_count_from_zero check (attempts >= 0),
  due_at           timestamptz,
  digest_id        uuid,
  finished_at      timestamptz,
  last_error       text,
  constraint open_alerts_are_due check ((due_at is not null) = (state in ('pending', 'sending'))),
  constraint closed_alerts_are_finished check ((finished_at is not null) = (state in ('sent', 'failed', 'skipped'))),
  constraint an_alert_being_sent_is_in_a_digest check (state <> 'sending' or digest_id is not null)
);
create index alerts_due on webhooks.alerts (due_at) where due_at is not null;
create index alerts_of_organization on webhooks.alerts (organization_id, due_at) where due_at is not null;
create index alerts_of_digest on webhooks.alerts (digest_id) where state = 'sending';
create index alerts_sent on webhooks.alerts (finished_at) where state = 'sent';
create index alerts_of_webhook on webhooks.alerts (webhook_id, id desc);
create index alerts_by_age on webhooks.alerts using brin (happened_at);
alter table webhooks.alerts enable row level security;
comment on table webhooks.alerts is
  'What people are told by e-mail: one row per change of a webhook''s health, written with it. Sent together, one message per organization in ten minutes.';
comment on column webhooks.alerts.state is
  'pending → sending → sent, or pending again (the mail server did not take it), or failed (a day old, or refused for good). skipped: no longer true, or nobody to tell.';
comment on column webhooks.alerts.due_at is 'When it may next be claimed: the next try while pending, the end of the lease while sending.';
comment on column webhooks.alerts.attempts is 'Messages with this alert that were tried, and recorded.';
comment on column webhooks.alerts.digest_id is 'The message that it is part of. The fencing token: only its holder may record it.';
comment on column webhooks.alerts.last_error is 'What the mail server said, or why nothing was sent.';

create function webhooks.queue_alert(event_type text, webhook public.webhook_configurations, reason text, failures int, at timestamptz) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off
as $$
#variable_conflict use_variable
declare
  what    text := substr(event_type, length('webhook.') + 1);
  undone  text[];
  told    webhooks.alerts;
begin
  -- Only a difference to what people know is worth a message. The caller holds the webhook's row, so this is one after another.
  with taken_back as (
    update webhooks.alerts a set state = 'skipped', due_at = null, finished_at = at, last_error = 'no longer so'
    where a.webhook_id = webhook.id and a.state = 'pending' and a.kind <> what returning a.kind)
  select array_agg(t.kind) into undone from taken_back t;
  select * into told from webhooks.alerts a where a.webhook_id = webhook.id and a.state in ('sending', 'sent') order by a.id desc limit 1;
  if what = 'recovered' and told.kind is distinct from 'failing' or what = 'failing' and 'recovered' = any (undone) then
    return;
  end if;

  insert into webhooks.alerts (organization_id, webhook_id, kind, reason, failures, failing_since, happened_at, due_at)
  values (webhook.organization_id, webhook.id, what, reason, failures, coalesce(webhook.failing_since, at), at,
    -- A minute gathers what fails together. A receiver that comes and goes is told of once an hour.
    greatest(at + interval '1 minute', case when what = 'failing' then (
      select max(a.happened_at) from webhooks.alerts a where a.webhook_id = webhook.id and a.kind = 'failing' and a.state in ('sending', 'sent')) + interval '1 hour' end));
end $$;
comment on function webhooks.queue_alert is
  'Writes the alert that goes with webhook.failing, .disabled or .recovered. What was not sent yet and is no longer so is taken back, together with what would have undone it.';

create function webhooks.alerts_are_due(at timestamptz) returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select exists (select from webhooks.alerts a where a.due_at <= at and a.due_at > at - interval '2 minutes')
$$;
comment on function webhooks.alerts_are_due is
  'Whether the sweep should wake a dispatcher for an alert. For two minutes only: where no mail server is set, alerts lie there for a day.';

create function webhooks.claim_alerts(max_digests int, lease interval default '2 minutes', at timestamptz default clock_timestamp())
returns table (digest_id uuid, organization_id uuid, attempt int, recipients text[], totals jsonb, alerts jsonb)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  most  constant int := 20; -- In one message; the rest is a number.
  chosen uuid[];
  held   bigint[];
begin
  if not exists (select from webhooks.alerts a where a.due_at <= at) then return; end if;
  -- One claim at a time, so that two dispatchers cannot write to one organization at once; the other looks again soon.
  if not pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('webhooks.claim_alerts', 0)) then return; end if;

  -- 1. An organization that has just been written to, or is being written to, waits.
  with quiet as (
    select a.organization_id, max(a.until) as until
    from (select s.organization_id, s.finished_at + interval '10 minutes' as until from webhooks.alerts s where s.state = 'sent' and s.finished_at > at - interval '10 minutes'
          union all
          select s.organization_id, s.due_at from webhooks.alerts s where s.state = 'sending' and s.due_at > at) a
    group by a.organization_id)
  update webhooks.alerts a set due_at = q.until from quiet q
  where a.id = any (array(select p.id from webhooks.alerts p join quiet q on q.organization_id = p.organization_id
                          where p.due_at <= at and p.state = 'pending' for update of p skip locked))
    and q.organization_id = a.organization_id;

  -- 2. Longest waiting first, with all that the organization has not been told, also what waits for another try.
  chosen := array(select a.organization_id from webhooks.alerts a where a.due_at <= at group by a.organization_id order by min(a.due_at) limit max_digests);
  held := array(
    select a.id from webhooks.alerts a
    where a.organization_id = any (chosen) and a.due_at is not null and (a.due_at <= at or a.state = 'pending' and a.attempts > 0)
    for update skip locked);

  -- 3. What is a day old, or no longer so, is not worth telling.
  update webhooks.alerts a
  set state = case when a.happened_at < at - interval '1 day' then 'failed' else 'skipped' end, due_at = null, finished_at = at,
      last_error = case when a.happened_at < at - interval '1 day' then coalesce(a.last_error, 'not sent within a day') else 'no longer so' end
  from public.webhook_configurations w
  where a.id = any (held) and w.id = a.webhook_id
    and (a.happened_at < at - interval '1 day'
         or a.kind = 'failing' and (w.consecutive_failures < 3 or not w.is_active)
         or a.kind = 'disabled' and w.is_active);

  -- 4. Lease them and hand over all that the message says.
  return query
  with digest as materialized (
    select a.organization_id, pg_catalog.gen_random_uuid() as id from webhooks.alerts a where a.id = any (held) and a.due_at is not null group by a.organization_id),
  claimed as (
    update webhooks.alerts a set state = 'sending', digest_id = d.id, due_at = at + lease
    from digest d where a.id = any (held) and a.due_at is not null and d.organization_id = a.organization_id
    returning a.*),
  ranked as (
    select c.*, row_number() over (partition by c.organization_id order by array_position('{disabled,failing,recovered}', c.kind), c.id) as nth from claimed c),
  told as (
    select r.organization_id, jsonb_agg(jsonb_build_object(
             'id', r.id, 'kind', r.kind, 'webhook_id', w.id, 'name', w.name, 'url', w.url, 'reason', r.reason, 'failures', r.failures,
             'failing_since', r.failing_since, 'at', r.happened_at, 'turns_off_at', r.failing_since + s.turn_off_after,
             'status_code', l.status_code, 'error_code', l.error_code) order by r.nth) as list
    from ranked r
    join public.webhook_configurations w on w.id = r.webhook_id
    cross join webhooks.settings s
    left join lateral (
      select x.status_code, x.error_code from public.webhook_logs x
      where x.webhook_id = r.webhook_id and x.created_at > r.happened_at - interval '7 days' and x.error_code is not null and not x.is_test
      order by x.created_at desc, x.id desc limit 1) l on true
    where r.nth <= most
    group by r.organization_id)
  select d.id, d.organization_id, (select max(c.attempts) from claimed c where c.organization_id = d.organization_id) + 1,
         array(select r from webhooks.alert_recipients(d.organization_id) r),
         (select jsonb_object_agg(t.kind, t.n) from (select c.kind, count(*) as n from claimed c where c.organization_id = d.organization_id group by c.kind) t),
         t.list
  from digest d join told t on t.organization_id = d.organization_id;
end $$;
comment on function webhooks.claim_alerts is
  'Leases what organizations are to be told, one message each and none within ten minutes of the last. totals counts by kind; alerts has the first 20 with their last failed answer; '
  'recipients are addresses. A lease that lapses makes them due again.';
grant execute on function webhooks.claim_alerts(int, interval, timestamptz) to tablehook_dispatcher;

create function webhooks.record_alerts(digest_ids uuid[], states text[], due_ats timestamptz[], errors text[], at timestamptz default clock_timestamp()) returns int
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  recorded int;
begin
  update webhooks.alerts a
  set state = o.state, due_at = case when o.state = 'pending' then o.due_at end, finished_at = case when o.state <> 'pending' then at end,
      attempts = a.attempts + case when o.state = 'skipped' then 0 else 1 end, last_error = left(o.error, 500)
  from unnest(digest_ids, states, due_ats, errors) as o(digest_id, state, due_at, error)
  where a.state = 'sending' and a.digest_id = o.digest_id;
  get diagnostics recorded = row_count;
  return recorded;
end $$;
comment on function webhooks.record_alerts is
  'Closes messages that were claimed: sent, failed or skipped, or pending again until due_ats. Fenced by the digest: one whose lease was taken over changes nothing. Answers with the number of alerts.';
grant execute on function webhooks.record_alerts(uuid[], text[], timestamptz[], text[], timestamptz) to tablehook_dispatcher;

create function webhooks.maintain_alerts(at timestamptz) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Where no mail server is set, nobody claims them.
  update webhooks.alerts a set state = 'failed', due_at = null, finished_at = at, last_error = coalesce(a.last_error, 'not sent within a day')
  where a.due_at <= at and a.happened_at < at - interval '1 day';
  delete from webhooks.alerts a
  where a.happened_at < at - make_interval(days => (select s.retention_days from webhooks.settings s)) and a.due_at is null;
end $$;
comment on function webhooks.maintain_alerts is 'Gives up alerts that are a day old, and deletes those past the retention. Part of webhooks.maintain().';
