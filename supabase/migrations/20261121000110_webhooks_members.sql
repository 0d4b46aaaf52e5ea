-- Webhooks, chapter 2: who belongs to which organization.
--
-- The only place that knows the app's own tables, here public.organizations and public.organization_members.
-- Written by `npx tablehook install`. With other answers it writes a chapter that replaces these functions; nothing else changes.

-- Bodies that are bound when they are created need no search_path, and can be inlined: capture asks once per row.
create or replace function webhooks.organization_of(key uuid) returns uuid
language sql immutable parallel safe
return key;
comment on function webhooks.organization_of is
  'The id that an organization has in the tables of Tablehook: its own.';

create or replace function webhooks.organization_named(key text) returns uuid
language sql immutable parallel safe
return key::uuid;
comment on function webhooks.organization_named is 'organization_of(), for a key that comes as text. An error when it cannot be one.';

create or replace function webhooks.key_of(organization_id uuid) returns uuid
language sql immutable parallel safe
return organization_id;
comment on function webhooks.key_of is 'The app''s own key of an organization: organization_of(), the other way round.';

create or replace function webhooks.organizations_of(user_id uuid) returns setof uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select m.organization_id from public.organization_members m where m.user_id = organizations_of.user_id
$$;
comment on function webhooks.organizations_of is
  'The organizations a user belongs to. Definer: policies ask it, and members need not be able to read the member table.';

create or replace function webhooks.organizations_managed_by(user_id uuid) returns setof uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select m.organization_id from public.organization_members m where m.user_id = organizations_managed_by.user_id and m.role in ('owner', 'admin')
$$;
comment on function webhooks.organizations_managed_by is
  'The organizations whose webhooks a user may manage: create, change, test, read secrets and bodies, resend, make API keys.';

create or replace function webhooks.organization_name(organization_id uuid) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(nullif(o.name::text, ''), o.id::text) from public.organizations o where o.id = (select webhooks.key_of(organization_name.organization_id))
$$;
comment on function webhooks.organization_name is 'What people call an organization. An API key, which cannot read the app''s tables, is told whose it is.';

create or replace function webhooks.listed_organizations(user_id uuid) returns table (id uuid, key text, name text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select distinct m.organization_id, m.organization_id::text, coalesce(nullif(o.name::text, ''), o.id::text)
  from public.organization_members m join public.organizations o on o.id = m.organization_id where m.user_id = listed_organizations.user_id
$$;
comment on function webhooks.listed_organizations is 'The organizations a user belongs to, with the key and the name that the app knows them by.';

create or replace function webhooks.alert_recipients(organization_id uuid) returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select u.email::text
  from public.organization_members m join auth.users u on u.id = m.user_id
  where m.organization_id = (select webhooks.key_of(alert_recipients.organization_id)) and m.role in ('owner', 'admin')
    and u.email <> '' and u.email_confirmed_at is not null
  group by u.email order by bool_or(m.role = 'owner') desc, u.email limit 50
$$;
comment on function webhooks.alert_recipients is
  'Who is told by e-mail when a webhook of an organization fails: confirmed addresses of those who manage its webhooks, 50 at most.';
