-- Webhooks, chapter 12, continued: the list of deliveries, with its filters, and one delivery.

-- With it and with closed_deliveries_by_kind a filter by state or event type is a few short walks, one per state and type, however rare the match.
create index retrying_deliveries_by_type on webhooks.open_deliveries (webhook_id, event_type, created_at desc, id desc) where attempt_count > 0;
comment on index webhooks.retrying_deliveries_by_type is 'Deliveries that failed before and wait for their retry. Neither capture nor claim pays for it: a delivery enters with its first failure.';

create function webhooks.find_deliveries(
  webhook_id         uuid,
  states             text[],
  event_types        text[],
  answers            text[],
  from_at            timestamptz,
  to_at              timestamptz,
  search             text,
  tests              boolean,
  before_created_at  timestamptz,
  before_id          uuid,
  max_count          int
)
returns setof webhooks.deliveries
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- Plans are pinned to walks in the order of the list, which stop at the page's end. The planner takes the filters for rarer than they
-- are, and would fetch 300,000 rows to sort them. Pinned plans look expensive, which must not start the JIT compiler.
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set max_parallel_workers_per_gather = 0 set jit = off
as $$
#variable_conflict use_variable
declare
  -- A text that is no uuid is nobody's id: it matches nothing, and is not an error.
  wanted_id uuid := case when btrim(search) ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then btrim(search)::uuid end;
  patterns  text[] := (
    select array_agg(regexp_replace(replace(replace(replace(t, '\', '\\'), '_', '\_'), '%', '\%'), '\.\*$', '.%')) from unnest(event_types) t);
  matches   constant text := $sql$
    d.webhook_id = $1 and d.created_at >= $2 and (d.created_at, d.id) < ($3, $4) and ($5 or not d.is_test)
    and ($6 is null or case when d.state <> 'pending' then d.state when d.attempt_count > 0 then 'retrying' else 'waiting' end = any ($6))
    and ($7 is null or d.event_type like any ($7))
    and ($8 is null
         or case when coalesce(d.last_error_code, 'http_error') in ('http_error', 'redirect') then d.last_status_code::text else d.last_error_code end = any ($8)
         or case when d.last_status_code is not null then d.last_status_code / 100 || 'xx' when d.last_attempt_at is not null then 'none' end = any ($8))
    $sql$;
  newest    constant text := ' order by d.created_at desc, d.id desc limit $9 ';
  few_due   boolean;
  source    text;
begin
  states := nullif(states, '{}');
  answers := nullif(answers, '{}');
  -- A delivery that succeeded ends with a 2xx. Other answers are looked for among the rest, which is short.
  if states is null and answers is not null and not exists (select from unnest(answers) a where a like '2%') then
    states := '{retrying,failed,waiting,sending,cancelled}';
  end if;

  if nullif(btrim(search), '') is not null then
    tests := true; -- Whoever has the id of a test wants to see it.
    source := $sql$
      select d.* from (
        select * from webhooks.deliveries where id = $10
        union all
        select * from webhooks.deliveries where id = webhooks.delivery_id($10, $1)) d
      where $sql$ || matches || newest;
  else
    -- Without a filter all that is open matches, and the walk ends at the page's end.
    select (states is not null or patterns is not null) and count(*) <= 10000 into few_due from (
      select from webhooks.open_deliveries d where d.webhook_id = find_deliveries.webhook_id and d.due_at < now() + interval '10 minutes' limit 10001) due;
    source := format($sql$
      with recursive
      retried as (
        (select d.event_type from webhooks.open_deliveries d where d.webhook_id = $1 and d.attempt_count > 0 order by d.event_type limit 1)
        union all
        select following.* from retried cross join lateral (
          select d.event_type from webhooks.open_deliveries d
          where d.webhook_id = $1 and d.attempt_count > 0 and d.event_type > retried.event_type
          order by d.event_type limit 1) following)
      select d.* from (
        select walk.* from webhooks.kinds_of_deliveries($1) kind cross join lateral (
          select d.* from webhooks.closed_deliveries d where d.state = kind.state and d.event_type = kind.event_type and %1$s %2$s) walk
        where ($6 is null or kind.state = any ($6)) and ($7 is null or kind.event_type like any ($7))
        union all
        select walk.* from retried cross join lateral (
          select d.* from webhooks.open_deliveries d
          where d.event_type = retried.event_type and d.attempt_count > 0 and d.state = 'pending' and %1$s %2$s) walk
        where ($6 is null or 'retrying' = any ($6)) and ($7 is null or retried.event_type like any ($7))
        union all
        (select d.* from (select * from webhooks.open_deliveries o where o.webhook_id = $1 %3$s) d
         where ($6 is null or '{waiting,sending}' && $6) and (d.state = 'sending' or d.attempt_count = 0) and %1$s %2$s)) d %2$s $sql$,
      matches, newest,
      -- Waiting and sending: where little is due, read it all. Where much is, it is dense among the newest, and the walk ends soon.
      case when few_due then $sql$ and o.due_at < now() + interval '10 minutes' offset 0 $sql$ else '' end);
  end if;

  -- One upper end and not two: Postgres would begin its walk at the wrong one.
  if before_created_at is null or before_created_at >= to_at then
    before_created_at := coalesce(to_at, 'infinity');
    before_id := null;
  end if;
  return query execute source
    using webhook_id, coalesce(from_at, '-infinity'), before_created_at, coalesce(before_id, '00000000-0000-0000-0000-000000000000'),
          coalesce(tests, false), states, patterns, answers, max_count, wanted_id;
end $$;
comment on function webhooks.find_deliveries is
  'Deliveries of one webhook that match the filters of public.webhook_delivery_page(), newest first. Does not ask who may see them.';

create function webhooks.deliveries_as_json(delivery_ids uuid[])
returns table (id uuid, delivery jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select d.id, to_jsonb(v) || jsonb_build_object(
    'max_attempts', webhooks.max_attempts(d, w.retry_policy),
    'on_resend', d.state = 'succeeded' and coalesce(d.finished_at >= d.resent_at, false))
  from webhooks.deliveries d
  join public.webhook_deliveries v on v.id = d.id
  left join public.webhook_configurations w on w.id = d.webhook_id
  where d.id = any (delivery_ids)
$$;
comment on function webhooks.deliveries_as_json is
  'Rows of webhook_deliveries with max_attempts, and on_resend: whether it was a resend that reached the receiver. In no order.';

create function webhooks.may_view_deliveries(webhook_id uuid) returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  -- Asked of the deliveries: they are kept for the retention when the webhook is deleted, and still belong to its organization.
  select coalesce((
    select d.organization_id from webhooks.deliveries d
    where d.webhook_id = may_view_deliveries.webhook_id limit 1)
  in (select webhooks.my_organizations()), false)
$$;
comment on function webhooks.may_view_deliveries is
  'Whether the caller is a member of the organization that a webhook''s deliveries belong to. False where there are none.';

create function public.webhook_delivery_page(
  webhook_id         uuid,
  states             text[] default null,
  event_types        text[] default null,
  answers            text[] default null,
  from_at            timestamptz default null,
  to_at              timestamptz default null,
  search             text default null,
  tests              boolean default false,
  before_created_at  timestamptz default null,
  before_id          uuid default null,
  page_size          int default 50
)
returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
#variable_conflict use_variable
declare
  size  int := least(greatest(coalesce(page_size, 50), 1), 1000);
  found uuid[];
begin
  if not webhooks.may_view_deliveries(webhook_id) then
    return '{"rows": [], "more": false}';
  end if;
  -- One more is read than asked for: whether there is more costs no count.
  found := array(
    select d.id from webhooks.find_deliveries(
      webhook_id, states, event_types, answers, from_at, to_at, search, tests, before_created_at, before_id, size + 1) d
    order by d.created_at desc, d.id desc);
  return (
    select jsonb_build_object('rows', coalesce(jsonb_agg(j.delivery order by array_position(found, j.id)), '[]'), 'more', cardinality(found) > size)
    from webhooks.deliveries_as_json(found[:size]) j);
end $$;
comment on function public.webhook_delivery_page is
  'One page of a webhook''s deliveries, newest first: {rows, more}. For the next page pass created_at and id of the last row, as the text they came in: '
  'microseconds count. states: succeeded, retrying, failed, waiting, sending, cancelled. event_types: names, or a beginning with .* after it. '
  'answers: 2xx to 5xx, none, or one status or error code. search: an event or delivery id. Nothing matches for those who are no members.';

create function public.webhook_delivery(delivery_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = force_generic_plan -- as in webhook_list()
as $$
#variable_conflict use_variable
declare
  delivery     webhooks.deliveries;
  webhook      public.webhook_configurations;
  read_payload boolean;
begin
  select d.* into delivery from webhooks.deliveries d where d.id = delivery_id and d.organization_id in (select webhooks.my_organizations());
  if not found then return null; end if;
  select w.* into webhook from public.webhook_configurations w where w.id = delivery.webhook_id;
  read_payload := coalesce((public.webhook_capabilities(delivery.organization_id) ->> 'read_payload')::boolean, false);

  return jsonb_build_object(
    'delivery', (select j.delivery from webhooks.deliveries_as_json(array[delivery.id]) j) || jsonb_build_object('format', delivery.format, 'is_shaped', delivery.shape_id is not null),
    'webhook', case when webhook.id is not null then jsonb_build_object(
      'id', webhook.id, 'name', webhook.name, 'url', webhook.url, 'is_active', webhook.is_active,
      'timeout_ms', webhook.timeout_ms, 'retry_policy', webhook.retry_policy) end,
    'event', (
      select jsonb_build_object('id', e.id, 'type', e.type, 'occurred_at', e.occurred_at,
                                'data', case when read_payload then e.data end, 'previous', case when read_payload then e.previous end,
                                'context', case when read_payload then e.context end)
      from webhooks.events e where e.id = delivery.event_id),
    -- A delivery that was resent a thousand times has as many attempts, each with up to 16 KB of answer.
    'attempts', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', a.id, 'attempt', a.attempt, 'status_code', a.status_code, 'error_code', a.error_code, 'error_detail', a.error_detail,
        'response_headers', a.response_headers, 'response_body', a.response_body, 'response_bytes', a.response_bytes,
        'duration_ms', a.duration_ms, 'superseded', a.superseded, 'created_at', a.created_at) order by a.created_at desc, a.id desc)
      -- No attempt is older than its delivery, up to the clocks of two machines, so older partitions stay closed.
      from (select l.* from public.webhook_logs l where l.delivery_id = delivery.id and l.created_at >= delivery.created_at - interval '1 hour'
            order by l.created_at desc, l.id desc limit 100) a), '[]'),
    'can_read_payload', read_payload,
    'previous_id', (
      select n.id from (
        select above.id, above.created_at from webhooks.kinds_of_deliveries(delivery.webhook_id) kind cross join lateral (
          select d.id, d.created_at from webhooks.closed_deliveries d
          where d.webhook_id = delivery.webhook_id and d.state = kind.state and d.event_type = kind.event_type
            and (d.created_at, d.id) > (delivery.created_at, delivery.id) and not d.is_test
          order by d.created_at, d.id limit 1) above
        union all
        (select d.id, d.created_at from webhooks.open_deliveries d
         where d.webhook_id = delivery.webhook_id and (d.created_at, d.id) > (delivery.created_at, delivery.id) and not d.is_test
         order by d.created_at, d.id limit 1)) n
      order by n.created_at, n.id limit 1),
    'next_id', (
      select n.id from (
        select below.id, below.created_at from webhooks.kinds_of_deliveries(delivery.webhook_id) kind cross join lateral (
          select d.id, d.created_at from webhooks.closed_deliveries d
          where d.webhook_id = delivery.webhook_id and d.state = kind.state and d.event_type = kind.event_type
            and (d.created_at, d.id) < (delivery.created_at, delivery.id) and not d.is_test
          order by d.created_at desc, d.id desc limit 1) below
        union all
        (select d.id, d.created_at from webhooks.open_deliveries d
         where d.webhook_id = delivery.webhook_id and (d.created_at, d.id) < (delivery.created_at, delivery.id) and not d.is_test
         order by d.created_at desc, d.id desc limit 1)) n
      order by n.created_at desc, n.id desc limit 1));
end $$;
comment on function public.webhook_delivery is
  'One delivery with its event, its attempts (the newest 100) and its neighbours: previous_id is the row above it, next_id the one below. '
  'data and previous are text, exactly as captured, and null without the capability read_payload. Null when it does not exist for the caller.';

grant execute on function
  public.webhook_delivery_page(uuid, text[], text[], text[], timestamptz, timestamptz, text, boolean, timestamptz, uuid, int),
  public.webhook_delivery(uuid) to authenticated;
