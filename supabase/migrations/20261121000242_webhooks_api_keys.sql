-- Webhooks, chapter 16: API keys are made, used and revoked.

-- What a key does is told apart from what a user does: `actor` is null, `actor_key` is the key.
alter table webhooks.audit_log alter column webhook_id drop not null;
create function webhooks.acting_key_id() returns uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.id from webhooks.acting_key() k
$$;
comment on function webhooks.acting_key_id is 'The id of the API key that the request came with; null for everybody else.';
alter table webhooks.audit_log add column actor_key uuid default webhooks.acting_key_id();
comment on column webhooks.audit_log.webhook_id is 'Null for what concerns the organization, such as its API keys.';
comment on column webhooks.audit_log.actor is 'The user; null when a key or the engine did it.';
comment on column webhooks.audit_log.actor_key is 'The API key; null when a user or the engine did it.';
create index audit_log_of_reveals_by_key on webhooks.audit_log (actor_key, at) where action = 'secret_revealed';

create function public.webhook_last_change(webhook_id uuid) returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select jsonb_build_object(
    'at', a.at,
    'by_email', (select u.email from auth.users u where u.id = a.actor),
    'by_key', (select k.name from public.webhook_api_keys k where k.id = a.actor_key))
  from public.webhook_configurations w
  cross join lateral (
    select x.at, x.actor, x.actor_key from webhooks.audit_log x
    where x.webhook_id = w.id and x.action = 'changed' order by x.at desc limit 1) a
  where w.id = webhook_last_change.webhook_id and w.organization_id in (select webhooks.my_organizations())
$$;
comment on function public.webhook_last_change is
  'When and by whom the settings of a webhook were last changed (within a year), for those who are about to overwrite that. Turning on and off is no such '
  'change. Null when there was none, or the webhook does not exist for the caller.';

-- Members may turn a webhook on and off, and a key that may only read is like a member in everything else.
create policy "a key changes webhooks only with the scope write" on public.webhook_configurations
  as restrictive for update to authenticated
  using ((select auth.uid()) is not null or organization_id in (select webhooks.managed_organizations()));

create function webhooks.make_api_key(
  organization_id uuid, name text, prefix text, hash text, scopes text[], expires_at timestamptz default null, created_by uuid default null
) returns public.webhook_api_keys
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  key public.webhook_api_keys;
begin
  -- One at a time in an organization, or two at once would both fit under the limit.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('webhooks.api_keys:' || organization_id, 0));
  if (select count(*) from public.webhook_api_keys k where k.organization_id = make_api_key.organization_id and k.revoked_at is null) >= 50 then
    perform webhooks.refuse('too_many_api_keys', 'This organization has 50 API keys, which is the limit. Revoke one first.');
  end if;
  insert into public.webhook_api_keys (organization_id, name, prefix, scopes, created_by, expires_at)
  values (organization_id, btrim(name), prefix, scopes, created_by, expires_at) returning * into key;
  insert into webhooks.api_key_hashes (key_id, hash) values (key.id, hash);
  return key;
end $$;
comment on function webhooks.make_api_key is
  'Stores a new key by its hash. Called by the HTTP API once it knows that the caller may; the key itself never reaches the database.';

create function public.webhook_api_key_revoke(key_id uuid) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  key public.webhook_api_keys;
  may boolean;
begin
  select * into key from public.webhook_api_keys k where k.id = webhook_api_key_revoke.key_id;
  -- Another organization's key does not exist for the caller, in the same words.
  if key.id is null or (webhooks.caller_is_a_user() and key.organization_id not in (select webhooks.my_organizations())) then
    perform webhooks.refuse('not_found', 'This API key doesn’t exist.', null, 'PT404');
  end if;
  may := not webhooks.caller_is_a_user() or coalesce((public.webhook_capabilities(key.organization_id) ->> 'manage_keys')::boolean, false);
  if not may then perform webhooks.refuse('forbidden', 'Only admins can do this.', null, '42501'); end if;
  update public.webhook_api_keys k set revoked_at = clock_timestamp() where k.id = key.id and k.revoked_at is null;
end $$;
comment on function public.webhook_api_key_revoke is 'Ends an API key, at once and for good. Doing it again changes nothing. Admins only, and no key.';
grant execute on function public.webhook_api_key_revoke(uuid) to authenticated, service_role;
grant execute on function public.webhook_last_change(uuid) to authenticated;

create function webhooks.use_api_key(hash text, at timestamptz default clock_timestamp()) returns setof public.webhook_api_keys
language plpgsql security definer rows 1
set search_path = pg_catalog, pg_temp
as $$
declare
  key public.webhook_api_keys;
begin
  select k.* into key
  from webhooks.api_key_hashes h join public.webhook_api_keys k on k.id = h.key_id
  where h.hash = use_api_key.hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > at);
  if not found then return; end if;
  if key.last_used_at is null or key.last_used_at <= at - interval '1 minute' then
    update public.webhook_api_keys k set last_used_at = at
    where k.id = key.id and (k.last_used_at is null or k.last_used_at <= at - interval '1 minute');
  end if;
  return next key;
end $$;
comment on function webhooks.use_api_key is
  'The live key of that hash, and notes that it was used, at most once a minute. No row for one that is unknown, revoked or over.';

create function webhooks.audit_api_key() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  key public.webhook_api_keys := case when tg_op = 'DELETE' then old else new end;
begin
  if tg_op = 'UPDATE' and new.revoked_at is not distinct from old.revoked_at then return null; end if;
  insert into webhooks.audit_log (organization_id, actor, action, details)
  values (key.organization_id, auth.uid(),
          case tg_op when 'INSERT' then 'api_key_created' when 'DELETE' then 'api_key_deleted' else 'api_key_revoked' end,
          jsonb_strip_nulls(jsonb_build_object('api_key', key.id, 'name', key.name, 'scopes', key.scopes, 'expires_at', key.expires_at)));
  return null;
end $$;
comment on function webhooks.audit_api_key is 'Writes one audit row for each API key made, revoked or deleted.';
create trigger on_webhook_api_keys_audit after insert or delete or update of revoked_at on public.webhook_api_keys
  for each row execute function webhooks.audit_api_key();
