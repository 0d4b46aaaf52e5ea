-- Webhooks, chapter 9: the record. Closes attempts, keeps each webhook's health, writes the log: one call per batch.

create function webhooks.record_attempts(
  delivery_ids      uuid[],
  claims            int[],
  attempts          int[],
  states            text[],
  due_ats           timestamptz[],
  status_codes      int[],
  error_codes       text[],
  error_details     text[],
  header_sets       text[],
  header_nths       int[],
  response_bodies   text[],
  response_bytes    int[],
  durations_ms      real[],
  started_ats       timestamptz[],
  gone_revisions    bigint[],
  at                timestamptz default clock_timestamp()
)
returns setof uuid
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- Plans are pinned, as in the claim. Autovacuum comes when the queue is empty, and then its statistics say that any index will do.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_memoize = off set enable_sort = off set jit = off
as $$
#variable_conflict use_column
declare
  sets           constant jsonb[] := header_sets; -- parsed once, not per attempt
  closed_nths    bigint[];
  closed_hooks   uuid[];
  tested         boolean[];
  lost           uuid[];
  lost_claims    int[];
begin
  with outcome as materialized (
    select o.*, place.ctid as place
    from unnest(delivery_ids, claims, attempts, states, due_ats, status_codes, error_codes, error_details, header_nths, response_bodies,
                response_bytes, durations_ms, started_ats, gone_revisions) with ordinality
      as o(id, claim, attempt, state, due_at, status_code, error_code, error_detail, headers_nth, body, bytes, duration, started_at, gone_revision, nth)
    -- Asked for in the order of the id, so that no index but that of the id can answer.
    cross join lateral (select d.ctid from webhooks.open_deliveries d where d.id between o.id and o.id order by d.id limit 1) place),
  -- The fence: only the newest claim may close its delivery.
  taken as (
    delete from webhooks.open_deliveries d using outcome o
    where d.ctid = o.place and d.state = 'sending' and d.claim_count = o.claim and o.state <> 'pending'
    returning d.position, d.organization_id, d.webhook_id, d.event_id, d.event_type, d.format, d.shape_id, d.attempt_count, d.round_started_at_attempt,
              d.record_key, d.is_test, d.resent_at, d.replay_id, d.created_at,
              o.id, o.claim, o.attempt, o.state, o.status_code, o.error_code, o.error_detail, o.headers_nth, o.body, o.bytes, o.duration, o.started_at, o.gone_revision, o.nth),
  finished as (
    insert into webhooks.closed_deliveries (
      id, position, organization_id, webhook_id, event_id, event_type, format, shape_id, state, attempt_count, round_started_at_attempt, claim_count,
      record_key, is_test, resent_at, replay_id, last_attempt_at, last_status_code, last_error_code, last_duration_ms, created_at, finished_at)
    select t.id, t.position, t.organization_id, t.webhook_id, t.event_id, t.event_type, t.format, t.shape_id, t.state, t.attempt_count + 1, t.round_started_at_attempt, t.claim,
           t.record_key, t.is_test, t.resent_at, t.replay_id, t.started_at, t.status_code, t.error_code, t.duration, t.created_at, at
    from taken t),
  waiting as (
    update webhooks.open_deliveries d
    set state = 'pending', due_at = o.due_at, leased_until = null, attempt_count = d.attempt_count + 1, lapse_count = 0,
        last_attempt_at = o.started_at, last_status_code = o.status_code, last_error_code = o.error_code, last_duration_ms = o.duration
    from outcome o
    where d.ctid = o.place and d.state = 'sending' and d.claim_count = o.claim and o.state = 'pending'
    returning d.organization_id, d.webhook_id, d.event_id, d.event_type, d.is_test,
              o.id, o.claim, o.attempt, o.state, o.status_code, o.error_code, o.error_detail, o.headers_nth, o.body, o.bytes, o.duration, o.started_at, o.gone_revision, o.nth),
  closed as materialized (
    select t.organization_id, t.webhook_id, t.event_id, t.event_type, t.is_test, t.id, t.claim, t.attempt, t.state, t.status_code, t.error_code, t.error_detail,
           t.headers_nth, t.body, t.bytes, t.duration, t.started_at, t.gone_revision, t.nth from taken t
    union all
    select w.organization_id, w.webhook_id, w.event_id, w.event_type, w.is_test, w.id, w.claim, w.attempt, w.state, w.status_code, w.error_code, w.error_detail,
           w.headers_nth, w.body, w.bytes, w.duration, w.started_at, w.gone_revision, w.nth from waiting w),
  logged as (
    insert into public.webhook_logs (id, organization_id, webhook_id, delivery_id, event_id, event_type, attempt, status_code, error_code, error_detail,
                                     response_headers, response_body, response_bytes, duration_ms, is_test, created_at)
    -- An id made from the claim: a record that is repeated because its answer was lost writes no second row.
    select md5(c.id || ':' || c.claim)::uuid, c.organization_id, c.webhook_id, c.id, c.event_id, c.event_type, c.attempt, c.status_code, c.error_code, c.error_detail,
           sets[c.headers_nth], c.body, c.bytes, c.duration, c.is_test, c.started_at
    from closed c),
  counted as (
    insert into webhooks.hourly_counts as h (organization_id, webhook_id, hour, event_type, answer, attempts, succeeded, failed)
    select c.organization_id, c.webhook_id, date_trunc('hour', c.started_at, 'UTC'), c.event_type,
           case when c.error_code is null or c.error_code in ('http_error', 'redirect') then c.status_code::text else c.error_code end,
           count(*), count(*) filter (where c.state = 'succeeded'), count(*) filter (where c.state = 'failed')
    from closed c where not c.is_test
    group by 1, 2, 3, 4, 5
    order by 2, 3, 4, 5 -- two dispatchers take the rows in one order and cannot deadlock
    on conflict (webhook_id, hour, event_type, answer) do update
      set attempts = h.attempts + excluded.attempts, succeeded = h.succeeded + excluded.succeeded, failed = h.failed + excluded.failed)
  select array_agg(c.nth), array_agg(c.webhook_id), array_agg(c.is_test) into closed_nths, closed_hooks, tested from closed c;

  if 'succeeded' <> any (states)
     or exists (select from public.webhook_configurations w where w.id = any (closed_hooks) and w.consecutive_failures > 0) then
    perform webhooks.judge_health(array_agg(c.webhook_id order by c.nth), array_agg(states[c.nth] order by c.nth), array_agg(gone_revisions[c.nth] order by c.nth), at)
    from unnest(closed_nths, closed_hooks, tested) c(nth, webhook_id, is_test) where not c.is_test;
  end if;

  -- The log is written also when the lease was lost: the request did happen.
  if coalesce(cardinality(closed_nths), 0) < cardinality(delivery_ids) then
    select array_agg(o.id), array_agg(o.claim) into lost, lost_claims
    from unnest(delivery_ids, claims) with ordinality o(id, claim, nth) where o.nth <> all (coalesce(closed_nths, '{}'));
    insert into public.webhook_logs (id, organization_id, webhook_id, delivery_id, event_id, event_type, attempt, status_code, error_code, error_detail,
                                     response_headers, response_body, response_bytes, duration_ms, is_test, superseded, created_at)
    select md5(o.id || ':' || o.claim)::uuid, d.organization_id, d.webhook_id, d.id, d.event_id, d.event_type, o.attempt, o.status_code, o.error_code, o.error_detail,
           sets[o.headers_nth], o.body, o.bytes, o.duration, d.is_test, true, o.started_at
    from unnest(delivery_ids, claims, attempts, status_codes, error_codes, error_details, header_nths, response_bodies, response_bytes, durations_ms, started_ats)
      as o(id, claim, attempt, status_code, error_code, error_detail, headers_nth, body, bytes, duration, started_at)
    join unnest(lost, lost_claims) as l(id, claim) on l.id = o.id and l.claim = o.claim
    join webhooks.deliveries d on d.id = o.id
    where d.id = any (lost)
    on conflict do nothing;
  end if;
  return query select unnest(lost);
end $$;
comment on function webhooks.record_attempts is
  'Closes a batch of attempts: moves each delivery on, writes the log rows and the counts, and judges the webhooks'' health. '
  'gone_revisions: where a 410 came, the revision of the webhook that was sent for; else null. '
  'Answers mostly come with the same headers, so they are given as sets, and per attempt the number of its set. '
  'Answers with the deliveries whose lease was lost: a later claim owns them and nothing of theirs was changed.';
grant execute on function webhooks.record_attempts(uuid[], int[], int[], text[], timestamptz[], int[], text[], text[], text[], int[], text[], int[], real[], timestamptz[], bigint[], timestamptz)
  to tablehook_dispatcher;

-- A webhook's health changes rarely, so the common case (success, and healthy already) reads and writes nothing.
create function webhooks.judge_health(webhook_ids uuid[], states text[], gone_revisions bigint[], at timestamptz) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  change  record;
  webhook public.webhook_configurations;
  turned_off text;
  troubled   uuid[] := array(select distinct o.id from unnest(webhook_ids, states) o(id, state) where o.state <> 'succeeded');
  wanted     uuid[];
  held       uuid[];
  in_the_way uuid;
begin
  loop
    begin
      -- Who changes many webhooks in one statement takes them in an order of their own, and each would wait for the other. So here
      -- nobody waits with a webhook in hand: what is in the way is let go of with the rest, waited for alone, and then taken first.
      if in_the_way is not null then
        perform from public.webhook_configurations w where w.id = in_the_way for no key update;
      end if;
      wanted := array(select w.id from public.webhook_configurations w where w.id = any (webhook_ids) and (w.consecutive_failures > 0 or w.id = any (troubled)));
      held := array(select w.id from public.webhook_configurations w where w.id = any (wanted) order by w.id for no key update skip locked);
      if cardinality(held) < cardinality(wanted) then
        select w.id into in_the_way from public.webhook_configurations w where w.id = any (wanted) and w.id <> all (held) order by w.id limit 1;
        -- Not there: deleted meanwhile.
        if found then raise sqlstate 'WH001'; end if;
      end if;

      for change in
        -- In the order of the batch, which is the order in which answers came: failures since the last success, or all of them.
        with outcome as (
          select * from unnest(webhook_ids, states, gone_revisions) with ordinality as o(webhook_id, state, gone_revision, nth)),
        summary as (
          select o.webhook_id, bool_or(o.state = 'succeeded') as succeeded, max(o.gone_revision) as gone_revision,
                 count(*) filter (where o.state <> 'succeeded' and o.nth > coalesce(s.last_success, 0)) as failures_since
          from outcome o left join (select webhook_id, max(nth) as last_success from outcome where state = 'succeeded' group by webhook_id) s using (webhook_id)
          group by o.webhook_id)
        select s.* from summary s join public.webhook_configurations w on w.id = s.webhook_id
        where w.id = any (held) and (s.failures_since > 0 or s.gone_revision is not null or w.consecutive_failures > 0)
        order by s.webhook_id
      loop
        select * into webhook from public.webhook_configurations w where w.id = change.webhook_id;
        -- Off already: answers that were under way change nothing, and turning it on judges afresh.
        continue when not found or not webhook.is_active;

        if change.succeeded and webhook.consecutive_failures >= 3 then
          perform webhooks.tell('webhook.recovered', webhook, null, 0, at);
        end if;
        if change.succeeded then
          webhook.consecutive_failures := 0; webhook.failing_since := null;
        end if;
        if change.failures_since > 0 then
          if webhook.consecutive_failures < 3 and webhook.consecutive_failures + change.failures_since >= 3 then
            perform webhooks.tell('webhook.failing', webhook, null, (webhook.consecutive_failures + change.failures_since)::int, at);
          end if;
          webhook.consecutive_failures := webhook.consecutive_failures + change.failures_since;
          webhook.failing_since := coalesce(webhook.failing_since, at);
        end if;

        turned_off := case
          -- Said of the address that was asked: somebody may have saved another since.
          when change.gone_revision = webhook.revision then 'gone'
          when webhook.failing_since <= at - (select s.turn_off_after from webhooks.settings s) then 'failing' end;

        update public.webhook_configurations w
        set consecutive_failures = webhook.consecutive_failures, failing_since = webhook.failing_since
        where w.id = webhook.id;
        if turned_off is not null then
          update public.webhook_configurations w set is_active = false, disabled_reason = turned_off, disabled_at = at where w.id = webhook.id;
          perform webhooks.tell('webhook.disabled', webhook, turned_off, webhook.consecutive_failures, at);
        end if;
      end loop;
      return;
    exception when sqlstate 'WH001' then null; -- lets go of what is held
    end;
  end loop;
end $$;
comment on function webhooks.judge_health is
  'Given the attempts that a record closed (their webhooks, states and, where a 410 came, of which revision), in order: counts failures in a row, turns a webhook off on 410 or after settings.turn_off_after without a success, and tells each transition once.';

create function webhooks.tell(event_type text, webhook public.webhook_configurations, reason text, failures int, at timestamptz) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
  perform webhooks.publish_event(webhook.organization_id, event_type,
    pg_catalog.jsonb_build_object('webhook_id', webhook.id, 'name', webhook.name, 'url', webhook.url, 'reason', reason,
                                  'consecutive_failures', failures, 'at', at),
    null, webhook.id);
  perform webhooks.queue_alert(event_type, webhook, reason, failures, at); -- by e-mail, chapter 15
end $$;
comment on function webhooks.tell is 'Sends an event about a webhook to the organization''s other webhooks that list it, and an alert to its people.';

create function webhooks.sweep(at timestamptz default clock_timestamp()) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  abandoned int;
  waiting   boolean;
begin
  with given_up as (
    update webhooks.deliveries d
    set state = 'failed', due_at = null, leased_until = null, finished_at = at, last_status_code = null, last_error_code = 'abandoned', last_attempt_at = at
    where d.state in ('pending', 'sending') and d.id = any (
      array(select x.id from webhooks.open_deliveries x where x.lapse_count >= 9 and x.leased_until <= at limit 1000 for update skip locked)
      -- A test has no lease: whoever sends it waits for the answer, at most half a minute.
      || array(select x.id from webhooks.open_deliveries x where x.is_test and x.state = 'sending' and x.created_at < at - interval '5 minutes' limit 1000 for update skip locked))
    returning d.*),
  logged as (
    insert into public.webhook_logs (organization_id, webhook_id, delivery_id, event_id, event_type, attempt, error_code, error_detail, duration_ms, is_test, created_at)
    select g.organization_id, g.webhook_id, g.id, g.event_id, g.event_type, g.attempt_count + 1, 'abandoned',
           case when g.is_test then 'The test was broken off before its answer was recorded.'
                else 'The dispatcher stopped ten times while it had this delivery.' end, 0, g.is_test, at
    from given_up g),
  counted as (
    insert into webhooks.hourly_counts as h (organization_id, webhook_id, hour, event_type, answer, attempts, succeeded, failed)
    select g.organization_id, g.webhook_id, date_trunc('hour', at, 'UTC'), g.event_type, 'abandoned', count(*), 0, count(*)
    from given_up g where not g.is_test
    group by 1, 2, 3, 4
    order by 2, 3, 4
    on conflict (webhook_id, hour, event_type, answer) do update set attempts = h.attempts + excluded.attempts, failed = h.failed + excluded.failed)
  select count(*) into abandoned from given_up;

  perform webhooks.advance_replays(at);
  select exists (select from webhooks.due_webhooks(at)) or webhooks.alerts_are_due(at) into waiting;
  if waiting then perform webhooks.wake(); end if;
  return jsonb_build_object('abandoned', abandoned, 'waiting', waiting);
end $$;
comment on function webhooks.sweep is
  'The guarantee behind the wake: gives up deliveries whose dispatcher always dies, feeds running replays, and wakes dispatchers when something is due.';
grant execute on function webhooks.sweep(timestamptz) to tablehook_dispatcher, service_role;
