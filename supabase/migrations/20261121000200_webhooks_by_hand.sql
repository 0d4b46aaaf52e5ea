-- Webhooks, chapter 10: what people do by hand. Test, resend, replay.

create function webhooks.require_manager(webhook_id uuid) returns public.webhook_configurations
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  webhook public.webhook_configurations;
begin
  select * into webhook from public.webhook_configurations w where w.id = require_manager.webhook_id;
  -- Another organization's webhook does not exist for the caller, in the same words.
  if webhook.id is null or (webhooks.caller_is_a_user() and webhook.organization_id not in (select webhooks.my_organizations())) then
    perform webhooks.refuse('not_found', 'This webhook doesn’t exist.', null, 'PT404');
  end if;
  if webhooks.caller_is_a_user() and webhook.organization_id not in (select webhooks.managed_organizations()) then
    perform webhooks.refuse('forbidden', 'Only admins can do this.', null, '42501');
  end if;
  return webhook;
end $$;
comment on function webhooks.require_manager is 'The webhook, if the caller may manage it; else the refusal not_found or forbidden.';

-- A delivery that is closed or opened again moves to the other partition, and who waited for it there would end with an error of
-- Postgres. So what people do to the deliveries of one webhook is done one after another, each with a look of its own at the result.
create function webhooks.turn_of(webhook_id uuid) returns bigint
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select pg_catalog.hashtextextended('webhooks.by_hand:' || webhook_id, 0)
$$;
comment on function webhooks.turn_of is 'The advisory lock of whoever resends, replays or cancels deliveries of a webhook. People wait for it; the sweep only tries.';

create function webhooks.open_test(webhook_id uuid, event_type text, data text, previous text default null, context text default null)
returns table (delivery_id uuid, claim int, event_id uuid, occurred_at text)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  at      timestamptz := clock_timestamp();
  webhook public.webhook_configurations := webhooks.require_manager(webhook_id);
begin
  if not exists (select from public.webhook_event_types t where t.name = event_type) then
    perform webhooks.refuse('unknown_event_type', format('There is no event type "%s". The catalog lists them all.', left(event_type, 100)), 'event_type');
  end if;
  event_id := webhooks.new_id_at(at);
  delivery_id := webhooks.delivery_id(event_id, webhook.id);
  claim := 1;
  occurred_at := to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  insert into webhooks.events (id, organization_id, type, occurred_at, data, previous, context)
  values (event_id, webhook.organization_id, event_type, at, data, previous, context);
  -- Claimed from birth: no dispatcher may send it, and record_attempts() closes it like any other.
  insert into webhooks.open_deliveries (id, organization_id, webhook_id, event_id, event_type, format, shape_id, state, claim_count, due_at, leased_until, is_test, created_at)
  values (delivery_id, webhook.organization_id, webhook.id, event_id, event_type, webhook.format, webhook.shape_id, 'sending', 1, at, at + interval '10 years', true, at);
  return next;
end $$;
comment on function webhooks.open_test is 'Writes the event and the already claimed delivery of one test. The caller sends it and records the attempt.';
grant execute on function webhooks.open_test(uuid, text, text, text, text) to service_role;

create function public.webhook_resend(webhook_id uuid, delivery_ids uuid[], include_delivered boolean default false) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  at       timestamptz := clock_timestamp();
  webhook  public.webhook_configurations := webhooks.require_manager(webhook_resend.webhook_id);
  queued   uuid[];
  found    int;
  skipped_delivered int;
  skipped_sending   int;
begin
  if coalesce(cardinality(delivery_ids), 0) not between 1 and 1000 then
    perform webhooks.refuse('invalid_input', 'Choose 1 to 1,000 deliveries.', 'delivery_ids');
  end if;
  if not webhook.is_active then
    perform webhooks.refuse('webhook_off', format('Turn %s on to resend.', webhook.name), null, 'PT409');
  end if;
  perform pg_advisory_xact_lock(webhooks.turn_of(webhook.id));
  select count(*), count(*) filter (where d.state = 'succeeded' and not include_delivered), count(*) filter (where d.state = 'sending')
    into found, skipped_delivered, skipped_sending
  from webhooks.deliveries d where d.id = any (delivery_ids) and d.webhook_id = webhook.id and not d.is_test;

  -- What somebody resends by hand is no longer the replay's, so that stopping that leaves it in the queue.
  with again as (
    update webhooks.deliveries d
    set state = 'pending', due_at = at, finished_at = null, resent_at = at, lapse_count = 0, replay_id = null,
        round_started_at_attempt = case when d.state = 'pending' then d.round_started_at_attempt else d.attempt_count end
    where d.id = any (delivery_ids) and d.webhook_id = webhook.id and not d.is_test
      and (d.state in ('failed', 'cancelled', 'pending') or (d.state = 'succeeded' and include_delivered))
    returning d.id)
  select array_agg(id) into queued from again;

  if queued is not null then
    insert into webhooks.audit_log (organization_id, webhook_id, actor, action, details)
    values (webhook.organization_id, webhook.id, auth.uid(), 'resent', jsonb_build_object('deliveries', cardinality(queued)));
    perform webhooks.wake();
  end if;
  return jsonb_build_object('queued', coalesce(cardinality(queued), 0), 'delivery_ids', to_jsonb(coalesce(queued, '{}')),
    'skipped', jsonb_build_object('delivered', skipped_delivered, 'sending', skipped_sending,
                                  'not_found', (select count(distinct x) from unnest(delivery_ids) x) - found));
end $$;
comment on function public.webhook_resend is
  'Queues deliveries again by hand, with a new round of the retry schedule; a waiting retry becomes due now. Delivered ones only when asked for. Admins only.';
grant execute on function public.webhook_resend(uuid, uuid[], boolean) to authenticated, service_role;

create table webhooks.replays (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  webhook_id       uuid not null,
  from_at          timestamptz not null,
  to_at            timestamptz not null,
  states           text[] not null constraint replayable_states_are_closed check (states <@ '{failed,succeeded,cancelled}' and cardinality(states) > 0),
  event_types      text[],
  total            bigint not null,
  cursor_at        timestamptz not null,
  cursor_id        uuid not null default '00000000-0000-0000-0000-000000000000',
  created_by       uuid,
  created_at       timestamptz not null default clock_timestamp(),
  queued           bigint not null default 0,
  stopped_at       timestamptz,
  finished_at      timestamptz,
  constraint a_replay_has_a_span check (from_at < to_at)
);
create index replays_of_webhook on webhooks.replays (webhook_id, created_at desc);
create index running_replays on webhooks.replays (created_at) where finished_at is null and stopped_at is null;
alter table webhooks.replays enable row level security;
comment on table webhooks.replays is 'Replays: a stored job that the sweep feeds to the queue in portions, so it survives a reload and can be stopped.';
comment on column webhooks.replays.cursor_at is 'How far the sweep has come: deliveries are replayed oldest first.';

-- One definition of what a replay takes, for the count and for the job.
create function webhooks.replayable(
  webhook_id uuid, from_at timestamptz, to_at timestamptz, states text[], event_types text[],
  after_id uuid default '00000000-0000-0000-0000-000000000000', max_count bigint default null)
returns table (id uuid, created_at timestamptz)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off
as $$
#variable_conflict use_variable
begin
  return query
  select found.id, found.created_at
  from webhooks.kinds_of_deliveries(webhook_id) kind cross join lateral (
    select d.id, d.created_at from webhooks.closed_deliveries d
    where d.webhook_id = replayable.webhook_id and d.state = kind.state and d.event_type = kind.event_type
      and (d.created_at, d.id) > (from_at, after_id) and d.created_at < to_at and not d.is_test
    order by d.created_at, d.id limit max_count) found
  where kind.state = any (states) and (event_types is null or kind.event_type = any (event_types))
  order by found.created_at, found.id limit max_count;
end $$;
comment on function webhooks.replayable is
  'The deliveries that a replay of this span, these states and event types takes, oldest first; with from_at and after_id of the last one taken, those after it.';

create function public.webhook_replay(
  webhook_id uuid, from_at timestamptz, to_at timestamptz default now(), states text[] default '{failed}', event_types text[] default null, dry_run boolean default false
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  webhook public.webhook_configurations := webhooks.require_manager(webhook_replay.webhook_id);
  total   bigint;
  replay  webhooks.replays;
begin
  if from_at is null or to_at is null or from_at >= to_at then
    perform webhooks.refuse('invalid_input', 'The span must begin before it ends.', 'from');
  end if;
  if states is null or cardinality(states) = 0 or not states <@ '{failed,succeeded,cancelled}' then
    perform webhooks.refuse('invalid_input', 'Replay takes failed, succeeded or cancelled deliveries.', 'states');
  end if;
  if not dry_run then perform pg_advisory_xact_lock(webhooks.turn_of(webhook.id)); end if;
  select count(*) into total from webhooks.replayable(webhook.id, from_at, to_at, states, event_types);
  if dry_run then
    return jsonb_build_object('dry_run', true, 'total', total);
  end if;
  if not webhook.is_active then
    perform webhooks.refuse('webhook_off', format('Turn %s on to replay.', webhook.name), null, 'PT409');
  end if;
  if exists (select from webhooks.replays r where r.webhook_id = webhook.id and r.finished_at is null and r.stopped_at is null) then
    perform webhooks.refuse('replay_running', 'A replay of this webhook is still running. Stop it first.', null, 'PT409');
  end if;
  insert into webhooks.replays (organization_id, webhook_id, from_at, to_at, states, event_types, total, cursor_at, created_by, finished_at)
  values (webhook.organization_id, webhook.id, from_at, to_at, states, event_types, total, from_at, auth.uid(), case when total = 0 then clock_timestamp() end)
  returning * into replay;
  insert into webhooks.audit_log (organization_id, webhook_id, actor, action, details)
  values (webhook.organization_id, webhook.id, auth.uid(), 'replayed', jsonb_build_object('from', from_at, 'to', to_at, 'states', states, 'total', total));
  perform webhooks.advance_replays();
  return jsonb_build_object('dry_run', false, 'total', total, 'replay_id', replay.id);
end $$;
comment on function public.webhook_replay is 'Sends finished deliveries of a span again, oldest first. With dry_run it only counts. Admins only.';
grant execute on function public.webhook_replay(uuid, timestamptz, timestamptz, text[], text[], boolean) to authenticated, service_role;

create function webhooks.advance_replays(at timestamptz default clock_timestamp(), portion int default 500) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  replay webhooks.replays;
  waiting int;
  taken   int;
begin
  for replay in
    select * from webhooks.replays r
    where r.finished_at is null and r.stopped_at is null and exists (select from public.webhook_configurations w where w.id = r.webhook_id)
    order by r.created_at for update skip locked
  loop
    continue when not pg_try_advisory_xact_lock(webhooks.turn_of(replay.webhook_id)); -- the next sweep comes soon
    select count(*) into waiting from (
      select from webhooks.deliveries d where d.replay_id = replay.id and d.state in ('pending', 'sending') and d.attempt_count = d.round_started_at_attempt limit portion) w;
    continue when waiting >= portion;
    with next as materialized (
      select d.id, d.created_at
      from webhooks.replayable(replay.webhook_id, replay.cursor_at, replay.to_at, replay.states, replay.event_types, replay.cursor_id, portion - waiting) d),
    again as (
      update webhooks.deliveries d
      set state = 'pending', due_at = at, finished_at = null, resent_at = at, lapse_count = 0, replay_id = replay.id, round_started_at_attempt = d.attempt_count
      from next where d.id = next.id and d.state = any (replay.states)),
    furthest as (select created_at, id from next order by created_at desc, id desc limit 1)
    update webhooks.replays r
    set queued = r.queued + (select count(*) from next),
        cursor_at = coalesce((select created_at from furthest), r.cursor_at),
        cursor_id = coalesce((select id from furthest), r.cursor_id),
        finished_at = case when (select count(*) from next) < portion - waiting then at end
    where r.id = replay.id
    returning r.queued - replay.queued into taken;
    if taken > 0 then perform webhooks.wake(); end if;
  end loop;
end $$;
comment on function webhooks.advance_replays is 'Puts the next portion of each running replay into the queue, so that a replay can be stopped and never floods it.';

create function public.webhook_replay_stop(replay_id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  replay  webhooks.replays;
  stopped int;
begin
  select * into replay from webhooks.replays r where r.id = webhook_replay_stop.replay_id;
  -- Another organization's replay does not exist for the caller, in the same words.
  if replay.id is null or (webhooks.caller_is_a_user() and replay.organization_id not in (select webhooks.my_organizations())) then
    perform webhooks.refuse('not_found', 'This replay doesn’t exist.', null, 'PT404');
  end if;
  perform webhooks.require_manager(replay.webhook_id);
  perform pg_advisory_xact_lock(webhooks.turn_of(replay.webhook_id));
  select * into replay from webhooks.replays r where r.id = replay.id for update;
  if replay.stopped_at is not null then return jsonb_build_object('stopped', 0); end if;
  -- Not begun yet: back to what their last attempt made of them, so that the next replay finds them again.
  update webhooks.deliveries d
  set state = case when d.last_attempt_at is null then 'cancelled' when d.last_error_code is null then 'succeeded' else 'failed' end,
      due_at = null, finished_at = coalesce(d.last_attempt_at, clock_timestamp())
  where d.replay_id = replay.id and d.state = 'pending' and d.attempt_count = d.round_started_at_attempt;
  get diagnostics stopped = row_count;
  update webhooks.replays r set stopped_at = clock_timestamp() where r.id = replay.id and (r.finished_at is null or stopped > 0);
  return jsonb_build_object('stopped', stopped);
end $$;
comment on function public.webhook_replay_stop is 'Stops a replay: deliveries that it had queued and nobody has sent yet are what they were before. Admins only.';
grant execute on function public.webhook_replay_stop(uuid) to authenticated, service_role;

create function public.webhook_replays(webhook_id uuid) returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', r.id, 'from', r.from_at, 'to', r.to_at, 'states', r.states, 'event_types', r.event_types, 'total', r.total, 'queued', r.queued,
    'created_at', r.created_at, 'stopped_at', r.stopped_at,
    'succeeded', c.succeeded, 'failed', c.failed, 'waiting', c.waiting,
    'running', r.stopped_at is null and (r.finished_at is null or c.waiting > 0)) order by r.created_at desc), '[]')
  from (select * from webhooks.replays x where x.webhook_id = webhook_replays.webhook_id and x.organization_id in (select webhooks.my_organizations())
        order by x.created_at desc limit 5) r
  cross join lateral (
    select count(*) filter (where d.state = 'succeeded') as succeeded,
           count(*) filter (where d.state = 'failed' or (d.state = 'pending' and d.attempt_count > d.round_started_at_attempt)) as failed,
           count(*) filter (where d.state = 'sending' or (d.state = 'pending' and d.attempt_count = d.round_started_at_attempt)) as waiting
    from webhooks.deliveries d where d.replay_id = r.id) c
$$;
comment on function public.webhook_replays is 'The last replays of a webhook with their progress. `failed` includes those that failed once and wait for a retry.';
grant execute on function public.webhook_replays(uuid) to authenticated;
