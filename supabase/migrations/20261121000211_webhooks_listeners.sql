-- Webhooks, chapter 11, continued: listeners. A test address that `tablehook listen` empties, to bring events to somebody's machine.
--
-- Unlike an inbox it loses nothing: what it holds stays until it was taken, and when it is full it says "later", so that the sender's
-- retries do the waiting. It lives for five minutes after each look; then it goes, and the webhooks that point at it go with it.

create table webhooks.listeners (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  token            text not null unique constraint listener_tokens_are_long_enough_not_to_be_guessed check (length(token) >= 32),
  created_by       uuid,
  created_at       timestamptz not null default clock_timestamp(),
  expires_at       timestamptz not null,
  constraint a_listener_lives_for_a_while check (expires_at > created_at)
);
create index listeners_of_organization on webhooks.listeners (organization_id);
create index listeners_by_end on webhooks.listeners (expires_at);
alter table webhooks.listeners enable row level security;
comment on table webhooks.listeners is 'Where `tablehook listen` looks: /webhooks/listen/<token> holds what it gets until it is taken.';
comment on column webhooks.listeners.expires_at is 'Five minutes after the last look. From then on the address answers 404.';

create table webhooks.held_requests (
  listener_id  uuid not null references webhooks.listeners on delete cascade,
  position     bigint generated always as identity,
  received_at  timestamptz not null default clock_timestamp(),
  headers      jsonb not null constraint held_headers_are_an_object check (jsonb_typeof(headers) = 'object'),
  body         text constraint a_held_body_has_at_most_1_mb check (octet_length(body) <= 1048576),
  event_type   text,
  primary key (listener_id, position)
);
alter table webhooks.held_requests enable row level security;
comment on table webhooks.held_requests is 'What a listener got and nobody has taken yet: at most 1,000 requests, and 16 MB.';
comment on column webhooks.held_requests.position is 'Order of arrival: numbered while the listener''s row is locked.';
comment on column webhooks.held_requests.body is 'The exact text. Null when it was larger than 1 MB or no text, and so cannot be sent again as it was.';

create function webhooks.open_listener(organization_id uuid, actor uuid, at timestamptz default clock_timestamp()) returns webhooks.listeners
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  listener webhooks.listeners;
begin
  -- One at a time in an organization, or two at once would both fit under the limit.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('webhooks.listeners:' || organization_id, 0));
  perform webhooks.remove_listeners(at, organization_id);
  if (select count(*) from webhooks.listeners l where l.organization_id = open_listener.organization_id) >= 20 then
    perform webhooks.refuse('too_many_listeners', 'Twenty people of this organization listen already. Stop one of them first.');
  end if;
  insert into webhooks.listeners (organization_id, token, created_by, created_at, expires_at)
  values (organization_id, translate(encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'base64'), '+/=', '-_'),
          actor, at, at + interval '5 minutes')
  returning * into listener;
  return listener;
end $$;
comment on function webhooks.open_listener is 'Opens a listener, after removing those of the organization that have run out. The caller has checked who asks.';

create function webhooks.hold_request(
  token text, headers jsonb, body text, event_type text, at timestamptz default clock_timestamp()
) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  listener uuid;
  held     record;
begin
  -- One request at a time: positions follow the order of arrival, and no reader can pass one that commits late.
  select l.id into listener from webhooks.listeners l where l.token = hold_request.token and l.expires_at > at for no key update;
  if listener is null then return 'gone'; end if;
  select count(*) as requests, coalesce(sum(octet_length(r.body)), 0) as bytes into held from webhooks.held_requests r where r.listener_id = listener;
  if held.requests >= 1000 or held.bytes + coalesce(octet_length(body), 0) > 16 * 1024 * 1024 then return 'full'; end if;
  insert into webhooks.held_requests (listener_id, received_at, headers, body, event_type) values (listener, at, headers, body, event_type);
  return 'held';
end $$;
comment on function webhooks.hold_request is 'Holds one request for a listener: held, full, or gone when there is no such listener.';

create function webhooks.take_requests(listener_id uuid, after bigint, max_count int, at timestamptz default clock_timestamp())
returns setof webhooks.held_requests
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
begin
  update webhooks.listeners l set expires_at = at + interval '5 minutes'
  -- Most looks find nothing: a row written twice a second is worth avoiding.
  where l.id = listener_id and l.expires_at < at + interval '4 minutes';
  delete from webhooks.held_requests r where r.listener_id = take_requests.listener_id and r.position <= after;
  return query
    select r.listener_id, r.position, r.received_at, r.headers, r.body, r.event_type from (
      select x.*, sum(coalesce(octet_length(x.body), 0)) over (order by x.position) - coalesce(octet_length(x.body), 0) as bytes_before
      from (select * from webhooks.held_requests h where h.listener_id = take_requests.listener_id order by h.position limit max_count) x) r
    where r.bytes_before < 2 * 1024 * 1024 order by r.position;
end $$;
comment on function webhooks.take_requests is
  'Lets go of the requests up to `after` and answers with the next, oldest first: at most `max_count`, and no more after 2 MB. Keeps the listener alive.';

create function webhooks.remove_listeners(at timestamptz default clock_timestamp(), organization_id uuid default null, listener_id uuid default null) returns int
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  removed int;
begin
  with gone as (
    delete from webhooks.listeners l
    where case when listener_id is not null then l.id = listener_id
               else l.expires_at <= at and (organization_id is null or l.organization_id = remove_listeners.organization_id) end
    returning l.organization_id, l.token),
  pointless as (
    delete from public.webhook_configurations w using gone g
    where w.organization_id = g.organization_id and position('/webhooks/listen/' || g.token in w.url) > 0)
  select count(*) into removed from gone;
  return removed;
end $$;
comment on function webhooks.remove_listeners is
  'Removes a listener, or those that have run out (of one organization, if named), and the webhooks that point at them.';
