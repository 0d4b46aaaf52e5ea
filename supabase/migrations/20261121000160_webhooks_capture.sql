-- Webhooks, chapter 7: capture and fan out, in the transaction of the write.
--
-- attach() writes three small trigger functions for a table. Each runs once per statement over its
-- transition tables, whatever the number of rows, and leaves at once when nobody listens.

create table webhooks.sources (
  relation             regclass primary key,
  prefix               text not null,
  organization_column  name not null,
  key_column           name not null,
  rules                jsonb not null,
  ignored_columns      name[] not null,
  context_function     regproc
);
alter table webhooks.sources enable row level security;
comment on table webhooks.sources is 'Tables whose writes become events, as given to webhooks.attach(). A new version of the template is rolled out from here.';
comment on column webhooks.sources.context_function is
  'Given the row, answers with what some formats say besides it, as jsonb. Called once per event, and only when a webhook that takes it has such a format.';
comment on column webhooks.sources.rules is
  'Array of {type, on: insert|update|delete, when?: SQL over new and old, once?: true}. Written by migrations, never by users.';

create function webhooks.formats_with_context() returns text[]
language sql immutable parallel safe
set search_path = ''
as $$ select '{nativemsg,whatsable,libromi,caleida}'::text[] $$;
comment on function webhooks.formats_with_context is 'The formats whose bodies say more than the row: its contact, its conversation.';

-- One rule list as SQL: a row of (type, once) for each rule that holds for `new` and `old`, in the order of the list.
create function webhooks.rules_as_sql(rules jsonb) returns text
language sql immutable
set search_path = ''
as $$
  select pg_catalog.string_agg(
    pg_catalog.format('select %L::text as type, %L::boolean as once%s', rule ->> 'type', coalesce((rule ->> 'once')::boolean, false),
                      coalesce(' where ' || (rule ->> 'when'), '')), E'\n      union all ' order by nth)
  from pg_catalog.jsonb_array_elements(rules) with ordinality r(rule, nth)
$$;
comment on function webhooks.rules_as_sql is 'Turns the rules of a source into the SELECT that yields the event types of one row.';

create function webhooks.has_once_rules(source webhooks.sources) returns boolean
language sql immutable
set search_path = ''
as $$
  select pg_catalog.jsonb_path_exists(source.rules, '$[*] ? (@.once == true)')
$$;
comment on function webhooks.has_once_rules is 'Whether a source has events that happen once per record.';

create function webhooks.capture_function_body(source webhooks.sources, operation text) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  rules  jsonb := (select pg_catalog.jsonb_agg(r) from pg_catalog.jsonb_array_elements(source.rules) r where r ->> 'on' = operation);
  -- An update that moves a row to another organization: the new one sees it created, the old one sees it deleted. Neither learns the other's values.
  moved_in  jsonb := (select pg_catalog.jsonb_agg(r) from pg_catalog.jsonb_array_elements(source.rules) r where r ->> 'on' = 'insert');
  moved_out jsonb := (select pg_catalog.jsonb_agg(r) from pg_catalog.jsonb_array_elements(source.rules) r where r ->> 'on' = 'delete');
  types  text[] := array(
    select distinct r ->> 'type' from pg_catalog.jsonb_array_elements(source.rules) r where r ->> 'on' = operation or operation = 'update');
  org    text := pg_catalog.quote_ident(source.organization_column);
  -- Rows that name their organization by a key of the app's: which uuid that is. Put before the column in brackets, so empty for a uuid.
  of_key text := case when (select a.atttypid from pg_catalog.pg_attribute a where a.attrelid = source.relation and a.attname = source.organization_column) = 'uuid'::regtype
                      then '' else 'webhooks.organization_of' end;
  key    text := pg_catalog.quote_ident(source.key_column);
  record_of text := (
    select ns.nspname || '.' || c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace ns on ns.oid = c.relnamespace where c.oid = source.relation);
  has_once  boolean := webhooks.has_once_rules(source);
  -- With the organization: keys need only be unique in one, and a row that moves to another has not been heard of there.
  once_key  text := pg_catalog.format($sql$c.organization_id || ':' || c.type || ':' || %L || ':' || c.key$sql$, record_of);
  rows_from text;
  changes   text;
begin
  -- A whole row is named `captured_row`, because a column of the same name would be taken for it: `r` or `n` may well be one.
  if operation <> 'update' then
    rows_from := pg_catalog.format('select %s(t.%s) from %s t', of_key, org, case operation when 'insert' then 'new_rows' else 'old_rows' end);
    changes := pg_catalog.format($sql$
    select %6$s(captured_row.%1$s) as organization_id, captured_row.%2$s::text as key, pg_catalog.row_to_json(captured_row)::text as data, null::text as previous,
           rule.type, rule.once, captured_row as new, captured_row as old, '{}'::text[] as changed
    from %3$s captured_row cross join lateral (select (captured_row).*) %4$s cross join lateral (
      %5$s
    ) rule$sql$, org, key, case operation when 'insert' then 'new_rows' else 'old_rows' end,
      case operation when 'insert' then 'new' else 'old' end, webhooks.rules_as_sql(rules), of_key);
  else
    rows_from := pg_catalog.format('select %2$s(t.%1$s) from new_rows t union all select %2$s(t.%1$s) from old_rows t', org, of_key);
    -- Old and new rows are paired by their place in the transition tables: it holds also when the primary key changed.
    changes := pg_catalog.format($sql$
    select %5$s((p.new).%1$s) as organization_id, (p.new).%2$s::text as key, pg_catalog.row_to_json(p.new)::text as data, diff.previous::text as previous,
           rule.type, rule.once, p.new, p.old, diff.changed
    from pairs p
    -- `offset 0`, so that each row is rendered once and not once per column.
    cross join lateral (select pg_catalog.to_jsonb(p.old) as old, pg_catalog.to_jsonb(p.new) as new offset 0) as_json
    cross join lateral (
      select pg_catalog.jsonb_object_agg(o.key, o.value) as previous, pg_catalog.array_agg(o.key) as changed
      from pg_catalog.jsonb_each(as_json.old) o
      where o.key <> all (%3$L::text[]) and o.value is distinct from as_json.new -> o.key) diff
    cross join lateral (select (p.new).*) new cross join lateral (select (p.old).*) old
    cross join lateral (
      %4$s
    ) rule
    where diff.previous is not null and (p.new).%1$s = (p.old).%1$s$sql$, org, key, source.ignored_columns, coalesce(webhooks.rules_as_sql(rules), 'select null::text as type, false as once where false'), of_key);
    if moved_in is not null then
      changes := changes || pg_catalog.format($sql$
    union all
    select %4$s((p.new).%1$s), (p.new).%2$s::text, pg_catalog.row_to_json(p.new)::text, null, rule.type, rule.once, p.new, null, '{}'
    from pairs p cross join lateral (select (p.new).*) new cross join lateral (
      %3$s
    ) rule
    where (p.new).%1$s is distinct from (p.old).%1$s$sql$, org, key, webhooks.rules_as_sql(moved_in), of_key);
    end if;
    if moved_out is not null then
      changes := changes || pg_catalog.format($sql$
    union all
    select %4$s((p.old).%1$s), (p.old).%2$s::text, pg_catalog.row_to_json(p.old)::text, null, rule.type, rule.once, null, p.old, '{}'
    from pairs p cross join lateral (select (p.old).*) old cross join lateral (
      %3$s
    ) rule
    where (p.new).%1$s is distinct from (p.old).%1$s$sql$, org, key, webhooks.rules_as_sql(moved_out), of_key);
    end if;
  end if;

  return pg_catalog.format($body$
#variable_conflict use_column
declare
  at timestamptz;
  stamp text;
  delivered bigint;
begin
  -- The cheap way out: most statements interest nobody.
  if not exists (
    select from public.webhook_configurations w
    where w.events operator(pg_catalog.&&) %1$L::text[] and w.organization_id in (%2$s)) then
    return null;
  end if;

  at := pg_catalog.clock_timestamp();
  -- The time half of a version 7 uuid, once per statement.
  stamp := pg_catalog.lpad(pg_catalog.to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7';
  with listening as materialized (
    select w.id, w.organization_id, w.events, w.filter, w.format, w.shape_id, w.ordered, w.is_active
    from public.webhook_configurations w
    where w.events operator(pg_catalog.&&) %1$L::text[] and w.organization_id in (%2$s)),
  %3$schanges as (%4$s),
  -- Who takes each event, as arrays beside it: no join on event ids, which no plan can then turn quadratic.
  happened as materialized (
    select (stamp || pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 16))::uuid as id, c.organization_id, c.type, c.data, c.previous,
           %10$s as context, %5$L || ':' || c.key as record_key, case when c.once then %8$s end as once_key, takers.*
    from changes c cross join lateral (
      select pg_catalog.array_agg(l.id) filter (where l.is_active) as webhook_ids, pg_catalog.array_agg(l.format) filter (where l.is_active) as formats,
             pg_catalog.array_agg(l.shape_id) filter (where l.is_active) as shape_ids,
             pg_catalog.array_agg(l.ordered) filter (where l.is_active) as in_order, pg_catalog.array_agg(l.id) filter (where not l.is_active) as absent_ids
      from listening l
      where l.organization_id = c.organization_id and (c.type = any (l.events) or l.events = '{*}')
        and (l.filter is null or webhooks.filter_matches(l.filter, %6$s, pg_catalog.to_jsonb(c.changed)))) takers
    where %7$s),
  captured as (
    insert into webhooks.events (id, organization_id, type, occurred_at, data, previous, context, record_key, once_key)
    select h.id, h.organization_id, h.type, at, h.data, h.previous, h.context, h.record_key, h.once_key
    from happened h where h.webhook_ids is not null
    on conflict (once_key) where once_key is not null do nothing
    returning id),
  fanned_out as (
    insert into webhooks.open_deliveries (id, organization_id, webhook_id, event_id, event_type, format, shape_id, due_at, record_key, created_at)
    -- As delivery_id() makes it; a call per row would cost more than all the rest of this line.
    select (pg_catalog.left(h.id::text, 20) || pg_catalog.substr(pg_catalog.md5(h.id::text || t.webhook_id::text), 1, 15))::uuid, h.organization_id, t.webhook_id, h.id, h.type, t.format, t.shape_id, at,
           case when t.in_order then h.record_key end, at
    from happened h %9$scross join lateral unnest(h.webhook_ids, h.formats, h.shape_ids, h.in_order) t(webhook_id, format, shape_id, in_order)
    returning 1),
  missed as (
    insert into webhooks.missed_events (webhook_id, events)
    select absent.id, pg_catalog.count(*) from happened h cross join lateral unnest(h.absent_ids) absent(id) group by absent.id)
  select pg_catalog.count(*) into delivered from fanned_out;

  -- wake() asks the same; to call it costs more than to ask, and under load somebody is always awake.
  if delivered > 0 and not exists (select from webhooks.dispatchers d where d.awake_until operator(pg_catalog.>) pg_catalog.clock_timestamp()) then
    perform webhooks.wake();
  end if;
  return null;
end $body$,
    types || '{*}'::text[], rows_from,
    case when operation = 'update' then $sql$pairs as materialized (
    select n.new, o.old
    from (select pg_catalog.row_number() over () as place, captured_row as new from new_rows captured_row) n
    join (select pg_catalog.row_number() over () as place, captured_row as old from old_rows captured_row) o using (place)
    where n.new operator(pg_catalog.*<>) o.old),
  $sql$ else '' end,
    changes, record_of,
    case operation when 'insert' then 'pg_catalog.to_jsonb(c.new), null' when 'delete' then 'null, pg_catalog.to_jsonb(c.old)'
                   else 'pg_catalog.to_jsonb(c.new), pg_catalog.to_jsonb(c.old)' end,
    case when has_once then 'not c.once or not exists (select from webhooks.events e where e.once_key = ' || once_key || ')' else 'true' end,
    once_key,
    -- Two rules, or two transactions, may both see a first time: only the one whose event was written is delivered.
    case when has_once then 'join captured on captured.id = h.id ' else '' end,
    case when source.context_function is null then 'null::text' else pg_catalog.format(
      'case when takers.formats operator(pg_catalog.&&) webhooks.formats_with_context() then %s(%s)::text end', source.context_function::regproc,
      case operation when 'insert' then 'c.new' when 'delete' then 'c.old' else 'coalesce(c.new, c.old)' end) end);
end $$;
comment on function webhooks.capture_function_body is
  'The template of all capture triggers: one pass over a statement''s rows that writes events and deliveries for the webhooks that want them.';

create function webhooks.write_capture_triggers(source webhooks.sources) returns void
language plpgsql
set search_path = ''
as $$
declare
  operation text;
  slug      text;
  tables    text;
  old_function regprocedure;
begin
  -- Ascii and at most 45 characters, so that Postgres cuts nothing off; the hash tells `a.b_c` from `a_b.c`.
  select pg_catalog.regexp_replace(pg_catalog.left(ns.nspname || '_' || c.relname, 38), '[^a-zA-Z0-9_]', '_', 'g') || '_'
         || pg_catalog.left(pg_catalog.md5(pg_catalog.format('%I.%I', ns.nspname, c.relname)), 6)
    into slug from pg_catalog.pg_class c join pg_catalog.pg_namespace ns on ns.oid = c.relnamespace where c.oid = source.relation;

  foreach operation in array '{insert,update,delete}'::text[] loop
    -- Found by its trigger: the table may have had another name when it was attached.
    select t.tgfoid into old_function from pg_catalog.pg_trigger t where t.tgrelid = source.relation and t.tgname = 'on_webhooks_' || operation;
    if found then
      execute pg_catalog.format('drop trigger on_webhooks_%s on %s', operation, source.relation);
      execute pg_catalog.format('drop function %s', old_function);
    end if;
    -- A moved row is an insert for one organization and a delete for another, so an update trigger serves these rules too.
    if exists (select from pg_catalog.jsonb_array_elements(source.rules) r where r ->> 'on' in (operation, case operation when 'update' then 'insert' end, case operation when 'update' then 'delete' end)) then
      execute pg_catalog.format('create function webhooks.%I() returns trigger language plpgsql security definer set search_path = %L set timezone = %L %s as %L',
        'capture_' || slug || '_' || operation, '', 'UTC',
        -- Neither the pairing of old and new rows nor the join of first times may become a nested loop, whatever row count the plan was made for.
        case when operation = 'update' or webhooks.has_once_rules(source) then 'set enable_nestloop = off' else '' end, webhooks.capture_function_body(source, operation));
      execute pg_catalog.format('revoke execute on function webhooks.%I() from public', 'capture_' || slug || '_' || operation);
      execute pg_catalog.format('comment on function webhooks.%I is %L', 'capture_' || slug || '_' || operation,
        pg_catalog.format('Captures the events of one %s on %s. Written by webhooks.attach(); change the template, not this.', operation, source.relation));
      tables := case operation when 'insert' then 'new table as new_rows' when 'delete' then 'old table as old_rows' else 'old table as old_rows new table as new_rows' end;
      execute pg_catalog.format('create trigger on_webhooks_%s after %s on %s referencing %s for each statement execute function webhooks.%I()',
        operation, operation, source.relation, tables, 'capture_' || slug || '_' || operation);
    end if;
  end loop;
end $$;
comment on function webhooks.write_capture_triggers is 'Creates the capture functions and triggers of one source from the template, replacing older ones.';

-- Otherwise a typing mistake would wait in the trigger and fail the app's next write.
create function webhooks.check_rules(relation regclass, rules jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  rule jsonb;
begin
  if pg_catalog.jsonb_typeof(rules) <> 'array' then
    perform webhooks.refuse('bad_rule', 'Rules are an array of {type, on, when?, once?}.', 'rules');
  end if;
  for rule in select r from pg_catalog.jsonb_array_elements(rules) r loop
    if coalesce(pg_catalog.jsonb_typeof(rule -> 'type') <> 'string' or rule ->> 'on' not in ('insert', 'update', 'delete'), true) then
      perform webhooks.refuse('bad_rule', pg_catalog.format('A rule needs a type, and "on" that is insert, update or delete: %s', rule), 'rules');
    end if;
    begin
      execute pg_catalog.format('select from %s where %s limit 0',
        case rule ->> 'on' when 'insert' then relation || ' new' when 'delete' then relation || ' old' else relation || ' new, ' || relation || ' old' end,
        coalesce(rule ->> 'when', 'true'));
    exception when others then
      perform webhooks.refuse('bad_rule', pg_catalog.format('The condition of %s does not work: %s.', rule ->> 'type', sqlerrm), 'rules');
    end;
  end loop;
end $$;
comment on function webhooks.check_rules is 'Refuses rules that would fail when a row is written: no type, an unknown moment, a condition that Postgres cannot run.';

create function webhooks.attach(
  relation             regclass,
  prefix               text default null,
  rules                jsonb default null,
  organization_column  name default 'organization_id',
  key_column           name default 'id',
  ignored_columns      name[] default '{updated_at}',
  context              regproc default null
)
returns text[]
language plpgsql
set search_path = ''
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

  prefix := coalesce(prefix, pg_catalog.regexp_replace(table_name, 's$', ''));
  if prefix !~ '^[a-z0-9_]+(\.[a-z0-9_]+)*$' then
    perform webhooks.refuse('bad_prefix', pg_catalog.format('"%s" cannot begin an event type: use lower-case letters, digits and _.', prefix), 'prefix');
  end if;
  rules := coalesce(rules, pg_catalog.jsonb_build_array(
    pg_catalog.jsonb_build_object('type', prefix || '.created', 'on', 'insert'),
    pg_catalog.jsonb_build_object('type', prefix || '.updated', 'on', 'update'),
    pg_catalog.jsonb_build_object('type', prefix || '.deleted', 'on', 'delete')));
  perform webhooks.check_rules(relation, rules);

  -- A table of the user's own brings its types along; the host app's chapters bring theirs with schema and sample.
  insert into public.webhook_event_types (name, category, direction, description, source)
  select distinct r ->> 'type', prefix, 'outbound',
    pg_catalog.format('A row of %s was %s.', table_name, case r ->> 'on' when 'insert' then 'created' when 'update' then 'updated' else 'deleted' end), 'attached'
  from pg_catalog.jsonb_array_elements(rules) r
  on conflict (name) do nothing;

  insert into webhooks.sources as s values (relation, prefix, organization_column, key_column, rules, ignored_columns, context)
  on conflict on constraint sources_pkey do update
    set prefix = excluded.prefix, organization_column = excluded.organization_column, key_column = excluded.key_column,
        rules = excluded.rules, ignored_columns = excluded.ignored_columns, context_function = excluded.context_function
  returning s.* into source;
  perform webhooks.write_capture_triggers(source);
  return array(select distinct r ->> 'type' from pg_catalog.jsonb_array_elements(rules) r order by 1);
end $$;
comment on function webhooks.attach is
  'Makes writes to a table send events: <prefix>.created, .updated and .deleted, or the given rules. Answers with the event types. Run it in a migration; running it again replaces the rules.';

create function webhooks.detach(relation regclass) returns void
language plpgsql
set search_path = ''
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
set search_path = ''
set timezone = 'UTC'
as $$
#variable_conflict use_variable
declare
  at       timestamptz := pg_catalog.clock_timestamp();
  stamp    text := pg_catalog.lpad(pg_catalog.to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7';
  event_id uuid := (stamp || pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 16))::uuid;
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
set search_path = ''
as $$
  select webhooks.publish_event(organization_id, type, data)
$$;
comment on function public.publish_event is 'webhooks.publish_event() by RPC, for servers that hold the service role.';
grant execute on function public.publish_event(uuid, text, jsonb) to service_role;
