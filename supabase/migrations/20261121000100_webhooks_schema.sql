-- Webhooks, chapter 1: the private schema, its roles and its settings.
--
-- The chapters named `webhooks_*` stand alone: they need to know who belongs to which organization (chapter 2 says it)
-- and nothing else of the host app. Everything people may touch is in `public` and named
-- `webhook_*`; the rest lives here, where no API role has usage.

do $$
begin
  if pg_catalog.current_setting('server_version_num')::int < 150000 then
    raise exception 'Tablehook needs Postgres 15 or later, and this is %.', pg_catalog.current_setting('server_version');
  end if;
end $$;

create schema webhooks;
comment on schema webhooks is
  'Outgoing webhooks: events in, signed HTTP deliveries out. Private: API roles have no usage here; see public.webhook_*.';
revoke all on schema webhooks from public;

-- Functions are born executable by everyone, and hosted Supabase grants what is new in `public` to the API roles. Both are off
-- while the chapters run, for every grant here is by name. In a project that relies on these defaults each chapter ends with
-- restore_default_privileges(): they are the app's affair, not ours.
create table webhooks.default_privileges (
  position   int generated always as identity primary key,
  statement  text not null
);
alter table webhooks.default_privileges enable row level security;
comment on table webhooks.default_privileges is 'Default grants that were taken back while a chapter runs, as the statements that give them again. Empty otherwise.';

-- Every function here and below names all that is not Postgres's own with its schema, and looks into pg_temp last: left out of the
-- path it would be looked into first, and whoever may make temporary types could have them checked by the owner of our functions.
create function webhooks.suspend_default_privileges() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Half a chapter may have run outside of a transaction: what was saved then is how it was.
  if exists (select from webhooks.default_privileges) then return; end if;

  insert into webhooks.default_privileges (statement)
  select 'alter default privileges grant execute on functions to public'
  where not exists (
    select from pg_catalog.pg_default_acl d
    where d.defaclrole = current_user::regrole and d.defaclnamespace = 0 and d.defaclobjtype = 'f'
      and not exists (select from pg_catalog.aclexplode(d.defaclacl) a where a.grantee = 0));
  insert into webhooks.default_privileges (statement)
  select pg_catalog.format('alter default privileges in schema public grant %s on %s to %s%s', pg_catalog.lower(a.privilege_type),
                           case d.defaclobjtype when 'f' then 'functions' when 'r' then 'tables' else 'sequences' end,
                           a.grantee::regrole, case when a.is_grantable then ' with grant option' else '' end)
  from pg_catalog.pg_default_acl d cross join lateral pg_catalog.aclexplode(d.defaclacl) with ordinality a
  where d.defaclrole = current_user::regrole and d.defaclnamespace = 'public'::regnamespace and d.defaclobjtype in ('f', 'r', 'S')
    and a.grantee in ('anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole)
  order by d.defaclobjtype, a.ordinality;

  alter default privileges revoke execute on functions from public; -- globally: a per-schema revoke is silently ignored by Postgres
  alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;
  alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
  alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
end $$;
comment on function webhooks.suspend_default_privileges is
  'Takes back the default grants of the role that migrates, and remembers them. What is created from now on is open to nobody until it is granted.';

create function webhooks.restore_default_privileges() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  saved text;
begin
  for saved in select p.statement from webhooks.default_privileges p order by p.position loop
    execute saved;
  end loop;
  delete from webhooks.default_privileges;
end $$;
comment on function webhooks.restore_default_privileges is 'Gives the default grants again that suspend_default_privileges() took back.';

-- These two were created before: by name.
revoke execute on function webhooks.suspend_default_privileges(), webhooks.restore_default_privileges() from public;
select webhooks.suspend_default_privileges();

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
