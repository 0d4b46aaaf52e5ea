-- Webhooks, chapter 18: what a form shows before anything is saved.

create function webhooks.recent_events(organization_id uuid, event_type text, max_count int default 5)
returns table (id uuid, occurred_at text, data text, previous text, context text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  -- By way of the deliveries: events are kept for those that a webhook takes, and only deliveries can be found by type.
  select e.id, to_char(e.occurred_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.data, e.previous, e.context
  from (
    select distinct d.event_id
    from public.webhook_configurations w
    cross join lateral webhooks.find_deliveries(
      w.id, '{succeeded,failed}', array[recent_events.event_type], null, null, null, null, false, null, null, recent_events.max_count) d
    where w.organization_id = recent_events.organization_id) f
  join webhooks.events e on e.id = f.event_id
  where length(e.data) <= 262144
  order by e.occurred_at desc, e.id desc
  limit recent_events.max_count
$$;
comment on function webhooks.recent_events is
  'The newest events of a type that went to webhooks of an organization, for previews. Does not ask who may see them. Leaves out those too large to transform.';

create unlogged table webhooks.previews (
  organization_id  uuid primary key,
  minute           timestamptz not null,
  count            int not null
);
alter table webhooks.previews enable row level security;
comment on table webhooks.previews is 'How many previews an organization asked for in the current minute. Unlogged: nothing is lost with it.';

create function webhooks.count_preview(organization_id uuid, most int, at timestamptz default clock_timestamp()) returns int
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  counted webhooks.previews;
begin
  insert into webhooks.previews as p values (count_preview.organization_id, date_trunc('minute', at), 1)
  on conflict (organization_id) do update
    set count = case when p.minute = excluded.minute then p.count + 1 else 1 end, minute = excluded.minute
  returning p.* into counted;
  return case when counted.count > most then ceil(extract(epoch from counted.minute + interval '1 minute' - at))::int else 0 end;
end $$;
comment on function webhooks.count_preview is 'Counts a preview. Answers with the seconds until the next one may be asked for: 0 for now.';

create function webhooks.maintain_previews(at timestamptz) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
  delete from webhooks.previews p where p.minute < at - interval '1 hour'
$$;
comment on function webhooks.maintain_previews is 'Forgets who asked for previews: only the current minute counts. Part of webhooks.maintain().';
