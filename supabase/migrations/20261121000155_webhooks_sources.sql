-- Webhooks, chapter 7: sources. Which writes of which tables are events.

create table webhooks.sources (
  relation             regclass primary key,
  prefix               text not null,
  organization_column  name not null,
  key_column           name not null,
  rules                jsonb not null,
  ignored_columns      name[] not null,
  context_function     text,
  shows_comments       boolean not null default false
);
alter table webhooks.sources enable row level security;
comment on table webhooks.sources is 'Tables whose writes become events, as given to webhooks.attach(). A new version of the template is rolled out from here.';
comment on column webhooks.sources.context_function is
  'By its name, since pg_upgrade refuses a database with a column of type regproc. Given the row, answers with what some formats say besides it, as jsonb. Called once per event, and only when a webhook that takes it has such a format.';
comment on column webhooks.sources.shows_comments is
  'Whether the comments of its columns are in the catalog, where everybody who is signed in reads them.';
comment on column webhooks.sources.rules is
  'Array of {type, on: insert|update|delete, when?: SQL over new and old, once?: true}. Written by migrations, never by users.';

create function webhooks.formats_with_context() returns text[]
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$ select '{nativemsg,whatsable,libromi,caleida}'::text[] $$;
comment on function webhooks.formats_with_context is 'The formats whose bodies say more than the row: its contact, its conversation.';

-- One rule list as SQL: a row of (type, once) for each rule that holds for `new` and `old`, in the order of the list.
create function webhooks.rules_as_sql(rules jsonb) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select pg_catalog.string_agg(
    pg_catalog.format('select %L::text as type, %L::boolean as once%s', rule ->> 'type', coalesce((rule ->> 'once')::boolean, false),
                      coalesce(' where ' || (rule ->> 'when'), '')), E'\n      union all ' order by nth)
  from pg_catalog.jsonb_array_elements(rules) with ordinality r(rule, nth)
$$;
comment on function webhooks.rules_as_sql is 'Turns the rules of a source into the SELECT that yields the event types of one row.';

create function webhooks.has_once_rules(source webhooks.sources) returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select pg_catalog.jsonb_path_exists(source.rules, '$[*] ? (@.once == true)')
$$;
comment on function webhooks.has_once_rules is 'Whether a source has events that happen once per record.';

-- Otherwise a typing mistake would wait in the trigger and fail the app's next write.
create function webhooks.check_rules(relation regclass, rules jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
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
        -- With a second table of the same columns: a column without new. or old. before it is ambiguous, here as in the trigger.
        relation || ' captured_row, ' || case rule ->> 'on' when 'insert' then relation || ' new' when 'delete' then relation || ' old' else relation || ' new, ' || relation || ' old' end,
        coalesce(rule ->> 'when', 'true'));
    exception when others then
      perform webhooks.refuse('bad_rule', pg_catalog.format('The condition of %s does not work: %s.', rule ->> 'type', sqlerrm), 'rules');
    end;
  end loop;
end $$;
comment on function webhooks.check_rules is 'Refuses rules that would fail when a row is written: no type, an unknown moment, a condition that Postgres cannot run.';

