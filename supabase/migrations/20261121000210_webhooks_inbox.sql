-- Webhooks, chapter 11: the built-in inbox. A test address of our own, so that nobody needs a stranger's.
--
-- Anybody may send to an address, so what is stored is bounded three ways: the newest 100 requests, 24 hours,
-- 256 KB of each body. Only members of the organization can read it.

create table webhooks.inboxes (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  token            text not null unique constraint tokens_are_long_enough_not_to_be_guessed check (length(token) >= 32),
  answer_status    int not null default 200
    constraint the_answer_is_one_of_ten check (answer_status in (200, 204, 301, 400, 401, 404, 410, 429, 500, 503)),
  answer_delay_ms  int not null default 0 constraint the_delay_is_at_most_10_seconds check (answer_delay_ms between 0 and 10000),
  answer_body      text not null default '' constraint an_answer_has_at_most_10000_characters check (length(answer_body) <= 10000),
  created_by       uuid,
  created_at       timestamptz not null default clock_timestamp(),
  expires_at       timestamptz not null,
  constraint an_inbox_lives_for_a_while check (expires_at > created_at)
);
create index inboxes_of_organization on webhooks.inboxes (organization_id, created_at);
create index inboxes_by_end on webhooks.inboxes (expires_at);
alter table webhooks.inboxes enable row level security;
comment on table webhooks.inboxes is 'Test addresses: /webhooks/in/<token> stores what it gets and answers as it is told.';
comment on column webhooks.inboxes.token is 'Two random uuids as base64url: 244 random bits. Whoever knows it may send, not read.';
comment on column webhooks.inboxes.expires_at is 'From then on the address answers 404. A day later the row is gone.';

create table webhooks.inbox_requests (
  id           uuid primary key default gen_random_uuid(),
  inbox_id     uuid not null references webhooks.inboxes on delete cascade,
  received_at  timestamptz not null default clock_timestamp(),
  method       text not null,
  headers      jsonb not null constraint headers_are_an_object check (jsonb_typeof(headers) = 'object'),
  body         text not null constraint at_most_256_kb_of_a_body_are_kept check (length(body) <= 262144),
  body_bytes   bigint not null constraint bytes_are_counted_from_zero check (body_bytes >= 0),
  event_type   text,
  signature    text not null
    constraint the_signature_is_judged check (signature in ('valid', 'invalid', 'unsigned', 'unknown')),
  webhook_id   uuid,
  age_seconds  double precision
);
create index inbox_requests_of_inbox on webhooks.inbox_requests (inbox_id, received_at desc, id desc);
create index inbox_requests_by_age on webhooks.inbox_requests (received_at);
alter table webhooks.inbox_requests enable row level security;
comment on table webhooks.inbox_requests is 'What test addresses got: the newest 100 of each, for 24 hours.';
comment on column webhooks.inbox_requests.headers is 'Lower-case name to value, without those that belong to the connection.';
comment on column webhooks.inbox_requests.body is 'The first 256 KB as text; bytes that are no UTF-8 are replaced.';
comment on column webhooks.inbox_requests.body_bytes is 'Bytes that arrived before we stopped reading.';
comment on column webhooks.inbox_requests.signature is
  'valid, invalid, unsigned; unknown when no webhook of the organization that signs points here, or the body was too long to check.';
comment on column webhooks.inbox_requests.webhook_id is 'The webhook whose secret made the signature.';
comment on column webhooks.inbox_requests.age_seconds is 'How old webhook-timestamp was on arrival. Null without one.';

-- The API counts reveals per user to limit them, and must not read everything else for it.
create index audit_log_of_reveals on webhooks.audit_log (actor, at) where action = 'secret_revealed';

create function webhooks.inbox_as_json(inbox webhooks.inboxes, at timestamptz default clock_timestamp()) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select pg_catalog.jsonb_build_object(
    'id', inbox.id, 'token', inbox.token, 'expires_at', inbox.expires_at, 'answer_status', inbox.answer_status,
    'answer_delay_ms', inbox.answer_delay_ms, 'answer_body', inbox.answer_body, 'created_at', inbox.created_at,
    'requests', (select count(*) from webhooks.inbox_requests r where r.inbox_id = inbox.id and r.received_at > at - interval '24 hours'))
$$;
comment on function webhooks.inbox_as_json is 'An inbox as the screens read it; `requests` is how many it holds.';

create function webhooks.require_inbox(inbox_id uuid, to_manage boolean default false, to_change boolean default false) returns webhooks.inboxes
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  inbox webhooks.inboxes;
begin
  select * into inbox from webhooks.inboxes i where i.id = require_inbox.inbox_id;
  if inbox.id is null or inbox.organization_id not in (select webhooks.my_organizations()) then
    perform webhooks.refuse('not_found', 'This test address doesn’t exist. It may have expired.', null, 'PT404');
  end if;
  if to_manage and inbox.organization_id not in (select webhooks.managed_organizations()) then
    perform webhooks.refuse('forbidden', 'Only admins can do this.', null, '42501');
  end if;
  if to_change and auth.uid() is null and inbox.organization_id not in (select webhooks.managed_organizations()) then
    perform webhooks.refuse('scope_missing', 'This API key doesn’t have the scope “write”.', null, '42501');
  end if;
  return inbox;
end $$;
comment on function webhooks.require_inbox is
  'The inbox, if the caller belongs to its organization; else not_found. To change how it answers, a key needs the scope write; to manage it, users are admins, too.';

create function public.webhook_inbox_open(organization_id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  at    timestamptz := clock_timestamp();
  inbox webhooks.inboxes;
begin
  if webhook_inbox_open.organization_id is null or webhook_inbox_open.organization_id not in (select webhooks.my_organizations()) then
    perform webhooks.refuse('not_found', 'This organization doesn’t exist.', 'organization_id', 'PT404');
  end if;
  if webhook_inbox_open.organization_id not in (select webhooks.managed_organizations()) then
    perform webhooks.refuse('forbidden', 'Only admins can get a test address.', null, '42501');
  end if;
  -- One at a time in an organization, or two at once would both fit under the limit.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('webhooks.inboxes:' || webhook_inbox_open.organization_id, 0));
  if (select count(*) from webhooks.inboxes i where i.organization_id = webhook_inbox_open.organization_id and i.expires_at > at) >= 20 then
    perform webhooks.refuse('too_many_inboxes', 'This organization has 20 test addresses, which is the limit. Delete one first.');
  end if;
  insert into webhooks.inboxes (organization_id, token, created_by, created_at, expires_at)
  values (webhook_inbox_open.organization_id,
          translate(encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'base64'), '+/=', '-_'),
          auth.uid(), at, at + interval '7 days')
  returning * into inbox;
  return webhooks.inbox_as_json(inbox);
end $$;
comment on function public.webhook_inbox_open is 'Opens a test address for 7 days. Admins only.';
grant execute on function public.webhook_inbox_open(uuid) to authenticated;

create function public.webhook_inboxes(organization_id uuid) returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(pg_catalog.jsonb_agg(webhooks.inbox_as_json(i) order by i.created_at, i.id), '[]')
  from webhooks.inboxes i
  where i.organization_id = webhook_inboxes.organization_id and i.organization_id in (select webhooks.my_organizations())
$$;
comment on function public.webhook_inboxes is 'The test addresses of an organization, oldest first; an expired one stays in the list for a day.';
grant execute on function public.webhook_inboxes(uuid) to authenticated;

create function public.webhook_inbox_set(
  inbox_id uuid, answer_status int default null, answer_delay_ms int default null, answer_body text default null
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  inbox webhooks.inboxes := webhooks.require_inbox(inbox_id, to_change => true);
begin
  if answer_status not in (200, 204, 301, 400, 401, 404, 410, 429, 500, 503) then
    perform webhooks.refuse('invalid_input', 'Answer with 200, 204, 301, 400, 401, 404, 410, 429, 500 or 503.', 'answer_status');
  end if;
  if answer_delay_ms not between 0 and 10000 then
    perform webhooks.refuse('invalid_input', 'Wait 0 to 10,000 milliseconds.', 'answer_delay_ms');
  end if;
  if length(answer_body) > 10000 then
    perform webhooks.refuse('invalid_input', 'Use 10,000 characters or fewer.', 'answer_body');
  end if;
  update webhooks.inboxes i
  set answer_status = coalesce(webhook_inbox_set.answer_status, i.answer_status),
      answer_delay_ms = coalesce(webhook_inbox_set.answer_delay_ms, i.answer_delay_ms),
      answer_body = coalesce(webhook_inbox_set.answer_body, i.answer_body)
  where i.id = inbox.id
  returning i.* into inbox;
  return webhooks.inbox_as_json(inbox);
end $$;
comment on function public.webhook_inbox_set is 'Says how a test address answers: status, delay in milliseconds, body. What is null stays as it is.';
grant execute on function public.webhook_inbox_set(uuid, int, int, text) to authenticated;

create function public.webhook_inbox_clear(inbox_id uuid) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  inbox webhooks.inboxes := webhooks.require_inbox(inbox_id, to_change => true);
begin
  delete from webhooks.inbox_requests r where r.inbox_id = inbox.id;
end $$;
comment on function public.webhook_inbox_clear is 'Forgets the requests of a test address.';
grant execute on function public.webhook_inbox_clear(uuid) to authenticated;

create function public.webhook_inbox_delete(inbox_id uuid) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  inbox webhooks.inboxes := webhooks.require_inbox(inbox_id, to_manage => true);
begin
  delete from webhooks.inboxes i where i.id = inbox.id;
end $$;
comment on function public.webhook_inbox_delete is 'Deletes a test address with its requests: from now on it answers 404. Admins only.';
grant execute on function public.webhook_inbox_delete(uuid) to authenticated;

create function public.webhook_inbox_requests(inbox_id uuid, after timestamptz default null) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  inbox webhooks.inboxes := webhooks.require_inbox(inbox_id);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', r.id, 'received_at', r.received_at, 'method', r.method, 'headers', r.headers, 'body', r.body, 'body_bytes', r.body_bytes,
      'event_type', r.event_type, 'signature', r.signature, 'webhook_id', r.webhook_id,
      'webhook_name', (select w.name from public.webhook_configurations w where w.id = r.webhook_id),
      'age_seconds', r.age_seconds) order by r.received_at desc, r.id desc), '[]')
    from (
      select * from webhooks.inbox_requests x
      where x.inbox_id = inbox.id and x.received_at > greatest(clock_timestamp() - interval '24 hours', after)
      order by x.received_at desc, x.id desc limit 100) r);
end $$;
comment on function public.webhook_inbox_requests is 'What a test address got, newest first, at most 100; with `after` only what came later.';
grant execute on function public.webhook_inbox_requests(uuid, timestamptz) to authenticated;

create function webhooks.find_inbox(token text, at timestamptz default clock_timestamp())
returns table (inbox_id uuid, answer_status int, answer_delay_ms int, answer_body text, webhook_ids uuid[], sealed_secrets text[])
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select i.id, i.answer_status, i.answer_delay_ms, i.answer_body, coalesce(signers.webhook_ids, '{}'), coalesce(signers.sealed_secrets, '{}')
  from webhooks.inboxes i
  cross join lateral (
    select pg_catalog.array_agg(s.webhook_id order by s.created_at desc) as webhook_ids, pg_catalog.array_agg(s.sealed order by s.created_at desc) as sealed_secrets
    from public.webhook_configurations w join webhooks.secrets s on s.webhook_id = w.id
    where w.organization_id = i.organization_id and position('/webhooks/in/' || i.token in w.url) > 0
      and (s.expires_at is null or s.expires_at > at)) signers
  where i.token = find_inbox.token and i.expires_at > at
$$;
comment on function webhooks.find_inbox is
  'The live inbox behind a token, how it answers, and the sealed secrets of the webhooks that point at it (the two arrays go in step).';

create function webhooks.keep_inbox_request(
  inbox_id uuid, method text, headers jsonb, body text, body_bytes bigint, event_type text, signature text, webhook_id uuid, age_seconds double precision,
  at timestamptz default null
) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- One request at a time per inbox: their order is the order of arrival, and the count is exact.
  perform from webhooks.inboxes i where i.id = keep_inbox_request.inbox_id for no key update;
  if not found then return; end if;
  insert into webhooks.inbox_requests (inbox_id, received_at, method, headers, body, body_bytes, event_type, signature, webhook_id, age_seconds)
  values (inbox_id, coalesce(at, clock_timestamp()), method, headers, body, body_bytes, event_type, signature, webhook_id, age_seconds);
  delete from webhooks.inbox_requests r
  where r.id in (select x.id from webhooks.inbox_requests x where x.inbox_id = keep_inbox_request.inbox_id
                 order by x.received_at desc, x.id desc offset 100);
end $$;
comment on function webhooks.keep_inbox_request is 'Stores one request of an inbox and forgets all but the newest 100. Does nothing when the inbox was deleted meanwhile.';

create function webhooks.maintain_inboxes(at timestamptz default now()) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  removed bigint;
begin
  delete from webhooks.inbox_requests r where r.received_at <= at - interval '24 hours';
  get diagnostics removed = row_count;
  delete from webhooks.inboxes i where i.expires_at <= at - interval '1 day';
  perform webhooks.remove_listeners(at);
  return removed;
end $$;
comment on function webhooks.maintain_inboxes is
  'Removes requests older than 24 hours, inboxes a day after they expired, and listeners that have run out. Called by webhooks.maintain().';
