-- Webhooks, chapter 23: tables with `json` columns.
--
-- Such a column may hold what jsonb does not take: \u0000, half of a surrogate pair, a number of a million digits. Old and new rows
-- are compared as jsonb, and a write must not fail because somebody listens to it.

create function webhooks.json_as_jsonb(value json) returns jsonb
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  return value::jsonb;
exception when others then
  return pg_catalog.to_jsonb(value::text);
end $$;
comment on function webhooks.json_as_jsonb is 'A JSON value as jsonb; one that jsonb does not take as a text that holds it.';

create function webhooks.row_as_jsonb(value anyelement) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return pg_catalog.to_jsonb(value);
exception when others then
  -- Escapes that stand for no character become one that says so, and a column that is still refused becomes a text.
  return (
    select pg_catalog.jsonb_object_agg(c.key, webhooks.json_as_jsonb(c.value))
    from pg_catalog.json_each(pg_catalog.regexp_replace(
      pg_catalog.row_to_json(value)::text, '(?<!\\)((?:\\\\)*)\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\1\\ufffd', 'g')::json) c);
end $$;
comment on function webhooks.row_as_jsonb is 'to_jsonb() of a row that never fails: what jsonb does not take is replaced.';

create function webhooks.for_json_columns(relation regclass, body text) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  -- A domain or a composite type may have json inside. All other tables are spared a subtransaction per row.
  select case when exists (
    select from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
      and (t.oid in ('json'::regtype, 'json[]'::regtype) or t.typtype in ('c', 'd') or t.typelem in (select c.oid from pg_catalog.pg_type c where c.typtype in ('c', 'd'))))
  then pg_catalog.replace(body, 'pg_catalog.to_jsonb(', 'webhooks.row_as_jsonb(') else body end
$$;
comment on function webhooks.for_json_columns is 'The body of a capture trigger as a table with json columns needs it.';
