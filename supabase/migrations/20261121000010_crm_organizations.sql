-- The host app, chapter 1: organizations and their members.
--
-- A messaging CRM, so that there is something to hear about. The chapters named `crm_*` know nothing of
-- webhooks; an app with tables of its own leaves them out and takes the chapters named `webhooks_*` alone.

-- Functions are born executable by everyone. Off, globally: a per-schema revoke from PUBLIC is silently ignored by Postgres.
alter default privileges revoke execute on functions from public;
-- Hosted Supabase adds grants of its own in `public`. Those are per schema, so they are taken back per schema, before
-- the first table: no object is open for the moment between its creation and its policies. Every grant is by name.
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

create schema app;
comment on schema app is 'What the policies and triggers of the CRM call. API roles may use it by name, but it is not exposed over REST.';
revoke all on schema app from public;
grant usage on schema app to authenticated, service_role;

create table public.organizations (
  id          uuid primary key default gen_random_uuid(),
  name        text not null constraint an_organization_has_a_name check (btrim(name) <> ''),
  created_at  timestamptz not null default now()
);
alter table public.organizations enable row level security;
comment on table public.organizations is 'The tenant. Owns every row of the CRM; deleting it deletes them all.';

create table public.organization_members (
  organization_id  uuid not null references public.organizations on delete cascade,
  user_id          uuid not null references auth.users on delete cascade,
  role             text not null constraint a_role_is_owner_admin_or_member check (role in ('owner', 'admin', 'member')),
  created_at       timestamptz not null default now(),
  primary key (organization_id, user_id)
);
-- Every policy asks for the organizations of one user: this index answers without touching the table.
create index organization_members_of_user on public.organization_members (user_id, organization_id) include (role);
alter table public.organization_members enable row level security;
comment on table public.organization_members is 'Who belongs to which organization, and as what. A user may belong to several.';
comment on column public.organization_members.role is
  'owner: everything. admin: everything but owners and the organization''s name. member: the CRM''s rows, and a look at the members.';

-- Definer, because a policy on organization_members that reads organization_members would call itself for ever.
-- `rows 3`: the default guess of 1000 organizations per user makes the planner prefer scanning whole tables.
create function app.my_organizations() returns setof uuid
language sql stable security definer rows 3
set search_path = pg_catalog, pg_temp
as $$
  select m.organization_id from public.organization_members m where m.user_id = auth.uid()
$$;
comment on function app.my_organizations is
  'The organizations the signed-in user belongs to. Write `organization_id in (select app.my_organizations())`: it then runs once per statement, not per row.';

create function app.my_role(organization_id uuid) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select m.role from public.organization_members m
  where m.organization_id = my_role.organization_id and m.user_id = auth.uid()
$$;
comment on function app.my_role is 'owner, admin or member; null when the signed-in user does not belong to the organization.';

grant execute on function app.my_organizations(), app.my_role(uuid) to authenticated, service_role;

-- Statement-level, so that one statement may hand ownership over: it is the end of the statement that counts.
create function app.keep_an_owner() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Two owners who leave at the same moment would each still see the other. The lock makes one wait, then look again.
  perform from public.organizations o
  where o.id in (select r.organization_id from old_rows r where r.role = 'owner')
  order by o.id for no key update;

  -- An organization that is itself being deleted is no longer found here, and may lose its owners.
  if exists (
    select from public.organizations o
    where o.id in (select r.organization_id from old_rows r where r.role = 'owner')
      and not exists (select from public.organization_members m where m.organization_id = o.id and m.role = 'owner'))
  then
    raise exception 'An organization keeps at least one owner. Make somebody else an owner first.'
      using errcode = 'check_violation', constraint = 'an_organization_keeps_an_owner', table = 'organization_members', schema = 'public';
  end if;
  return null;
end $$;
comment on function app.keep_an_owner is
  'Refuses to remove, demote or delete the account of the last owner of an organization that stays. Definer: it must see all members.';

create trigger on_organization_members_update after update on public.organization_members
  referencing old table as old_rows for each statement execute function app.keep_an_owner();
create trigger on_organization_members_delete after delete on public.organization_members
  referencing old table as old_rows for each statement execute function app.keep_an_owner();

revoke all on public.organizations, public.organization_members from public, anon, authenticated, service_role;
-- No grant on id, created_at, organization_id or user_id for updates: a row never changes hands over the API.
grant select, update (name) on public.organizations to authenticated;
grant select, insert (organization_id, user_id, role), update (role), delete on public.organization_members to authenticated;
grant select, insert, update, delete on public.organizations, public.organization_members to service_role;

create policy "members see their organizations" on public.organizations
  for select to authenticated using (id in (select app.my_organizations()));
create policy "owners rename their organizations" on public.organizations
  for update to authenticated using (app.my_role(id) = 'owner') with check (app.my_role(id) = 'owner');

-- For writes the rule is one sentence: owners manage everybody, admins manage everybody who is not, and does not become, an owner.
create policy "members see who else belongs to their organizations" on public.organization_members
  for select to authenticated using (organization_id in (select app.my_organizations()));
create policy "owners add anybody, admins add members and admins" on public.organization_members
  for insert to authenticated
  with check (app.my_role(organization_id) = 'owner' or (app.my_role(organization_id) = 'admin' and role <> 'owner'));
create policy "owners change any role, admins neither from nor to owner" on public.organization_members
  for update to authenticated
  using (app.my_role(organization_id) = 'owner' or (app.my_role(organization_id) = 'admin' and role <> 'owner'))
  with check (app.my_role(organization_id) = 'owner' or (app.my_role(organization_id) = 'admin' and role <> 'owner'));
create policy "owners remove anybody, admins anybody but owners" on public.organization_members
  for delete to authenticated
  using (app.my_role(organization_id) = 'owner' or (app.my_role(organization_id) = 'admin' and role <> 'owner'));
