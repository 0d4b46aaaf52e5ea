-- Webhooks, chapter 7, end: attach a table, detach it, and publish events of the app's own.

-- Dropping a table takes its triggers along, and leaves their functions, whose names the next table of that name would be given.
create function webhooks.forget_dropped_tables() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  leftover regprocedure;
begin
  for leftover in
    select p.oid from pg_catalog.pg_proc p
    where p.pronamespace = 'webhooks'::regnamespace and p.proname like 'capture\_%' and p.prorettype = 'trigger'::regtype
      and not exists (select from pg_catalog.pg_trigger t where t.tgfoid = p.oid)
  loop
    execute pg_catalog.format('drop function %s', leftover);
  end loop;
  delete from webhooks.sources s where not exists (select from pg_catalog.pg_class c where c.oid = s.relation);
end $$;
comment on function webhooks.forget_dropped_tables is 'Removes what is left of tables that were dropped while they were attached.';

create function webhooks.attach(
  relation             regclass,
  prefix               text default null,
  rules                jsonb default null,
  organization_column  name default 'organization_id',
  key_column           name default 'id',
  ignored_columns      name[] default '{updated_at}',
  context              regproc default null,
  show_comments        boolean default false
)
returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  table_name text := (select c.relname from pg_catalog.pg_class c where c.oid = relation);
  source     webhooks.sources;
  missing    text;
begin
  if (select c.relkind from pg_catalog.pg_class c where c.oid = relation) not in ('r', 'p') then
    perform webhooks.refuse('not_a_table', pg_catalog.format('%s is not a table. Views and foreign tables have no statement triggers to capture.', relation), 'relation');
  end if;
  foreach missing in array array[organization_column, key_column] loop
    if not exists (select from pg_catalog.pg_attribute a where a.attrelid = relation and a.attname = missing and a.attnum > 0 and not a.attisdropped) then
      perform webhooks.refuse('no_such_column', pg_catalog.format('%s has no column "%s". Name yours: webhooks.attach(''%s'', organization_column => …, key_column => …).', relation, missing, relation), missing);
    end if;
  end loop;

  begin
    execute pg_catalog.format('select webhooks.organization_of(t.%I) from %s t limit 0', organization_column, relation);
  exception when undefined_function then
    perform webhooks.refuse('bad_column', pg_catalog.format('Column "%s" of %s names the organization, so it must be a %s.', organization_column, relation,
      (select pg_catalog.format_type(f.proargtypes[0], null) from pg_catalog.pg_proc f where f.oid = 'webhooks.organization_of'::regproc)), organization_column);
  end;

  -- The singular: entries → entry, addresses → address. Words such as status are no plurals. The command line has the same rules.
  prefix := coalesce(prefix, case when table_name ~ '(ss|us|is)$' then table_name else pg_catalog.regexp_replace(
    pg_catalog.regexp_replace(table_name, '(..)ies$', '\1y'), '(?<=ss|x|ch|sh)es$|s$', '') end);
  if prefix !~ '^[a-z0-9_]+(\.[a-z0-9_]+)*$' then
    perform webhooks.refuse('bad_prefix', pg_catalog.format('"%s" cannot begin an event type: use lower-case letters, digits and _.', prefix), 'prefix');
  end if;
  rules := coalesce(rules, pg_catalog.jsonb_build_array(
    pg_catalog.jsonb_build_object('type', prefix || '.created', 'on', 'insert'),
    pg_catalog.jsonb_build_object('type', prefix || '.updated', 'on', 'update'),
    pg_catalog.jsonb_build_object('type', prefix || '.deleted', 'on', 'delete')));
  perform webhooks.check_rules(relation, rules);

  insert into webhooks.sources as s values (relation, prefix, organization_column, key_column, rules, ignored_columns, context::text, coalesce(show_comments, false))
  on conflict on constraint sources_pkey do update
    set prefix = excluded.prefix, organization_column = excluded.organization_column, key_column = excluded.key_column,
        rules = excluded.rules, ignored_columns = excluded.ignored_columns, context_function = excluded.context_function,
        shows_comments = excluded.shows_comments
  returning s.* into source;
  perform webhooks.forget_dropped_tables();
  perform webhooks.add_event_types(source);
  perform webhooks.write_capture_triggers(source);
  return array(select distinct r ->> 'type' from pg_catalog.jsonb_array_elements(rules) r order by 1);
end $$;
comment on function webhooks.attach is
  'Makes writes to a table send events: <prefix>.created, .updated and .deleted, or the given rules. Answers with the event types. Run it in a migration; running it again replaces the rules, and refreshes schemas and samples.';

create function webhooks.detach(relation regclass) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  update webhooks.sources s set rules = '[]' where s.relation = detach.relation;
  perform webhooks.write_capture_triggers(s) from webhooks.sources s where s.relation = detach.relation;
  delete from webhooks.sources s where s.relation = detach.relation;
end $$;
comment on function webhooks.detach is 'Undoes attach(): the table''s writes send no more events. Its event types and deliveries stay.';

create function webhooks.publish_event(organization_id uuid, type text, data jsonb, previous jsonb default null, except_webhook uuid default null)
returns uuid
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
#variable_conflict use_variable
declare
  at       timestamptz := pg_catalog.clock_timestamp();
  event_id uuid := webhooks.new_id_at(at);
  delivered bigint;
begin
  if organization_id is null then perform webhooks.refuse('invalid_input', 'Name the organization whose event this is.', 'organization_id'); end if;
  if not exists (select from public.webhook_event_types t where t.name = type) then
    perform webhooks.refuse('unknown_event_type', pg_catalog.format('There is no event type "%s". Add it to webhook_event_types first.', pg_catalog.left(type, 100)), 'type');
  end if;
  if pg_catalog.jsonb_typeof(data) is distinct from 'object' then
    perform webhooks.refuse('invalid_input', 'The data of an event is a JSON object.', 'data');
  end if;

  with wanted as materialized (
    select w.id, w.is_active, w.format, w.shape_id from public.webhook_configurations w
    where w.organization_id = publish_event.organization_id and w.events operator(pg_catalog.&&) array[type, '*']
      and w.id is distinct from except_webhook
      and (w.filter is null or webhooks.filter_matches(w.filter, data, previous,
            coalesce((select pg_catalog.jsonb_agg(k) from pg_catalog.jsonb_object_keys(previous) k), '[]')))),
  captured as (
    insert into webhooks.events (id, organization_id, type, occurred_at, data, previous)
    select event_id, publish_event.organization_id, publish_event.type, at, publish_event.data::text, publish_event.previous::text
    where exists (select from wanted w where w.is_active) returning id),
  fanned_out as (
    insert into webhooks.open_deliveries (id, organization_id, webhook_id, event_id, event_type, format, shape_id, due_at, created_at)
    select webhooks.delivery_id(c.id, w.id), publish_event.organization_id, w.id, c.id, publish_event.type, w.format, w.shape_id, at, at
    from captured c cross join wanted w where w.is_active returning 1),
  missed as (
    insert into webhooks.missed_events (webhook_id, events) select w.id, 1 from wanted w where not w.is_active)
  select count(*) into delivered from fanned_out;
  if delivered = 0 then return null; end if;
  perform webhooks.wake();
  return event_id;
end $$;
comment on function webhooks.publish_event is
  'Sends an event of the app''s own, in its own transaction. Answers with the event id, or null when no active webhook wants it.';
grant execute on function webhooks.publish_event(uuid, text, jsonb, jsonb, uuid) to service_role;
grant usage on schema webhooks to service_role;

create function public.publish_event(organization_id uuid, type text, data jsonb) returns uuid
language sql
set search_path = pg_catalog, pg_temp
as $$
  select webhooks.publish_event(organization_id, type, data)
$$;
comment on function public.publish_event is 'webhooks.publish_event() by RPC, for servers that hold the service role.';
grant execute on function public.publish_event(uuid, text, jsonb) to service_role;
