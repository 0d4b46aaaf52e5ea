-- Webhooks, chapter 8: the claim.

create table webhooks.lanes (
  webhook_id   uuid primary key references public.webhook_configurations on delete cascade,
  tokens       double precision not null default 0,
  refilled_at  timestamptz not null default 'epoch'
) with (fillfactor = 20);
alter table webhooks.lanes enable row level security;
comment on table webhooks.lanes is
  'One row per webhook with a limit of its own (rate, concurrency, order). Its lock makes the limit hold across dispatchers; webhooks without limits are never locked.';
comment on column webhooks.lanes.tokens is 'Requests that may start now: grows by rate_limit per second, up to one second''s worth.';

create function webhooks.open_lane() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.rate_limit is not null or new.max_concurrency is not null or new.ordered then
    insert into webhooks.lanes (webhook_id) values (new.id) on conflict do nothing;
  end if;
  return null;
end $$;
comment on function webhooks.open_lane is 'Gives a webhook its lane row when it gets a limit.';
create trigger on_webhook_configurations_limit after insert or update of rate_limit, max_concurrency, ordered on public.webhook_configurations
  for each row execute function webhooks.open_lane();

create function webhooks.tokens_at(rate int, tokens double precision, refilled_at timestamptz, at timestamptz) returns double precision
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  -- A little before: another claim took its time earlier and the lane later. Long before: the clock was set back, and nobody knows how long it was.
  select least(rate, tokens + rate * case when at < refilled_at - interval '10 seconds' then 1 else least(extract(epoch from at - refilled_at), 1) end)
$$;
comment on function webhooks.tokens_at is 'How many requests of a webhook with a rate limit may start at a moment, given what its lane says.';

-- Dispatchers vacuum the queue themselves: every claim steps over the dead entries of what is done, and autovacuum comes once a
-- minute. Before Postgres 17 only the owner may, and there it is left to autovacuum.
do $$
begin
  if current_setting('server_version_num')::int >= 170000 then
    grant maintain on webhooks.open_deliveries to tablehook_dispatcher;
  end if;
end $$;

create function webhooks.due_webhooks(at timestamptz default clock_timestamp(), besides uuid[] default '{}')
returns table (webhook_id uuid, due_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off set jit = off
as $$
#variable_conflict use_column
begin
  -- A loose index scan: two probes per webhook with open deliveries, however long its queue and however many retries wait.
  -- Backwards: at the near end of a busy lane stand the newest, at the far end the dead entries of those that are done.
  return query
  with recursive lane as (
    (select d.webhook_id from webhooks.open_deliveries d order by d.webhook_id desc limit 1)
    union all
    select following.webhook_id
    from lane cross join lateral (
      select d.webhook_id from webhooks.open_deliveries d where d.webhook_id < lane.webhook_id order by d.webhook_id desc limit 1) following)
  select w.id, due.due_at
  from lane join public.webhook_configurations w on w.id = lane.webhook_id and w.is_active
  cross join lateral (
    -- Past those that are under way: they keep their place in the lane.
    select d.due_at from webhooks.open_deliveries d
    where d.webhook_id = w.id and d.due_at <= at and (d.leased_until is null or d.leased_until <= at)
    order by d.due_at, d.position limit 1) due
  where w.id <> all (besides)
  order by due.due_at;
end $$;
comment on function webhooks.due_webhooks is 'Active webhooks that have something due, with the oldest due time of each, longest waiting first. `besides` names some that need not be looked at.';
grant execute on function webhooks.due_webhooks(timestamptz, uuid[]) to tablehook_dispatcher;

-- Plans are pinned: the queue goes from 0 to 20,000 rows and back within a second, and a plan cached at the
-- wrong moment (hash, sequential scan) costs 2.5 times as much, under an old snapshot minutes. No bitmaps, and no sort where an
-- index has the order: to a plan that was made for an empty queue any index of the webhook is good enough, and then each claim
-- reads and sorts the whole lane. With 100,000 waiting that was 40 ms of each.
create function webhooks.claim_deliveries(
  max_count    int,
  lease        interval,
  per_webhook  int default 100,
  busy         uuid[] default '{}',
  busy_counts  int[] default '{}',
  at           timestamptz default clock_timestamp()
)
returns table (
  delivery_id uuid, claim int, attempt int, round_attempt int, webhook_id uuid, revision bigint,
  organization_id uuid, format text, shape_id bigint, event_id uuid, event_type text, occurred_at text, data text, previous text, context text, bytes int
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off
set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  lane_ids  uuid[];
  quotas    int[];
  limited   boolean[];
  held      uuid[];
  in_order  boolean[];
  picked    tid[];
  share     int;
begin
  -- A claim that a crash undoes was never made: its commit need not wait for the disk. The record's does.
  perform set_config('synchronous_commit', 'off', true);

  -- 1. Which webhooks have something due and room with the caller.
  select array_agg(w.id order by due.due_at),
         array_agg(per_webhook - coalesce(busy_counts[array_position(busy, w.id)], 0) order by due.due_at),
         array_agg(w.rate_limit is not null or w.max_concurrency is not null or w.ordered order by due.due_at),
         array_agg(w.ordered order by due.due_at)
    into lane_ids, quotas, limited, in_order
  from webhooks.due_webhooks(at, array(select b.id from unnest(busy, busy_counts) b(id, count) where b.count >= per_webhook)) due
  join public.webhook_configurations w on w.id = due.webhook_id;
  if lane_ids is null then return; end if;

  -- 2. Webhooks with limits: lock their lane and see what the limit leaves. A lane that another claim holds is left to it.
  if true = any (limited) then
    -- Locked by a statement of its own: the next one looks after the lock, and so sees what the last holder claimed.
    held := array(select l.webhook_id from webhooks.lanes l where l.webhook_id = any (lane_ids) order by l.webhook_id for update skip locked);
    with allowed as (
      select l.webhook_id,
             least(coalesce(w.max_concurrency - (
                     -- A limited webhook's lease is also its due time, so those under way are a short range of the index. It reaches further
                     -- than our own lease would: another claim may have read the clock later than we, and had the lane before us.
                     select count(*) from webhooks.open_deliveries d
                     where d.webhook_id = l.webhook_id and d.due_at > at and d.due_at <= at + 2 * lease and d.leased_until > at and not d.is_test), 2147483647),
                   coalesce(floor(webhooks.tokens_at(w.rate_limit, l.tokens, l.refilled_at, at)), 2147483647)) as room
      from webhooks.lanes l join public.webhook_configurations w on w.id = l.webhook_id
      where l.webhook_id = any (held))
    select array_agg(case when not limited[i] then quotas[i] else least(quotas[i], coalesce(a.room, 0)) end order by i)
      into quotas
    from generate_subscripts(lane_ids, 1) i left join allowed a on a.webhook_id = lane_ids[i];
  end if;

  -- 3. What lost its lease three times in a row may be what ends dispatchers. It is claimed alone, or what is in hand with it would be
  -- charged each of its ends as well, and be given up with it at the tenth.
  picked := array(
    select q.ctid
    from webhooks.open_deliveries q join unnest(lane_ids, quotas, in_order) lane(webhook_id, quota, ordered) on lane.webhook_id = q.webhook_id and lane.quota > 0
    where q.lapse_count >= 2 and q.lapse_count < 9 and q.due_at <= at and q.leased_until <= at
      and (not lane.ordered or q.record_key is null or not exists (
        select from webhooks.open_deliveries earlier
        where earlier.webhook_id = q.webhook_id and earlier.record_key = q.record_key and earlier.position < q.position))
    order by q.due_at limit 1
    for update of q skip locked);

  -- 4. Else a fair share each, longest waiting first; what one webhook leaves, the next claim gives away.
  share := greatest(max_count / array_length(lane_ids, 1), 8);
  if picked = '{}' then
    picked := array(
      select d.ctid
      from generate_subscripts(lane_ids, 1) i
      cross join lateral (
        select q.ctid from webhooks.open_deliveries q
        where q.webhook_id = lane_ids[i] and q.due_at <= at and (q.leased_until is null or (q.leased_until <= at and q.lapse_count < 2))
          and (not in_order[i] or q.record_key is null or not exists (
            select from webhooks.open_deliveries earlier
            where earlier.webhook_id = q.webhook_id and earlier.record_key = q.record_key and earlier.position < q.position))
        order by q.due_at, q.position
        limit greatest(least(quotas[i], share), 0)
        for update skip locked) d
      limit max_count);
  end if;
  if picked = '{}' then return; end if;

  -- 5. Lease them and hand over all that sending needs. A lease that had lapsed counts against the delivery, never as an attempt.
  return query
  with claimed as (
    update webhooks.open_deliveries d
    set lapse_count = d.lapse_count + case d.state when 'sending' then 1 else 0 end,
        state = 'sending', claim_count = d.claim_count + 1, leased_until = at + lease,
        due_at = case when d.webhook_id = any (held) then at + lease else d.due_at end
    where d.ctid = any (picked) -- locked by us, so they stay where they are
    returning d.*),
  spent as (
    update webhooks.lanes l
    set tokens = webhooks.tokens_at(w.rate_limit, l.tokens, l.refilled_at, at) - c.n, refilled_at = at
    from (select claimed.webhook_id, count(*) as n from claimed group by claimed.webhook_id) c
    join public.webhook_configurations w on w.id = c.webhook_id and w.rate_limit is not null
    where l.webhook_id = c.webhook_id)
  select c.id, c.claim_count, c.attempt_count + 1, c.attempt_count - c.round_started_at_attempt + 1, c.webhook_id, w.revision,
         c.organization_id, c.format, c.shape_id, c.event_id, c.event_type,
         to_char(e.occurred_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         -- A thousand rows of a megabyte would be more than a dispatcher can hold: it reads large ones by themselves.
         case when e.bytes <= 65536 then e.data end, case when e.bytes <= 65536 then e.previous end, case when e.bytes <= 65536 then e.context end, e.bytes
  from claimed c
  cross join lateral (
    select x.occurred_at, x.data, x.previous, x.context, octet_length(x.data) + coalesce(octet_length(x.previous), 0) + coalesce(octet_length(x.context), 0) as bytes
    from webhooks.events x where x.id = c.event_id offset 0) e
  cross join lateral (select v.revision from public.webhook_configurations v where v.id = c.webhook_id offset 0) w;
end $$;
comment on function webhooks.claim_deliveries is
  'Leases due deliveries to the caller: at most max_count, fair between webhooks, at most per_webhook less what the caller still has in flight (busy, busy_counts), '
  'and never above a webhook''s own limits. A delivery whose lease ran out is due again, so a crashed dispatcher needs no rescuer.';
grant execute on function webhooks.claim_deliveries(int, interval, int, uuid[], int[], timestamptz) to tablehook_dispatcher;

create function webhooks.read_large_events(delivery_ids uuid[], claims int[])
returns table (delivery_id uuid, data text, previous text, context text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off
as $$
  select d.id, e.data, e.previous, e.context
  from unnest(delivery_ids, claims) r(id, claim)
  join webhooks.open_deliveries d on d.id = r.id and d.state = 'sending' and d.claim_count = r.claim
  join webhooks.events e on e.id = d.event_id
$$;
comment on function webhooks.read_large_events is 'What a claim left out because it has more than 64 KB. For the holder of the claim only.';
grant execute on function webhooks.read_large_events(uuid[], int[]) to tablehook_dispatcher;

create function webhooks.release_deliveries(delivery_ids uuid[], claims int[], at timestamptz default clock_timestamp()) returns int
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  released int;
begin
  update webhooks.open_deliveries d set state = 'pending', leased_until = null, due_at = at
  from unnest(delivery_ids, claims) as r(id, claim)
  where d.id = r.id and d.state = 'sending' and d.claim_count = r.claim;
  get diagnostics released = row_count;
  return released;
end $$;
comment on function webhooks.release_deliveries is
  'Gives claimed deliveries back unsent: a dispatcher that stops, or a fault of our own. Costs no attempt and no lapse.';
grant execute on function webhooks.release_deliveries(uuid[], int[], timestamptz) to tablehook_dispatcher;

create function webhooks.read_webhooks(webhook_ids uuid[], at timestamptz default clock_timestamp())
returns table (
  webhook_id uuid, revision bigint, is_active boolean, organization_id uuid, name text, url text, timeout_ms int, retry_policy text, rate_limit int,
  max_concurrency int, sealed_secrets text[], secrets_until timestamptz, sealed_headers text
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select w.id, w.revision, w.is_active, w.organization_id, w.name, w.url, w.timeout_ms, w.retry_policy, w.rate_limit, w.max_concurrency,
         coalesce((select array_agg(s.sealed order by s.created_at desc) from webhooks.secrets s
                   where s.webhook_id = w.id and (s.expires_at is null or s.expires_at > at)), '{}'),
         (select min(s.expires_at) from webhooks.secrets s where s.webhook_id = w.id and s.expires_at > at),
         h.sealed
  from public.webhook_configurations w left join webhooks.custom_headers h on h.webhook_id = w.id
  where w.id = any (webhook_ids)
$$;
comment on function webhooks.read_webhooks is
  'What a dispatcher must know of webhooks to send for them. Secrets and header values stay sealed; secrets_until says when the set of live secrets changes next.';
grant execute on function webhooks.read_webhooks(uuid[], timestamptz) to tablehook_dispatcher;
