-- Webhooks, chapter 3, continued: what shapes a body beyond its format.
--
-- The bytes of a delivery are the same at every attempt, also when its webhook is edited in between. So a choice is a row that never
-- changes: a webhook points to the row of its choice of now, and each delivery to the one of the moment it was promised.

create table webhooks.shapes (
  id               bigint generated always as identity primary key,
  organization_id  uuid not null,
  content          jsonb not null
    constraint a_shape_says_something check (jsonb_typeof(content) = 'object' and content <> '{}'),
  created_at       timestamptz not null default clock_timestamp(),
  unused_since     timestamptz
);
create unique index shapes_are_distinct on webhooks.shapes (organization_id, md5(content::text));
alter table webhooks.shapes enable row level security;
comment on table webhooks.shapes is
  'Every distinct choice of what a body contains: fields, thin, transformation. What a row says never changes, so whoever has read one may keep it.';
comment on column webhooks.shapes.content is '{thin?: true, included_fields?: [path], excluded_fields?: [path], transformation?: JSONata}: see functions/core/payload.';
comment on column webhooks.shapes.unused_since is 'When the upkeep first saw that no webhook points to it. Deliveries may do so for a retention longer.';

create function webhooks.keep_shapes_as_they_are() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'A shape never changes: deliveries rely on it.';
end $$;
comment on function webhooks.keep_shapes_as_they_are is 'Refuses updates of what a shape says.';
create trigger on_shapes_update before update of id, organization_id, content, created_at on webhooks.shapes for each row execute function webhooks.keep_shapes_as_they_are();

create function webhooks.shape_of(webhook public.webhook_configurations) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select nullif(jsonb_strip_nulls(jsonb_build_object(
    'thin', case when webhook.payload = 'thin' then true end,
    'included_fields', to_jsonb(webhook.included_fields),
    'excluded_fields', to_jsonb(webhook.excluded_fields),
    'transformation', webhook.transformation)), '{}')
$$;
comment on function webhooks.shape_of is 'What a webhook''s settings choose, as webhooks.shapes has it. Null when nothing is chosen: the common case, which costs nothing.';

create function webhooks.choose_shape() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  shape  jsonb;
  chosen text;
  path   text;
begin
  new.included_fields := nullif(array(select distinct f from unnest(new.included_fields) f order by f), '{}');
  new.excluded_fields := nullif(array(select distinct f from unnest(new.excluded_fields) f order by f), '{}');
  new.transformation := nullif(btrim(new.transformation, E' \t\r\n'), '');
  shape := webhooks.shape_of(new);
  new.shape_id := null;
  if shape is null then return new; end if;

  -- Named after the setting that is there besides, for the form to mark.
  chosen := case when new.transformation is not null then 'transformation' when new.included_fields is not null then 'included_fields'
                 when new.excluded_fields is not null then 'excluded_fields' else 'payload' end;
  if new.format not in ('standard', 'standard-webhooks', 'cloudevents') then
    perform webhooks.refuse('invalid_input', format('The body of the format “%s” is another product’s and can’t be changed. Choose another format.', new.format), chosen);
  end if;
  if new.payload = 'thin' and chosen <> 'payload' then
    perform webhooks.refuse('invalid_input', 'A thin body has only the id. Choose the full one to choose fields or to transform it.', chosen);
  end if;
  if new.included_fields is not null and new.excluded_fields is not null then
    perform webhooks.refuse('invalid_input', 'Name the fields to send, or those to leave out, not both.', 'excluded_fields');
  end if;
  chosen := case when new.included_fields is not null then 'included_fields' else 'excluded_fields' end;
  select f into path from unnest(new.included_fields || new.excluded_fields) f where f !~ '^[^.\s]+(\.[^.\s]+)*$' or length(f) > 200 limit 1;
  if path is not null then
    perform webhooks.refuse('invalid_input', format('“%s” is no field. Write it like customer.email.', left(path, 100)), chosen);
  end if;

  -- An update even where it is in use: the upkeep, which may be about to delete it, waits for us or we for it.
  insert into webhooks.shapes (organization_id, content) values (new.organization_id, shape)
  on conflict (organization_id, md5(content::text)) do update set unused_since = null returning id into new.shape_id;
  return new;
end $$;
comment on function webhooks.choose_shape is 'Points a webhook to the shape of its settings, made when it is new, and refuses choices that contradict each other.';

-- After the guard by its name: who may not change a webhook learns that first.
create trigger on_webhook_configurations_write_shape
  before insert or update of payload, included_fields, excluded_fields, transformation, format, organization_id on public.webhook_configurations
  for each row execute function webhooks.choose_shape();

create function webhooks.read_shapes(shape_ids bigint[]) returns table (id bigint, content jsonb)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.id, s.content from webhooks.shapes s where s.id = any (shape_ids)
$$;
comment on function webhooks.read_shapes is 'Shapes by id, for dispatchers. They may be remembered for ever.';
grant execute on function webhooks.read_shapes(bigint[]) to tablehook_dispatcher;

create function webhooks.maintain_shapes(at timestamptz, oldest timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  removed bigint := 0;
begin
  update webhooks.shapes s set unused_since = null
  where s.unused_since is not null and exists (select from public.webhook_configurations w where w.shape_id = s.id);
  update webhooks.shapes s set unused_since = at
  where s.unused_since is null and not exists (select from public.webhook_configurations w where w.shape_id = s.id);

  -- No index leads from a shape to its deliveries: each would pay for it, and few have a shape. None is needed. Deliveries are as old
  -- as the time when a webhook pointed to the shape, so when that is past the retention, all but the last few are removed already;
  -- those are still sent, or can be seen as expired for a day. A day more, for a transaction that saw the old choice until its end.
  if exists (select from webhooks.shapes s where s.unused_since < oldest - interval '1 day') then
    delete from webhooks.shapes s
    where s.id in (select x.id from webhooks.shapes x where x.unused_since < oldest - interval '1 day' for update skip locked)
      and s.id not in (select d.shape_id from webhooks.deliveries d where d.id < webhooks.first_id_at(oldest) and d.shape_id is not null)
      and not exists (select from public.webhook_configurations w where w.shape_id = s.id);
    get diagnostics removed = row_count;
  end if;
  return removed;
end $$;
comment on function webhooks.maintain_shapes is
  'Notes which shapes no webhook points to, and deletes those that no delivery can point to either. Called by webhooks.maintain(), after it removed deliveries.';
