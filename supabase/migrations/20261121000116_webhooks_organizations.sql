-- Webhooks, between chapters 2 and 3: the caller's organizations, by the names and keys that the app knows them by.

create function public.webhook_organizations() returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('id', o.id, 'key', o.key, 'name', o.name) order by pg_catalog.lower(o.name), o.name, o.id), '[]')
  from (select l.id, l.key, l.name from webhooks.listed_organizations(auth.uid()) l
        union all
        select k.organization_id, webhooks.key_of(k.organization_id)::text, webhooks.organization_name(k.organization_id) from webhooks.acting_key() k) o
$$;
comment on function public.webhook_organizations is
  'The caller''s organizations by name: [{id, key, name}]. id is what every table and function here calls organization_id; key is the app''s own, the same where that is a uuid.';

create function public.webhook_organization(key text) returns uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  is_id boolean := key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  found uuid;
begin
  if not webhooks.caller_is_a_user() then return webhooks.organization_named(key); end if;
  -- Looked for among the caller's own: where keys are texts, somebody could else name an organization like the id of another.
  if is_id then select o into found from webhooks.my_organizations() o where o = webhook_organization.key::uuid limit 1; end if;
  if found is not null then return found; end if;
  begin
    select o into found from webhooks.my_organizations() o where o = webhooks.organization_named(webhook_organization.key) limit 1;
  exception when data_exception then
    if not is_id then perform webhooks.refuse('invalid_input', 'Name the organization by its id.', 'organization_id'); end if;
  end;
  return found;
end $$;
comment on function public.webhook_organization is
  'The id of an organization of the caller''s, by the app''s own key or by that id; null when there is none. For the service role: the id of any key.';
grant execute on function public.webhook_organizations() to authenticated;
grant execute on function public.webhook_organization(text) to authenticated, service_role;
