-- Webhooks, chapter 7, continued: the schema and the sample of a table's events, derived from its columns.
--
-- They say what row_to_json() writes, in the words that the types of the host app's chapters are described in. Checks and conditions of
-- rules are not looked at. What an app writes into the catalog itself is left alone.

create table webhooks.derived_event_types (
  name    text primary key references public.webhook_event_types on update cascade on delete cascade,
  schema  jsonb not null,
  sample  jsonb not null
);
alter table webhooks.derived_event_types enable row level security;
comment on table webhooks.derived_event_types is
  'What attach() derived for an event type when it last ran. Where the catalog has something else, the app has written it, and it stays.';

-- Bounds, so that a wide table makes no catalog that nobody can load. A schema is open: what it does not list may be there.
create function webhooks.most_described(what text) returns int
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$ select case what when 'columns' then 200 when 'attributes' then 50 when 'labels' then 100 when 'letters' then 300 end $$;
comment on function webhooks.most_described is 'How many columns of a table, attributes of a composite type, labels of an enum and letters of a comment a derived schema has at most.';

create function webhooks.without_domains(inout column_type oid, inout modifier int, inout dimensions int, out is_required boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  domain record;
begin
  is_required := false;
  loop
    select d.typbasetype, d.typtypmod, d.typndims, d.typnotnull into domain from pg_catalog.pg_type d where d.oid = column_type and d.typtype = 'd';
    exit when not found;
    column_type := domain.typbasetype;
    modifier := domain.typtypmod;
    dimensions := domain.typndims;
    is_required := is_required or domain.typnotnull;
  end loop;
end $$;
comment on function webhooks.without_domains is 'The type that a domain is made of, which is what row_to_json() goes by. Any other type is itself.';

create function webhooks.or_null(schema jsonb) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case when schema = '{}' then schema
              when schema - 'type' = '{}' then pg_catalog.jsonb_build_object('type', pg_catalog.jsonb_build_array(schema -> 'type', 'null'))
              else pg_catalog.jsonb_build_object('anyOf', pg_catalog.jsonb_build_array(schema, '{"type": "null"}'::jsonb)) end
$$;
comment on function webhooks.or_null is 'The JSON schema of a value that may also be null.';

-- In the order in which row_to_json() asks: an array, a composite type, a type with a cast to json, and whatever is left is text.
create function webhooks.schema_of_type(column_type oid, dimensions int, depth int default 0) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  t pg_catalog.pg_type;
begin
  select b.column_type, b.dimensions into column_type, dimensions from webhooks.without_domains(column_type, -1, dimensions) b;
  select found.* into t from pg_catalog.pg_type found where found.oid = column_type;
  case pg_catalog.format_type(t.oid, null)
    when 'boolean' then return '{"type": "boolean"}';
    when 'smallint', 'integer', 'bigint' then return '{"type": "integer"}';
    when 'real', 'double precision', 'numeric' then return '{"type": "number"}';
    when 'uuid' then return '{"type": "string", "format": "uuid"}';
    when 'date' then return '{"type": "string", "format": "date"}';
    when 'timestamp with time zone' then return '{"type": "string", "format": "date-time"}';
    when 'json', 'jsonb' then return '{}';
    else null; -- Also timestamps without a zone, which `date-time` does not take.
  end case;

  if t.typelem <> 0 and t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc then
    -- Postgres holds nobody to the number of dimensions. One is what nearly all have; of more, the items are left open.
    return pg_catalog.jsonb_build_object('type', 'array', 'items',
      case when dimensions > 1 then '{}'::jsonb else webhooks.or_null(webhooks.schema_of_type(t.typelem, 0, depth)) end);
  elsif t.typtype = 'c' then
    if depth > 0 or (select pg_catalog.count(*) from webhooks.attributes_of(t.typrelid)) > webhooks.most_described('attributes') then
      return '{"type": "object"}';
    end if;
    return (
      select pg_catalog.jsonb_build_object('type', 'object', 'properties',
               coalesce(pg_catalog.jsonb_object_agg(a.name, webhooks.or_null(webhooks.schema_of_type(a.column_type, a.dimensions, depth + 1))), '{}'),
               'required', coalesce(pg_catalog.jsonb_agg(a.name order by a.place), '[]'), 'additionalProperties', '{}'::jsonb)
      from webhooks.attributes_of(t.typrelid) a);
  elsif webhooks.has_json_cast(t.oid) then
    return '{}';
  elsif t.typtype = 'e' and (select pg_catalog.count(*) from pg_catalog.pg_enum e where e.enumtypid = t.oid) between 1 and webhooks.most_described('labels') then
    return pg_catalog.jsonb_build_object('type', 'string', 'enum', (
      select pg_catalog.jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid));
  end if;
  return '{"type": "string"}';
end $$;
comment on function webhooks.schema_of_type is 'JSON Schema of a value that is not null, as row_to_json() writes it. Composite types are described one level deep.';

create function webhooks.has_json_cast(column_type oid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$ select exists (select from pg_catalog.pg_cast c where c.castsource = column_type and c.casttarget = 'json'::regtype and c.castmethod = 'f') $$;
comment on function webhooks.has_json_cast is 'Whether a type says itself how it is written as JSON, as hstore and geometry do.';

create function webhooks.attributes_of(relation oid)
returns table (place int, name text, column_type oid, modifier int, dimensions int, is_required boolean, is_generated boolean)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select a.attnum, a.attname, a.atttypid, a.atttypmod, a.attndims, a.attnotnull or (select b.is_required from webhooks.without_domains(a.atttypid, -1, 0) b),
         a.attgenerated <> '' or a.attidentity <> ''
  from pg_catalog.pg_attribute a where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
$$;
comment on function webhooks.attributes_of is 'The columns of a table, or of a composite type. is_required: never null.';

create function webhooks.sample_text(name text, is_earlier boolean) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case
    when name ~* 'e_?mail' then case when is_earlier then 'jane.doe@example.com' else 'john.doe@example.com' end
    when name ~* 'phone' then case when is_earlier then '+15555550145' else '+15555550123' end
    when name ~* '(^|_)(url|link|website)(_|$)' then 'https://example.com/' || case when is_earlier then 'former' else '' end
    else case when is_earlier then 'Former ' else '' end
         || coalesce(nullif(pg_catalog.upper(pg_catalog.left(words, 1)) || pg_catalog.substr(words, 2), ''), name) end
  from pg_catalog.btrim(pg_catalog.regexp_replace(name, '[_\s]+', ' ', 'g')) words
$$;
comment on function webhooks.sample_text is 'A text for a column of that name: `first_name` has "First name", and before that "Former First name".';

create function webhooks.sample_of_type(column_type oid, modifier int, dimensions int, name text, is_earlier boolean, depth int default 0) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  t       pg_catalog.pg_type;
  digits  int; -- before and after the point
  scale   int;
  number  int := case when is_earlier then 41 else 42 end;
  day     text := case when is_earlier then '2026-11-15' else '2026-11-16' end;
  element jsonb;
  made    text;
begin
  select b.column_type, b.modifier, b.dimensions into column_type, modifier, dimensions from webhooks.without_domains(column_type, modifier, dimensions) b;
  select found.* into t from pg_catalog.pg_type found where found.oid = column_type;

  if t.typelem <> 0 and t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc then
    element := webhooks.sample_of_type(t.typelem, modifier, 0, name, is_earlier, depth);
    for dimension in 1..least(greatest(dimensions, 1), 6) loop
      element := pg_catalog.jsonb_build_array(element);
    end loop;
    return element;
  elsif t.typtype = 'c' then
    if depth > 0 or (select pg_catalog.count(*) from webhooks.attributes_of(t.typrelid)) > webhooks.most_described('attributes') then
      return '{}';
    end if;
    return (select coalesce(pg_catalog.jsonb_object_agg(a.name, webhooks.sample_of_type(a.column_type, a.modifier, a.dimensions, a.name, is_earlier, depth + 1)), '{}')
            from webhooks.attributes_of(t.typrelid) a);
  elsif webhooks.has_json_cast(t.oid) then
    return '{}';
  elsif t.typtype = 'e' then
    return pg_catalog.to_jsonb(coalesce(
      (select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder offset case when is_earlier then 1 else 0 end limit 1),
      (select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder limit 1), ''));
  end if;

  case pg_catalog.format_type(t.oid, null)
    when 'boolean' then return pg_catalog.to_jsonb(not is_earlier);
    when 'smallint', 'integer', 'bigint', 'real', 'double precision' then return pg_catalog.to_jsonb(number);
    when 'numeric' then
      if modifier < 4 then return pg_catalog.to_jsonb(number); end if;
      scale := (((modifier - 4) & 2047) # 1024) - 1024;
      digits := (((modifier - 4) >> 16) & 65535) - scale;
      return pg_catalog.to_jsonb(pg_catalog.round(case when digits > 1 then number when digits = 1 then number % 10 + 2 else 0 end::numeric, scale));
    when 'json', 'jsonb' then return '{}';
    -- Of the column's name, so that the columns of a row differ. Version 4, for who asks.
    when 'uuid' then
      made := pg_catalog.md5(name || case when is_earlier then ' ' else '' end);
      return pg_catalog.to_jsonb(overlay(overlay(made placing '4' from 13) placing 'a' from 17)::uuid);
    when 'character varying', 'character' then
      made := webhooks.sample_text(name, is_earlier);
      if modifier > 4 then made := pg_catalog.left(made, modifier - 4); end if;
      if modifier > 4 and t.oid = 'pg_catalog.bpchar'::regtype then made := pg_catalog.rpad(made, modifier - 4); end if;
    when 'date' then made := day;
    when 'timestamp with time zone' then made := day || 'T09:00:00+00:00';
    when 'timestamp without time zone' then made := day || 'T09:00:00';
    when 'time without time zone' then made := '09:00:00';
    when 'time with time zone' then made := '09:00:00+00';
    when 'interval' then made := '1 day';
    when 'bytea' then made := '\x01';
    when 'bit' then made := pg_catalog.repeat('1', least(greatest(modifier, 1), 64));
    when 'bit varying' then made := '1';
    when 'money' then made := 1::money::text;
    when 'inet' then made := '192.0.2.1';
    when 'cidr' then made := '192.0.2.0/24';
    when 'macaddr' then made := '08:00:2b:01:02:03';
    when 'macaddr8' then made := '08:00:2b:01:02:03:04:05';
    when 'point' then made := '(1,2)';
    when 'line' then made := '{1,-1,0}';
    when 'lseg' then made := '[(0,0),(1,1)]';
    when 'box' then made := '(1,1),(0,0)';
    when 'path', 'polygon' then made := '((0,0),(1,1))';
    when 'circle' then made := '<(0,0),1>';
    when 'xml' then made := '<sample/>';
    when 'tsvector', 'tsquery' then made := '''sample''';
    when 'jsonpath' then made := '$';
    when '"char"' then made := 'A';
    when 'oid', 'xid', 'xid8', 'cid' then made := '42';
    when 'pg_lsn' then made := '0/2A';
    when 'int4range', 'int8range', 'numrange' then made := '[1,10)';
    when 'daterange' then made := '[2026-11-16,2026-11-17)';
    when 'tstzrange' then made := '["2026-11-16 09:00:00+00","2026-11-16 10:00:00+00")';
    when 'tsrange' then made := '["2026-11-16 09:00:00","2026-11-16 10:00:00")';
    else
      made := case when t.typtype = 'r' then 'empty' when t.typtype = 'm' then '{}' when t.typname in ('vector', 'halfvec') then '[0.25,0.5]'
                   when t.typname ~ '^reg' and t.typnamespace = 'pg_catalog'::regnamespace then '-'
                   else webhooks.sample_text(name, is_earlier) end;
  end case;
  return pg_catalog.to_jsonb(made);
end $$;
comment on function webhooks.sample_of_type is
  'A value as row_to_json() would write it: always the same for the same column, and never null. is_earlier: what it was before, which for many types is no other.';

-- Shown on pages, in terminals and in comments of code: one line, and nothing that steers. What looks like markup stays, as text.
create function webhooks.column_comment(relation oid, place int) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select case when length <= most then words else pg_catalog.rtrim(pg_catalog.left(words, most - 1)) || '…' end
  from webhooks.most_described('letters') most
  -- The comment may be a megabyte: what is looked at is enough for a line of that length.
  cross join lateral (select nullif(pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.left(pg_catalog.col_description(relation, place), 10 * most),
    '[\s\u0001-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+', ' ', 'g')), '')) c(words)
  cross join lateral pg_catalog.length(words) length
$$;
comment on function webhooks.column_comment is 'What an app says about a column, as plain text on one line, cut after some letters; null when it says nothing.';

create function webhooks.described_columns(source webhooks.sources)
returns table (place int, name text, schema jsonb, sample jsonb, earlier jsonb, description text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select a.place, a.name,
         -- A row without an organization is nobody's, and no event.
         case when a.is_required or a.name = source.organization_column then s.schema else webhooks.or_null(s.schema) end, s.sample,
         -- Keys do not change, nor does what Postgres writes itself.
         case when a.name in (source.organization_column, source.key_column) or a.name = any (source.ignored_columns) or a.is_generated then null
              else coalesce(nullif(s.earlier, s.sample), case when not a.is_required then 'null'::jsonb end) end,
         case when source.shows_comments then webhooks.column_comment(source.relation, a.place) end
  from (
    select c.* from webhooks.attributes_of(source.relation) c
    order by c.name in (source.organization_column, source.key_column) desc, c.place limit webhooks.most_described('columns')) a
  cross join lateral (
    select webhooks.schema_of_type(a.column_type, a.dimensions) as schema, webhooks.sample_of_type(a.column_type, a.modifier, a.dimensions, a.name, false) as sample,
           webhooks.sample_of_type(a.column_type, a.modifier, a.dimensions, a.name, true) as earlier offset 0) s
$$;
comment on function webhooks.described_columns is
  'The columns of an attached table, with their JSON schema, a sample, what an update might have replaced (null where nothing sensible can be said), and their comments where the table shows them.';

create function webhooks.derive_event_type(type text, out schema jsonb, out sample jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  with sources as (
    select pg_catalog.row_number() over (order by s.relation::text) as nth, s as source
    from webhooks.sources s
    where s.rules @> pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('type', type)) and exists (select from pg_catalog.pg_class c where c.oid = s.relation)),
  columns as materialized (
    select s.nth, s.source, c.* from sources s cross join lateral webhooks.described_columns(s.source) c),
  -- Two tables may send the same type: a field that only one has is not required, and one that they have differently may be as in either.
  fields as (
    select c.name, pg_catalog.min(c.place) as place, pg_catalog.count(*) = (select pg_catalog.count(*) from sources) as is_always,
           case when pg_catalog.count(distinct c.schema) = 1 then pg_catalog.min(c.schema::text)::jsonb when pg_catalog.bool_or(c.schema = '{}') then '{}'
                else pg_catalog.jsonb_build_object('anyOf', pg_catalog.jsonb_agg(distinct c.schema)) end as schema,
           -- Two that mean different things by the same name: neither is said.
           case when pg_catalog.count(distinct c.description) = 1 then pg_catalog.jsonb_build_object('description', pg_catalog.min(c.description)) else '{}' end as words
    from columns c group by c.name)
  -- Open: a column that is added is no breach.
  select '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": {}}'::jsonb || (
           select pg_catalog.jsonb_build_object('properties', pg_catalog.jsonb_object_agg(f.name, f.schema || f.words),
             'required', coalesce(pg_catalog.jsonb_agg(f.name order by f.place, f.name) filter (where f.is_always), '[]')) from fields f),
         pg_catalog.jsonb_build_object('data', (select pg_catalog.jsonb_object_agg(c.name, c.sample) from columns c where c.nth = 1)) || coalesce((
           -- One column that changed. Rather a status or a title than an id or a time.
           select pg_catalog.jsonb_build_object('previous', pg_catalog.jsonb_build_object(c.name, c.earlier))
           from columns c
           where c.nth = 1 and c.earlier is not null
             and (c.source).rules @> pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('type', type, 'on', 'update'))
           order by c.schema::text ~ '"(uuid|date|date-time)"', c.earlier = 'null', c.place limit 1), '{}')
$$;
comment on function webhooks.derive_event_type is 'JSON Schema of `data`, and a sample of {data, previous?}, from the tables that send an event type.';

create function webhooks.add_event_types(added webhooks.sources) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  rule    record;
  derived record;
begin
  for rule in
    select distinct on (r ->> 'type') r ->> 'type' as type, r ->> 'on' as operation
    from pg_catalog.jsonb_array_elements(added.rules) with ordinality o(r, nth) order by r ->> 'type', nth
  loop
    -- The host app's own types, and ours, bring their schema and sample along.
    continue when exists (select from public.webhook_event_types t where t.name = rule.type and t.source <> 'attached');
    select d.schema, d.sample into derived from webhooks.derive_event_type(rule.type) d;

    insert into public.webhook_event_types (name, category, direction, description, source, schema, sample)
    values (rule.type, added.prefix, 'outbound',
            pg_catalog.format('A row of %s was %s.', (select c.relname from pg_catalog.pg_class c where c.oid = added.relation),
                              case rule.operation when 'insert' then 'created' when 'update' then 'updated' else 'deleted' end),
            'attached', derived.schema, derived.sample)
    on conflict (name) do nothing;
    -- The schema and the sample each: who wrote only a sample has still a schema that follows the table.
    update public.webhook_event_types t
    set schema = case when t.schema in ('{}', before.schema) then derived.schema else t.schema end,
        sample = case when t.sample in ('{}', before.sample) then derived.sample else t.sample end
    from (select d.schema, d.sample from (select) one left join webhooks.derived_event_types d on d.name = rule.type) before
    where t.name = rule.type and (t.schema in ('{}', before.schema) and t.schema <> derived.schema or t.sample in ('{}', before.sample) and t.sample <> derived.sample);

    insert into webhooks.derived_event_types as d (name, schema, sample) values (rule.type, derived.schema, derived.sample)
    on conflict (name) do update set schema = excluded.schema, sample = excluded.sample;
  end loop;
end $$;
comment on function webhooks.add_event_types is
  'Puts the event types of a table into the catalog, with a schema and a sample, and refreshes those that follow the table. A schema that changed is a new version.';
