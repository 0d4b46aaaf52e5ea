-- Webhooks, chapter 7, continued: capture of one row.
--
-- Most statements write one row. For those a few plain statements cost half of what the one statement for many costs, whose plan
-- has twenty nodes to start and to end. Here each expression counts: Postgres makes it ready anew in every transaction.
-- Both do the same; tests/db/capture_model.test.ts writes every statement both ways.

create function webhooks.capture_one_row(source webhooks.sources, operation text, rules jsonb, of_key text, record_of text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  org      text := pg_catalog.quote_ident(source.organization_column);
  types    text[] := array(select distinct rule ->> 'type' from pg_catalog.jsonb_array_elements(rules) rule) || '{*}'::text[];
  has_once boolean := webhooks.has_once_rules(source);
  written  text := case operation when 'delete' then 'old' else 'new' end; -- the row that the event is about
begin
  return pg_catalog.format($body$
  declare
    new %2$s;
    old %2$s;
    previous         jsonb;
    changed          text[] := '{}'::text[];
    of_organization  uuid;
    -- A webhook that might listen, and whether it is the only one and takes whatever is of its types.
    listener_id      uuid;
    listened         text[];
    listener_format  text;
    listener_shape   bigint;
    listener_ordered boolean;
    stands_alone     boolean;
    fired_type       text;
    nth              int := 0;
    first_time_key   text;
    webhook_ids      uuid[];
    formats          text[];
    shape_ids        bigint[];
    in_order         boolean[];
    absent_ids       uuid[];
    new_event        uuid;
    key_of_record    text;
    has_deliveries   boolean := false;
  begin
    %3$s
    perform from %13$s t offset 1;
    if not found%14$s then
      of_organization := %4$s(%1$s.%5$s);
      select w.id, w.events, w.format, w.shape_id, w.ordered, w.is_active and w.filter is null
        into listener_id, listened, listener_format, listener_shape, listener_ordered, stands_alone
      from public.webhook_configurations w
      where w.organization_id = of_organization and w.events operator(pg_catalog.&&) %15$L::text[];
      if not found then
        return null;
      end if;
      if stands_alone then
        perform from public.webhook_configurations w
        where w.organization_id = of_organization and w.events operator(pg_catalog.&&) %15$L::text[] and w.id <> listener_id;
        stands_alone := not found;
      end if;
      %16$skey_of_record := %6$L || ':' || %1$s.%7$s::text;
      foreach fired_type in array %8$s loop
        %9$scontinue when fired_type is null;
        %10$sif stands_alone then
          continue when not (fired_type = any (listened) or listened = '{*}');
        else
          select pg_catalog.array_agg(w.id) filter (where w.is_active), pg_catalog.array_agg(w.format) filter (where w.is_active),
                 pg_catalog.array_agg(w.shape_id) filter (where w.is_active), pg_catalog.array_agg(w.ordered) filter (where w.is_active),
                 pg_catalog.array_agg(w.id) filter (where not w.is_active)
            into webhook_ids, formats, shape_ids, in_order, absent_ids
          from public.webhook_configurations w
          where w.organization_id = of_organization and (fired_type = any (w.events) or w.events = '{*}')
            and (w.filter is null or webhooks.filter_matches(w.filter, %11$s, pg_catalog.to_jsonb(changed)));

          if webhook_ids is null then
            if absent_ids is not null then
              insert into webhooks.missed_events (webhook_id, events) select absent.id, 1 from unnest(absent_ids) absent(id);
            end if;
            continue;
          end if;
        end if;

        at := coalesce(at, pg_catalog.clock_timestamp());
        new_event := (pg_catalog.lpad(pg_catalog.to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
                      || pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 16))::uuid;
        insert into webhooks.events (id, organization_id, type, occurred_at, data, previous, context, record_key, once_key)
        values (new_event, of_organization, fired_type, at, pg_catalog.row_to_json(%1$s)::text, previous::text, %12$s, key_of_record, first_time_key)%17$s;
        continue when not found;
        if stands_alone then
          insert into webhooks.open_deliveries (id, organization_id, webhook_id, event_id, event_type, format, shape_id, due_at, record_key, created_at)
          values ((pg_catalog.left(new_event::text, 23) || pg_catalog.left(pg_catalog.md5(new_event::text || listener_id::text), 12))::uuid,
                  of_organization, listener_id, new_event, fired_type, listener_format, listener_shape, at, case when listener_ordered then key_of_record end, at);
        else
          insert into webhooks.open_deliveries (id, organization_id, webhook_id, event_id, event_type, format, shape_id, due_at, record_key, created_at)
          select (pg_catalog.left(new_event::text, 23) || pg_catalog.left(pg_catalog.md5(new_event::text || t.webhook_id::text), 12))::uuid,
                 of_organization, t.webhook_id, new_event, fired_type, t.format, t.shape_id, at, case when t.in_order then key_of_record end, at
          from unnest(webhook_ids, formats, shape_ids, in_order) t(webhook_id, format, shape_id, in_order);
          if absent_ids is not null then
            insert into webhooks.missed_events (webhook_id, events) select absent.id, 1 from unnest(absent_ids) absent(id);
          end if;
        end if;
        has_deliveries := true;
      end loop;
      if has_deliveries and not exists (select from webhooks.awake_dispatchers) then
        perform webhooks.wake();
      end if;
      return null;
    end if;
  end;
$body$,
    written, source.relation,
    case operation
      when 'insert' then 'select t.* into new from new_rows t;'
      when 'delete' then 'select t.* into old from old_rows t;'
      else $sql$select t.* into new from new_rows t;
    select t.* into old from old_rows t;$sql$ end,
    of_key, org, record_of, pg_catalog.quote_ident(source.key_column),
    coalesce((select 'array[' || pg_catalog.string_agg(pg_catalog.format('case when %s then %L end', coalesce('(' || (rule ->> 'when') || ')', 'true'), rule ->> 'type'), ', ' order by nth) || ']::text[]'
              from pg_catalog.jsonb_array_elements(rules) with ordinality r(rule, nth)), $sql$'{}'::text[]$sql$),
    case when has_once then $sql$nth := nth + 1;
        $sql$ end,
    -- The unique index has the last word; whoever looks first need not render a row in vain. At SERIALIZABLE a look is a read, of a whole
    -- page of that index, and any two who write such events would be in each other's way. There the index alone decides.
    case when has_once then pg_catalog.format($sql$first_time_key := case when (%L::boolean[])[nth]
          then of_organization || ':' || fired_type || ':' || key_of_record end;
        continue when first_time_key is not null and exists (select from webhooks.events e where e.once_key = first_time_key
                                                                   and pg_catalog.current_setting('transaction_isolation') <> 'serializable');
        $sql$, onces.list) end,
    case operation when 'insert' then 'pg_catalog.to_jsonb(new), null' when 'delete' then 'null, pg_catalog.to_jsonb(old)'
                   else 'pg_catalog.to_jsonb(new), pg_catalog.to_jsonb(old)' end,
    case when source.context_function is null then 'null' else pg_catalog.format(
      'case when case when stands_alone then array[listener_format] else formats end operator(pg_catalog.&&) webhooks.formats_with_context() then %s(%s)::text end',
      source.context_function::regproc, written) end,
    case operation when 'delete' then 'old_rows' else 'new_rows' end,
    -- A row that moves to another organization is left to the statement for many.
    case when operation = 'update' then pg_catalog.format(' and new.%1$s is not distinct from old.%1$s', org) end,
    types,
    case when operation = 'update' then pg_catalog.format($sql$select pg_catalog.jsonb_object_agg(o.key, o.value), pg_catalog.array_agg(o.key) into previous, changed
      from pg_catalog.jsonb_each(pg_catalog.to_jsonb(old)) o
      where new operator(pg_catalog.*<>) old and o.key <> all (%L::text[]) and o.value is distinct from pg_catalog.to_jsonb(new) -> o.key;
      if previous is null then
        return null;
      end if;
      $sql$, source.ignored_columns) end,
    case when has_once then ' on conflict (once_key) where once_key is not null do nothing' end)
  from (select array(select coalesce((rule ->> 'once')::boolean, false) from pg_catalog.jsonb_array_elements(rules) with ordinality r(rule, nth) order by nth) as list) onces;
end $$;
comment on function webhooks.capture_one_row is
  'The part of a capture trigger for a statement that wrote one row. Statements of more rows, and rows that move to another organization, pass through it.';
