-- Webhooks, chapter 7, continued: capture and fan out, in the transaction of the write.
--
-- attach() writes three small trigger functions for a table. Each runs once per statement over its
-- transition tables, whatever the number of rows, and leaves at once when nobody listens.

create function webhooks.capture_function_body(source webhooks.sources, operation text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
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
  -- The row that an event is about, in happened.
  subject   text := case operation when 'insert' then 'c.new' when 'delete' then 'c.old' else 'coalesce(c.new, c.old)' end;
  rows_from text;
  changes   text;
begin
  -- A whole row is named `captured_row`, because a column of the same name would be taken for it: `r` or `n` may well be one.
  if operation <> 'update' then
    rows_from := pg_catalog.format('select %s(t.%s) from %s t', of_key, org, case operation when 'insert' then 'new_rows' else 'old_rows' end);
    changes := pg_catalog.format($sql$
    select %6$s(captured_row.%1$s) as organization_id, captured_row.%2$s::text as key, null::text as previous,
           rule.type, rule.once, captured_row as new, captured_row as old, '{}'::text[] as changed
    from %3$s captured_row cross join lateral (select (captured_row).*) %4$s cross join lateral (
      %5$s
    ) rule$sql$, org, key, case operation when 'insert' then 'new_rows' else 'old_rows' end,
      case operation when 'insert' then 'new' else 'old' end, webhooks.rules_as_sql(rules), of_key);
  else
    rows_from := pg_catalog.format('select %2$s(t.%1$s) from new_rows t union all select %2$s(t.%1$s) from old_rows t', org, of_key);
    -- Old and new rows are paired by their place in the transition tables: it holds also when the primary key changed.
    changes := pg_catalog.format($sql$
    select %5$s((p.new).%1$s) as organization_id, (p.new).%2$s::text as key, diff.previous::text as previous,
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
    select %4$s((p.new).%1$s), (p.new).%2$s::text, null, rule.type, rule.once, p.new, null, '{}'
    from pairs p cross join lateral (select (p.new).*) new cross join lateral (
      %3$s
    ) rule
    where (p.new).%1$s is distinct from (p.old).%1$s$sql$, org, key, webhooks.rules_as_sql(moved_in), of_key);
    end if;
    if moved_out is not null then
      changes := changes || pg_catalog.format($sql$
    union all
    select %4$s((p.old).%1$s), (p.old).%2$s::text, null, rule.type, rule.once, null, p.old, '{}'
    from pairs p cross join lateral (select (p.old).*) old cross join lateral (
      %3$s
    ) rule
    where (p.new).%1$s is distinct from (p.old).%1$s$sql$, org, key, webhooks.rules_as_sql(moved_out), of_key);
    end if;
  end if;

  return webhooks.for_json_columns(source.relation, pg_catalog.format($body$
#variable_conflict use_column
declare
  at timestamptz;
  stamp text;
  tail text;
  delivered bigint;
  planned_with text[];
begin
%11$s
  -- The cheap way out: most statements interest nobody.
  perform from public.webhook_configurations w
  where w.events operator(pg_catalog.&&) %1$L::text[] and w.organization_id = any (array(%2$s));
  if not found then
    return null;
  end if;

  at := pg_catalog.clock_timestamp();
  -- Ids are version 7: the time, the place within the statement, then chance. So they come in the order of their indexes.
  stamp := pg_catalog.lpad(pg_catalog.to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7';
  tail := pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 25);
  -- No join may become a nested loop over the rows, whatever row count the plan was made for: of 20,000 rows of a thousand organizations
  -- each would be compared with each webhook. What Postgres takes such a plan to cost would have it compiled, for most of a second.
  -- Set here and set back, since as settings of the function they would cost each statement of the app 3 µs. A failure sets them back, too.
  planned_with := array[pg_catalog.current_setting('enable_nestloop'), pg_catalog.current_setting('jit')];
  perform pg_catalog.set_config('enable_nestloop', 'off', true), pg_catalog.set_config('jit', 'off', true);
  with listening as materialized (
    select w.id, w.organization_id, t.type, w.filter, w.format, w.shape_id, w.ordered, w.is_active
    from public.webhook_configurations w join unnest(%14$L::text[]) t(type) on t.type = any (w.events) or w.events = '{*}'
    where w.organization_id = any (array(%2$s))),
  -- Who takes what is found once for all rows of an organization and type. Only a filter has to see each row.
  takers as materialized (
    select l.organization_id, l.type, pg_catalog.bool_or(l.is_active and l.filter is null) as some_take_all, pg_catalog.bool_or(l.filter is not null) as some_filter%13$s
    from listening l group by l.organization_id, l.type),
  %3$schanges as (%4$s),
  happened as materialized (
    select c.place, (case when c.place < 16777216 then stamp || pg_catalog.left(this.digits, 3) || '8' || pg_catalog.right(this.digits, 3) || tail
                 else stamp || pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 16) end)::uuid as id, c.organization_id, c.type,
           pg_catalog.row_to_json(%15$s)::text as data, c.previous, %10$s as context, %5$L || ':' || c.key as record_key, case when c.once then %8$s end as once_key, this.passed,
           takers.some_take_all or exists (select from listening l where l.id = any (this.passed) and l.is_active) as is_taken
    from (select pg_catalog.row_number() over () as place, c.* from changes c) c
    join takers on takers.organization_id = c.organization_id and takers.type = c.type
    cross join lateral (
      select pg_catalog.lpad(pg_catalog.to_hex(c.place), 6, '0') as digits,
             case when takers.some_filter then array(
               select l.id from listening l
               where l.organization_id = c.organization_id and l.type = c.type and l.filter is not null
                 and webhooks.filter_matches(l.filter, %6$s, pg_catalog.to_jsonb(c.changed))) end as passed
      offset 0) this
    where %7$s),
  captured as (
    insert into webhooks.events (id, organization_id, type, occurred_at, data, previous, context, record_key, once_key)
    select h.id, h.organization_id, h.type, at, h.data, h.previous, h.context, h.record_key, h.once_key
    from happened h where h.is_taken%12$s
    returning id),
  fanned_out as (
    insert into webhooks.open_deliveries (id, organization_id, webhook_id, event_id, event_type, format, shape_id, due_at, record_key, created_at)
    -- As delivery_id() makes it; a call per row would cost more than all the rest of this line.
    select (pg_catalog.left(h.id::text, 23) || pg_catalog.left(pg_catalog.md5(h.id::text || l.id::text), 12))::uuid, h.organization_id, l.id, h.id, h.type, l.format, l.shape_id, at,
           case when l.ordered then h.record_key end, at
    from happened h %9$sjoin listening l on l.organization_id = h.organization_id and l.type = h.type
    where l.is_active and (l.filter is null or l.id = any (h.passed))
    order by h.place -- positions are given out in this order
    returning 1),
  missed as (
    insert into webhooks.missed_events (webhook_id, events)
    select l.id, pg_catalog.count(*)
    from happened h join listening l on l.organization_id = h.organization_id and l.type = h.type
    where not l.is_active and (l.filter is null or l.id = any (h.passed))%16$s
    group by l.id)
  select pg_catalog.count(*) into delivered from fanned_out;
  perform pg_catalog.set_config('enable_nestloop', planned_with[1], true), pg_catalog.set_config('jit', planned_with[2], true);

  -- wake() asks the same; to call it costs more than to ask, and under load somebody is always awake.
  if delivered > 0 and not exists (select from webhooks.awake_dispatchers) then
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
    -- At SERIALIZABLE the unique index alone decides: see capture_one_row(). Asked in brackets, so once per statement.
    case when has_once then 'not c.once or not exists (select from webhooks.events e where e.once_key = ' || once_key
      || $sql$ and (select pg_catalog.current_setting('transaction_isolation')) <> 'serializable')$sql$ else 'true' end,
    once_key,
    -- Two rules, or two transactions, may both see a first time: only the one whose event was written is delivered.
    case when has_once then 'join captured on captured.id = h.id ' else '' end,
    case when source.context_function is null then 'null::text' else pg_catalog.format(
      'case when takers.some_want_context or exists (select from listening l where l.id = any (this.passed) and l.is_active and l.format = any (webhooks.formats_with_context())) then %s(%s)::text end',
      source.context_function::regproc, subject) end,
    webhooks.capture_one_row(source, operation, rules, of_key, record_of),
    case when has_once then E'\n    on conflict (once_key) where once_key is not null do nothing' end,
    case when source.context_function is not null then
      E',\n           pg_catalog.bool_or(l.is_active and l.filter is null and l.format = any (webhooks.formats_with_context())) as some_want_context' end,
    types, subject,
    -- What has happened before was told before, or missed then.
    case when has_once then ' and (h.once_key is null or not h.is_taken or h.id in (select captured.id from captured))' end));
end $$;
comment on function webhooks.capture_function_body is
  'The template of all capture triggers: one pass over a statement''s rows that writes events and deliveries for the webhooks that want them.';

create function webhooks.write_capture_triggers(source webhooks.sources) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  operation text;
  slug      text;
  tables    text;
  old_function regprocedure;
  in_the_way   regprocedure;
  settings  constant text :=
    -- However the writer has Postgres write values, the event says them in one way. Pinning these costs 1 µs per statement.
    $sql$set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = 'postgres' set bytea_output = 'hex' set extra_float_digits = 1$sql$;
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
      -- A table that has another name now keeps the functions that were named after its old one. They make room.
      in_the_way := to_regprocedure(pg_catalog.format('webhooks.%I()', 'capture_' || slug || '_' || operation));
      if in_the_way is not null then
        execute pg_catalog.format('alter function %s rename to %I', in_the_way, 'capture_' || in_the_way::oid || '_' || operation);
      end if;
      execute pg_catalog.format('create function webhooks.%I() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp %s as %L',
        'capture_' || slug || '_' || operation, settings, webhooks.capture_function_body(source, operation));
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
