-- Webhooks, between chapters 2 and 3: who is calling. A signed-in user, or an API key of one organization.
--
-- A key is no token: REST knows nothing of it. The HTTP API looks it up, and then acts under the claims
-- {"role": "authenticated", "tablehook_api_key": <id>}. The claim is a name, not a right: what a key may do is read from
-- its row at every statement, so that a key ends with its revocation. How keys are made and revoked is in a later chapter.

create table public.webhook_api_keys (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  name             text not null constraint a_key_has_a_name_of_1_to_64_characters check (length(btrim(name)) between 1 and 64),
  prefix           text not null,
  scopes           text[] not null
    constraint the_scopes_of_a_key_are_known check (scopes <@ '{read,write,secrets}')
    constraint every_key_may_read check ('read' = any (scopes)),
  created_by       uuid,
  created_at       timestamptz not null default clock_timestamp(),
  last_used_at     timestamptz,
  expires_at       timestamptz constraint a_key_lives_for_a_while check (expires_at > created_at),
  revoked_at       timestamptz
);
create index api_keys_of_organization on public.webhook_api_keys (organization_id);
create unique index names_of_live_keys_are_unique_in_an_organization on public.webhook_api_keys (organization_id, name) where revoked_at is null;
alter table public.webhook_api_keys enable row level security;
revoke all on public.webhook_api_keys from anon, authenticated;
grant select on public.webhook_api_keys to authenticated;
grant select, delete, update (revoked_at) on public.webhook_api_keys to service_role;
comment on table public.webhook_api_keys is 'API keys of an organization: what may be seen of them. Read by admins; made and revoked by functions only.';
comment on column public.webhook_api_keys.prefix is 'The beginning of the key, to tell keys apart.';
comment on column public.webhook_api_keys.scopes is
  'read: what members see. write: also create, change, delete, test and resend. secrets: also reveal and roll signing secrets.';
comment on column public.webhook_api_keys.created_by is 'The admin who made it. The key stays when they leave: it is the organization''s.';
comment on column public.webhook_api_keys.last_used_at is 'Written at most once a minute.';
comment on column public.webhook_api_keys.revoked_at is 'From then on nobody is let in with it. A revoked key stays in the list and cannot be used again.';

create table webhooks.api_key_hashes (
  key_id  uuid primary key references public.webhook_api_keys on delete cascade,
  hash    text not null unique constraint a_hash_is_sha_256_in_hex check (hash ~ '^[0-9a-f]{64}$')
);
alter table webhooks.api_key_hashes enable row level security;
comment on table webhooks.api_key_hashes is
  'SHA-256 of the keys. Apart from the rest, so that no grant on the keys can show one. A key has 256 random bits: no salt and no slow hash is needed.';

create function webhooks.acting_key() returns setof public.webhook_api_keys
language sql stable security definer rows 1
set search_path = pg_catalog, pg_temp
as $$
  select k.* from (select nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb as claims) request
  join public.webhook_api_keys k
    -- A token of the project may have a claim of this name with anything in it.
    on k.id = case when request.claims ->> 'tablehook_api_key' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (request.claims ->> 'tablehook_api_key')::uuid end
  where request.claims ->> 'sub' is null
    and k.revoked_at is null and (k.expires_at is null or k.expires_at > pg_catalog.clock_timestamp())
$$;
comment on function webhooks.acting_key is 'The API key that the request came with, while it is live; no row for users, who have a subject.';

create function webhooks.my_organizations() returns setof uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select webhooks.organizations_of(auth.uid())
  union all select k.organization_id from webhooks.acting_key() k
$$;
comment on function webhooks.my_organizations is 'The organizations that the caller belongs to: a user''s, or the one of an API key.';

create function webhooks.managed_organizations() returns setof uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select webhooks.organizations_managed_by(auth.uid())
  union all select k.organization_id from webhooks.acting_key() k where 'write' = any (k.scopes)
$$;
comment on function webhooks.managed_organizations is
  'The organizations whose webhooks the caller may manage: create, change, test, read bodies, resend. A key needs the scope write.';

grant execute on function webhooks.my_organizations(), webhooks.managed_organizations() to authenticated, service_role;

create function webhooks.caller_is_a_user() returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  -- An app may give its users roles of its own: whoever took a role is a user, unless it is one that row-level security lets pass.
  select exists (
    select from pg_catalog.pg_roles r
    where r.rolname = pg_catalog.current_setting('role', true) and not r.rolbypassrls and not r.rolsuper)
$$;
comment on function webhooks.caller_is_a_user is
  'Whether the request comes from outside: an API user or key. Reads the role that was set, which stays visible inside definer functions. '
  'Roles that bypass row-level security, such as service_role, and connections that took none are the app itself.';

create function public.webhook_capabilities(organization_id uuid) returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select pg_catalog.jsonb_build_object(
    'view', member, 'toggle', case when by_key then manager else member end, 'manage', manager, 'test', manager,
    'read_secret', case when by_key then member and secrets else manager end, 'read_payload', manager, 'resend', manager,
    -- A key that makes keys would outlive its own revocation.
    'manage_keys', manager and not by_key)
  from (select webhook_capabilities.organization_id in (select webhooks.my_organizations()) as member,
               webhook_capabilities.organization_id in (select webhooks.managed_organizations()) as manager,
               exists (select from webhooks.acting_key()) as by_key,
               exists (select from webhooks.acting_key() k where 'secrets' = any (k.scopes)) as secrets) caller
$$;
comment on function public.webhook_capabilities is
  'What the caller may do with the webhooks of an organization. Screens and the HTTP API ask this and never compare role names.';
grant execute on function public.webhook_capabilities(uuid) to authenticated, service_role;

create policy "admins see their organization's API keys" on public.webhook_api_keys
  for select to authenticated using (organization_id in (select webhooks.managed_organizations()) and (select auth.uid()) is not null);
