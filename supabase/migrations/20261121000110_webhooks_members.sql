-- Webhooks, chapter 2: who belongs to which organization.
--
-- The only place that knows the host app's tables. An app with other tables replaces the bodies of
-- these three functions; nothing else changes.

create function webhooks.my_organizations() returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select m.organization_id from public.organization_members m where m.user_id = auth.uid()
$$;
comment on function webhooks.my_organizations is
  'The organizations the signed-in user belongs to. Definer: policies call it, and members need not be able to read the member table.';

create function webhooks.managed_organizations() returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select m.organization_id from public.organization_members m
  where m.user_id = auth.uid() and m.role in ('owner', 'admin')
$$;
comment on function webhooks.managed_organizations is
  'The organizations whose webhooks the signed-in user may manage: create, change, test, read secrets and bodies, resend.';

grant execute on function webhooks.my_organizations(), webhooks.managed_organizations() to authenticated, service_role;

create function webhooks.alert_recipients(organization_id uuid) returns setof text
language sql stable security definer
set search_path = ''
as $$
  select u.email::text
  from public.organization_members m join auth.users u on u.id = m.user_id
  where m.organization_id = alert_recipients.organization_id and m.role in ('owner', 'admin')
    and u.email <> '' and u.email_confirmed_at is not null
  order by m.role = 'owner' desc, u.email limit 50
$$;
comment on function webhooks.alert_recipients is
  'Who is told by e-mail when a webhook of an organization fails: confirmed addresses of its owners and admins, 50 at most.';

create function webhooks.caller_is_a_user() returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce(pg_catalog.current_setting('role', true), 'none') in ('authenticated', 'anon')
$$;
comment on function webhooks.caller_is_a_user is
  'Whether the request comes from an API user. Reads the role that was set, which stays visible inside definer functions.';

create function public.webhook_capabilities(organization_id uuid) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select pg_catalog.jsonb_build_object('view', member, 'toggle', member, 'manage', manager, 'test', manager, 'read_secret', manager, 'read_payload', manager, 'resend', manager)
  from (select webhook_capabilities.organization_id in (select webhooks.my_organizations()) as member,
               webhook_capabilities.organization_id in (select webhooks.managed_organizations()) as manager) caller
$$;
comment on function public.webhook_capabilities is
  'What the caller may do with the webhooks of an organization. Screens ask this and never compare role names.';
grant execute on function public.webhook_capabilities(uuid) to authenticated, service_role;
