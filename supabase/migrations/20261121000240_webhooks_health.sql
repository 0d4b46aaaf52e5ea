-- Webhooks, chapter 14: health. How the queue stands, cheap enough to be asked every second.

create function webhooks.queue_health(at timestamptz default clock_timestamp())
returns table (due int, oldest_due_seconds double precision, unattended_seconds double precision, open int)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  most        constant int := 10000; -- Counting on would cost more than the answer is worth.
  lane_ids    uuid[];
  waiting     timestamptz[];
  lane        record;
  claimable   timestamptz;
  unattended  timestamptz;
begin
  select array_agg(l.webhook_id order by l.due_at), array_agg(l.due_at order by l.due_at) into lane_ids, waiting from webhooks.due_webhooks(at) l;

  -- Waiting long is no fault while somebody sends for that webhook, or its own limit or order holds it back: a slow receiver is not ours to mend.
  -- Lanes come longest waiting first, and those of a healthy queue are younger than ten seconds: none is looked at.
  for lane in
    select w.id, w.ordered, l.due_at
    from unnest(lane_ids, waiting) with ordinality as l(id, due_at, nth) join public.webhook_configurations w on w.id = l.id
    where l.due_at < at - interval '10 seconds' order by l.nth limit 1000
  loop
    exit when unattended <= lane.due_at;
    continue when exists (
      -- What was claimed keeps its place at the front of the lane; that of a webhook with limits is due when its lease ends.
      select from (select d.leased_until, d.is_test from webhooks.open_deliveries d
                   where d.webhook_id = lane.id and d.due_at < at + interval '5 minutes' order by d.due_at, d.position limit 5000) d
      where d.leased_until > at and not d.is_test);
    continue when exists (select from webhooks.lanes l where l.webhook_id = lane.id and l.refilled_at > at - interval '1 minute');
    select min(d.due_at) into claimable
    from (select q.webhook_id, q.record_key, q.position, q.due_at from webhooks.open_deliveries q
          where q.webhook_id = lane.id and q.due_at <= at and (q.leased_until is null or q.leased_until <= at) order by q.due_at, q.position limit 100) d
    where not lane.ordered or d.record_key is null or not exists (
      select from webhooks.open_deliveries earlier
      where earlier.webhook_id = d.webhook_id and earlier.record_key = d.record_key and earlier.position < d.position);
    unattended := least(unattended, claimable);
  end loop;

  return query select
    (select count(*)::int from (
      select from unnest(lane_ids) l(id) cross join lateral (
        select from webhooks.open_deliveries d where d.webhook_id = l.id and d.due_at <= at and (d.leased_until is null or d.leased_until <= at) limit most) d limit most) counted),
    coalesce(extract(epoch from at - waiting[1]), 0)::double precision,
    coalesce(extract(epoch from at - unattended), 0)::double precision,
    (select count(*)::int from (select from webhooks.open_deliveries d limit most) counted);
end $$;
comment on function webhooks.queue_health is
  'How the queue stands. due: deliveries of active webhooks that may be claimed now; open: those and all that wait or are being sent. Both are counted up to 10,000. '
  'oldest_due_seconds: the longest wait among the due. unattended_seconds: the longest wait of a delivery that nothing but a missing dispatcher explains; 0 under ten seconds.';
grant execute on function webhooks.queue_health(timestamptz) to tablehook_dispatcher, service_role;
