-- Webhooks, chapter 20: what a record is found by, for bodies that have only that.

create function webhooks.record_keys(event_types text[]) returns table (event_type text, columns text[])
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  -- Several tables may send one type: what tells the records of any of them apart stays, and what a row does not have is not missed.
  select t.name, array_agg(distinct k.name order by k.name)
  from webhooks.sources s
  cross join lateral (select distinct rule ->> 'type' as name from jsonb_array_elements(s.rules) rule) t
  cross join lateral (
    select s.key_column::text as name
    union all
    select a.attname::text from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = s.relation and i.indisprimary) k
  where t.name = any (event_types)
  group by t.name
$$;
comment on function webhooks.record_keys is
  'The columns that tell the records of event types apart: those of the primary key, and the one that webhooks.attach() was told. No row for a type that no table sends.';
grant execute on function webhooks.record_keys(text[]) to tablehook_dispatcher;
