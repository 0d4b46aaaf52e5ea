-- Webhooks, chapter 1: the private schema, its roles and its settings.
--
-- The chapters named `webhooks_*` stand alone: they need a table of members (chapter 2 says which)
-- and nothing else of the host app. Everything people may touch is in `public` and named
-- `webhook_*`; the rest lives here, where no API role has usage.

create schema webhooks;
comment on schema webhooks is
  'Outgoing webhooks: events in, signed HTTP deliveries out. Private: API roles have no usage here; see public.webhook_*.';
revoke all on schema webhooks from public;

-- Functions are born executable by everyone. Off, globally: a per-schema revoke is silently ignored by Postgres.
alter default privileges revoke execute on functions from public;
-- Hosted Supabase also grants new objects in `public` to the API roles by default. Every grant here is by name.
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

-- The dispatcher may run the engine's functions and read nothing else: no table, no secret in clear.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'tablehook_dispatcher') then
    create role tablehook_dispatcher nologin noinherit;
  end if;
end $$;
comment on role tablehook_dispatcher is
  'Runs dispatchers. May execute the engine functions of schema webhooks; owns and reads no table.';
grant usage on schema webhooks to tablehook_dispatcher;

create table webhooks.settings (
  only_row                     boolean primary key default true constraint there_is_one_row check (only_row),
  allow_plain_http             boolean not null default false,
  max_webhooks_per_organization int not null default 50
    constraint the_limit_is_positive check (max_webhooks_per_organization > 0),
  retention_days               int not null default 30
    constraint retention_is_at_least_a_day check (retention_days between 1 and 3650),
  turn_off_after               interval not null default '5 days',
  wake_url                     text
    constraint the_wake_url_is_a_web_address check (wake_url ~ '^https?://'),
  wake_secret_name             text not null default 'tablehook_dispatcher_secret'
);
insert into webhooks.settings default values;
alter table webhooks.settings enable row level security;
comment on table webhooks.settings is 'One row: what the operator may change without a migration.';
comment on column webhooks.settings.allow_plain_http is
  'Local development only. Whether http:// addresses may be saved; the dispatcher still refuses any that is not in its allow list.';
comment on column webhooks.settings.retention_days is 'Events, deliveries and logs older than this are dropped.';
comment on column webhooks.settings.turn_off_after is 'A webhook that failed for this long without one success is turned off.';
comment on column webhooks.settings.wake_url is
  'Where pg_net wakes the dispatcher function: https://<project>.supabase.co/functions/v1/dispatcher. Null: long-lived dispatchers only.';
comment on column webhooks.settings.wake_secret_name is
  'Name of the Vault secret that the dispatcher function accepts. The secret itself is never stored in this schema.';
