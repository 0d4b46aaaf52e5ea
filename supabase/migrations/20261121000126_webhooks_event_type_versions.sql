-- Webhooks, chapter 3, continued: the versions of event types. What receivers rely on changes only with a number that says so.

create table public.webhook_event_type_versions (
  name     text not null references public.webhook_event_types on update cascade on delete cascade,
  version  int not null constraint versions_are_numbered_from_one check (version > 0),
  schema   jsonb not null,
  sample   jsonb not null,
  since    timestamptz not null default clock_timestamp(),
  primary key (name, version)
);
alter table public.webhook_event_type_versions enable row level security;
revoke all on public.webhook_event_type_versions from anon, authenticated;
grant select on public.webhook_event_type_versions to authenticated, service_role;
create policy "signed-in users read the versions" on public.webhook_event_type_versions for select to authenticated using (true);
comment on table public.webhook_event_type_versions is
  'Every version of every event type that was in force here. A webhook was made with the version that was newest at its created_at.';
comment on column public.webhook_event_type_versions.schema is 'Without its words: those of today are in the catalog, and those that were taken back are nowhere.';
comment on column public.webhook_event_type_versions.since is 'When it came into force in this database.';

-- local/without_words.ts has the same rule, for the types of the registry.
create function webhooks.without_words(schema jsonb) returns jsonb
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if pg_catalog.jsonb_typeof(schema) = 'array' then
    return (select coalesce(pg_catalog.jsonb_agg(webhooks.without_words(one) order by nth), '[]') from pg_catalog.jsonb_array_elements(schema) with ordinality o(one, nth));
  elsif pg_catalog.jsonb_typeof(schema) is distinct from 'object' then
    return schema;
  end if;
  return (
    select coalesce(pg_catalog.jsonb_object_agg(keyword, case
      when keyword in ('items', 'prefixItems', 'additionalProperties', 'propertyNames', 'contains', 'unevaluatedItems', 'unevaluatedProperties',
                       'anyOf', 'allOf', 'oneOf', 'not', 'if', 'then', 'else') then webhooks.without_words(value)
      -- Names of the app's choosing, and a schema for each: a field may be called `description`.
      when keyword in ('properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions') and pg_catalog.jsonb_typeof(value) = 'object' then (
        select coalesce(pg_catalog.jsonb_object_agg(name, webhooks.without_words(one)), '{}') from pg_catalog.jsonb_each(value) n(name, one))
      else value end), '{}')
    from pg_catalog.jsonb_each(schema) k(keyword, value) where keyword not in ('title', 'description', '$comment'));
end $$;
comment on function webhooks.without_words is 'A JSON Schema without what is only for people: other words are no other schema.';

create function webhooks.number_event_type() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- A sample only illustrates, as words do; the schema is the promise.
  new.version := greatest(new.version, old.version + case
    when new.schema is distinct from old.schema and webhooks.without_words(new.schema) is distinct from webhooks.without_words(old.schema) then 1 else 0 end);
  return new;
end $$;
comment on function webhooks.number_event_type is 'Gives an event type whose schema changes its next version. The number never goes back.';
create trigger on_webhook_event_types_update before update on public.webhook_event_types
  for each row execute function webhooks.number_event_type();

create function webhooks.keep_event_type_version() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.webhook_event_type_versions (name, version, schema, sample) values (new.name, new.version, webhooks.without_words(new.schema), new.sample)
  on conflict (name, version) do update set sample = excluded.sample;
  return null;
end $$;
comment on function webhooks.keep_event_type_version is 'Keeps each version of an event type, with its newest sample.';
create trigger on_webhook_event_types_version after insert or update on public.webhook_event_types
  for each row execute function webhooks.keep_event_type_version();
