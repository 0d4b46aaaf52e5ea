-- Webhooks, chapter 3: the catalog of event types and the webhooks themselves.

create table public.webhook_event_types (
  name         text primary key
    constraint event_types_are_dotted_words check (name ~ '^[a-z0-9_]+(\.[a-z0-9_]+)*$' and length(name) <= 200),
  category     text not null,
  direction    text not null constraint the_direction_is_inbound_or_outbound check (direction in ('inbound', 'outbound')),
  description  text not null,
  schema       jsonb not null default '{}',
  sample       jsonb not null default '{}',
  source       text not null default 'app',
  version      int not null default 1,
  created_at   timestamptz not null default now()
);
alter table public.webhook_event_types enable row level security;
revoke all on public.webhook_event_types from anon, authenticated;
grant select on public.webhook_event_types to authenticated;
grant all on public.webhook_event_types to service_role;
create policy "signed-in users read the catalog" on public.webhook_event_types for select to authenticated using (true);
comment on table public.webhook_event_types is 'The catalog: every event type that can be sent, with its JSON schema and a sample.';
comment on column public.webhook_event_types.direction is 'inbound: data entered the app. outbound: the app or its people did something.';
comment on column public.webhook_event_types.schema is 'JSON Schema (2020-12) of `data`.';
comment on column public.webhook_event_types.sample is '{data, previous?, context?}: what the Test button sends; context is for formats that say more than the row.';
comment on column public.webhook_event_types.source is 'app: the host app''s own; tablehook: about webhooks; attached: made by webhooks.attach().';

create table public.webhook_configurations (
  id                    uuid primary key default gen_random_uuid(),
  organization_id       uuid not null,
  name                  text not null constraint a_name_has_1_to_64_characters check (length(btrim(name)) between 1 and 64),
  description           text constraint a_description_has_at_most_500_characters check (length(description) <= 500),
  url                   text not null constraint a_url_is_a_web_address check (
    url ~* '^https?://[^\s/?#@]+([/?#]\S*)?$' and length(url) <= 2048),
  events                text[] not null
    constraint at_least_one_event_is_chosen check (cardinality(events) between 1 and 1000)
    constraint all_events_stands_alone check (not ('*' = any (events)) or events = '{*}'),
  is_active             boolean not null default true,
  format                text not null default 'standard'
    constraint the_format_is_known check (format in ('standard', 'standard-webhooks', 'cloudevents', 'nativemsg', 'whatsable', 'libromi', 'caleida')),
  filter                jsonpath constraint a_filter_has_at_most_1000_characters check (length(filter::text) <= 1000),
  header_names          text[] not null default '{}',
  headers_changed_at    timestamptz,
  timeout_ms            int not null default 5000 constraint the_timeout_is_1_to_30_seconds check (timeout_ms between 1000 and 30000),
  retry_policy          text not null default 'standard'
    constraint the_retry_policy_is_known check (retry_policy in ('standard', 'three', 'none')),
  rate_limit            int constraint the_rate_limit_is_1_to_1000_per_second check (rate_limit between 1 and 1000),
  max_concurrency       int constraint the_concurrency_limit_is_1_to_100 check (max_concurrency between 1 and 100),
  ordered               boolean not null default false,
  payload               text not null default 'full' constraint the_payload_is_full_or_thin check (payload in ('full', 'thin')),
  included_fields       text[] constraint at_most_100_fields_are_included check (cardinality(included_fields) <= 100),
  excluded_fields       text[] constraint at_most_100_fields_are_excluded check (cardinality(excluded_fields) <= 100),
  transformation        text constraint a_transformation_has_at_most_10000_characters check (length(transformation) <= 10000),
  shape_id              bigint,
  secret_hint           text,
  disabled_reason       text,
  disabled_at           timestamptz,
  consecutive_failures  int not null default 0 constraint failures_are_counted_from_zero check (consecutive_failures >= 0),
  failing_since         timestamptz,
  revision              bigint not null default 1,
  created_by            uuid,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  constraint names_are_unique_in_an_organization unique (organization_id, name),
  constraint only_an_inactive_webhook_has_a_reason check (not is_active or (disabled_reason is null and disabled_at is null)),
  constraint failing_means_at_least_one_failure check ((failing_since is null) = (consecutive_failures = 0))
);
comment on table public.webhook_configurations is 'A webhook: which events of one organization go where, and how.';
comment on column public.webhook_configurations.events is 'Event types, or {*} for all, also future ones.';
comment on column public.webhook_configurations.filter is 'A jsonpath over {new, old, changed}; an event is sent when it yields true or an item.';
comment on column public.webhook_configurations.header_names is 'Names of the custom headers. Their values are sealed in webhooks.custom_headers.';
comment on column public.webhook_configurations.headers_changed_at is
  'When a custom header was last set or removed. Values are shown to nobody, so this alone tells that somebody has changed one.';
comment on column public.webhook_configurations.rate_limit is 'Requests per second over all dispatchers. Null: no limit of its own.';
comment on column public.webhook_configurations.max_concurrency is 'Requests at one time over all dispatchers. Null: the dispatcher''s own cap.';
comment on column public.webhook_configurations.ordered is 'Events of one record are sent one after another, in commit order.';
comment on column public.webhook_configurations.payload is 'full: the whole event. thin: its id and the record''s, for receivers that fetch the rest.';
comment on column public.webhook_configurations.included_fields is 'Dotted paths in data: only these are sent. Null: all. Never together with excluded_fields.';
comment on column public.webhook_configurations.excluded_fields is 'Dotted paths in data that are left out, also of previous. Null: none.';
comment on column public.webhook_configurations.transformation is 'JSONata that makes the data that is sent. Null: sent as it is.';
comment on column public.webhook_configurations.shape_id is 'What shapes the body beyond the format; null for nothing. Copied to each delivery.';
comment on column public.webhook_configurations.secret_hint is 'The last four characters of the signing secret, to tell secrets apart. Null: requests are not signed.';
comment on column public.webhook_configurations.disabled_reason is 'by_hand, gone (410) or failing (5 days without a success). Null while active.';
comment on column public.webhook_configurations.failing_since is 'First failure since the last success; null while healthy.';
comment on column public.webhook_configurations.revision is 'Grows with every change that a dispatcher must know of: claims carry it, so an edit is effective at once.';

create index webhook_configurations_of_organization on public.webhook_configurations (organization_id);

alter table public.webhook_configurations enable row level security;
revoke all on public.webhook_configurations from anon, authenticated;
grant select, delete on public.webhook_configurations to authenticated;
grant insert (organization_id, name, description, url, events, is_active, format, filter, timeout_ms, retry_policy, rate_limit, max_concurrency, ordered,
       payload, included_fields, excluded_fields, transformation)
  on public.webhook_configurations to authenticated;
grant update (name, description, url, events, is_active, format, filter, timeout_ms, retry_policy, rate_limit, max_concurrency, ordered,
       payload, included_fields, excluded_fields, transformation)
  on public.webhook_configurations to authenticated;
grant all on public.webhook_configurations to service_role;

create policy "members see their organization's webhooks" on public.webhook_configurations
  for select to authenticated using (organization_id in (select webhooks.my_organizations()));
create policy "admins create webhooks" on public.webhook_configurations
  for insert to authenticated with check (organization_id in (select webhooks.managed_organizations()));
create policy "members turn webhooks on and off, admins change them" on public.webhook_configurations
  for update to authenticated
  using (organization_id in (select webhooks.my_organizations()))
  with check (organization_id in (select webhooks.my_organizations()));
create policy "admins delete webhooks" on public.webhook_configurations
  for delete to authenticated using (organization_id in (select webhooks.managed_organizations()));

-- Sealed values. Readable by no API role; the dispatcher gets them through webhooks.read_webhooks(), still sealed.
create table webhooks.secrets (
  id          uuid primary key default gen_random_uuid(),
  webhook_id  uuid not null references public.webhook_configurations on delete cascade,
  sealed      text not null constraint secrets_are_sealed check (sealed ~ '^v[0-9]+\.'),
  created_at  timestamptz not null default now(),
  created_by  uuid,
  expires_at  timestamptz
);
create index secrets_of_webhook on webhooks.secrets (webhook_id, created_at desc);
alter table webhooks.secrets enable row level security;
comment on table webhooks.secrets is 'Signing secrets, sealed with a key that is not in the database. Two while a roll overlaps.';
comment on column webhooks.secrets.expires_at is 'End of the overlap after a roll. Null: the current secret.';

create table webhooks.custom_headers (
  webhook_id  uuid primary key references public.webhook_configurations on delete cascade,
  sealed      text not null constraint header_values_are_sealed check (sealed ~ '^v[0-9]+\.'),
  updated_at  timestamptz not null default now()
);
alter table webhooks.custom_headers enable row level security;
comment on table webhooks.custom_headers is 'Custom headers of a webhook as one sealed JSON object: their values are kept like secrets.';

create table webhooks.audit_log (
  id               bigint generated always as identity primary key,
  organization_id  uuid not null,
  webhook_id       uuid not null,
  actor            uuid,
  action           text not null,
  details          jsonb not null default '{}',
  at               timestamptz not null default clock_timestamp()
);
create index audit_log_of_organization on webhooks.audit_log (organization_id, at desc);
create index audit_log_of_webhook on webhooks.audit_log (webhook_id, at desc);
alter table webhooks.audit_log enable row level security;
comment on table webhooks.audit_log is 'Who changed or revealed what. Written by triggers and by the functions that handle secrets; never updated.';
comment on column webhooks.audit_log.actor is 'The user; null when the engine did it.';
comment on column webhooks.audit_log.details is 'Old and new values of changed columns. Never a secret, never a header value.';

create function webhooks.refuse(code text, message text, field text default null, sqlstate_code text default 'P0001') returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception using errcode = refuse.sqlstate_code, message = refuse.message, hint = refuse.code, detail = coalesce(refuse.field, '');
end $$;
comment on function webhooks.refuse is
  'Raises a refusal: message for people, hint = stable code, detail = the field. PostgREST passes all three on.';

-- Before each change of a webhook: what a check constraint cannot say.
create function webhooks.guard_configuration() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  config webhooks.settings := (select s from webhooks.settings s);
  unknown text;
  by_user boolean := webhooks.caller_is_a_user();
begin
  if tg_op = 'UPDATE' and by_user and new.organization_id not in (select webhooks.managed_organizations()) then
    -- Members may toggle and nothing else. Compared as text, so that a column added later is covered too.
    if (to_jsonb(new) - 'is_active') is distinct from (to_jsonb(old) - 'is_active') then
      perform webhooks.refuse('forbidden', 'Only admins can change a webhook. Members can turn it on and off.', null, '42501');
    end if;
  end if;

  -- Row-level security would refuse it too, but only after what is below has told a stranger whether that organization is at its limit.
  if tg_op = 'INSERT' and by_user and new.organization_id not in (select webhooks.managed_organizations()) then
    perform webhooks.refuse('forbidden', 'Only admins can create a webhook.', null, '42501');
  end if;

  new.name := btrim(new.name);
  if tg_op = 'INSERT' then
    new.created_by := coalesce(auth.uid(), new.created_by);
    -- One creation at a time in an organization, or two at once would both fit under the limit.
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('webhooks.limit:' || new.organization_id, 0));
    if (select count(*) from public.webhook_configurations w where w.organization_id = new.organization_id) >= config.max_webhooks_per_organization then
      perform webhooks.refuse('too_many_webhooks',
        format('This organization has %s webhooks, which is the limit. Delete one first.', config.max_webhooks_per_organization));
    end if;
  end if;

  if tg_op = 'INSERT' or new.events is distinct from old.events then
    select e into unknown from unnest(new.events) e
    where e <> '*' and not exists (select from public.webhook_event_types t where t.name = e) limit 1;
    if unknown is not null then
      perform webhooks.refuse('unknown_event_type', format('There is no event type "%s". The catalog lists them all.', left(unknown, 100)), 'events');
    end if;
    new.events := array(select distinct e from unnest(new.events) e order by e);
  end if;

  if (tg_op = 'INSERT' or new.url is distinct from old.url) and new.url !~* '^https://' and not config.allow_plain_http then
    perform webhooks.refuse('insecure_url', 'Use https://. Addresses without encryption aren’t allowed.', 'url');
  end if;

  if new.filter is not null and (tg_op = 'INSERT' or new.filter::text is distinct from old.filter::text) then
    begin
      perform pg_catalog.jsonb_path_query_first_tz('{"new": {}, "old": {}, "changed": []}', new.filter, '{}', true);
    exception when others then
      perform webhooks.refuse('invalid_filter', format('The filter can’t be run: %s.', sqlerrm), 'filter');
    end;
  end if;

  if tg_op = 'INSERT' or new.is_active is distinct from old.is_active then
    if new.is_active then
      -- Turned on: judged afresh.
      new.disabled_reason := null; new.disabled_at := null; new.consecutive_failures := 0; new.failing_since := null;
    else
      new.disabled_reason := coalesce(nullif(new.disabled_reason, old.disabled_reason), 'by_hand');
      new.disabled_at := coalesce(nullif(new.disabled_at, old.disabled_at), clock_timestamp());
    end if;
  end if;

  if tg_op = 'UPDATE' then
    new.revision := old.revision + 1;
    new.updated_at := clock_timestamp();
  end if;
  return new;
end $$;
comment on function webhooks.guard_configuration is
  'Refuses what constraints cannot express (roles, catalog, plain http, limit) and keeps revision, updated_at and the reasons for being off.';

create trigger on_webhook_configurations_insert before insert on public.webhook_configurations
  for each row execute function webhooks.guard_configuration();
-- Named columns only: the engine's own bookkeeping (consecutive_failures …) is no change of configuration.
create trigger on_webhook_configurations_update
  before update of organization_id, name, description, url, events, is_active, format, filter, header_names, timeout_ms, retry_policy, rate_limit,
                   max_concurrency, ordered, secret_hint, payload, included_fields, excluded_fields, transformation
  on public.webhook_configurations
  for each row execute function webhooks.guard_configuration();

create function webhooks.audit_configuration() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after  jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  subject public.webhook_configurations := case when tg_op = 'DELETE' then old else new end;
  toggled boolean := tg_op = 'UPDATE' and before -> 'is_active' is distinct from after -> 'is_active';
  changes jsonb := coalesce((
    select jsonb_object_agg(k, jsonb_strip_nulls(jsonb_build_object('from', before -> k, 'to', after -> k)))
    from jsonb_object_keys(coalesce(after, before)) k
    where (before -> k) is distinct from (after -> k)
      and k not in ('revision', 'updated_at', 'created_at', 'consecutive_failures', 'failing_since', 'secret_hint', 'shape_id')), '{}');
begin
  if tg_op = 'UPDATE' and changes = '{}' then return null; end if;
  insert into webhooks.audit_log (organization_id, webhook_id, actor, action, details)
  select subject.organization_id, subject.id, auth.uid(),
         case when tg_op = 'INSERT' then 'created' when tg_op = 'DELETE' then 'deleted'
              when toggled and subject.is_active then 'turned_on' when toggled then 'turned_off' else 'changed' end,
         changes;
  return null;
end $$;
comment on function webhooks.audit_configuration is 'Writes one audit row for each webhook created, changed, turned on or off, or deleted.';

create trigger on_webhook_configurations_audit after insert or delete on public.webhook_configurations
  for each row execute function webhooks.audit_configuration();
create trigger on_webhook_configurations_change_audit
  after update of name, description, url, events, is_active, format, filter, header_names, headers_changed_at, timeout_ms, retry_policy, rate_limit,
                  max_concurrency, ordered, payload, included_fields, excluded_fields, transformation
  on public.webhook_configurations
  for each row execute function webhooks.audit_configuration();
