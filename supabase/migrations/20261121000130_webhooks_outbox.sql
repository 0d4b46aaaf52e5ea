-- Webhooks, chapter 4: the outbox. Events and what became of them.
--
-- No foreign keys on these tables: the fan-out writes both sides in one statement, and a key check
-- per row would be the most expensive part of a bulk insert.

create table webhooks.events (
  id               uuid primary key,
  organization_id  uuid not null,
  type             text not null,
  occurred_at      timestamptz not null,
  data             text not null,
  previous         text,
  context          text,
  record_key       text,
  once_key         text
);
create unique index events_that_happen_once on webhooks.events (once_key) where once_key is not null;
alter table webhooks.events enable row level security;
comment on table webhooks.events is 'Immutable facts, written in the transaction that caused them. The id is the webhook-id of every request.';
comment on column webhooks.events.id is
  'A version 7 uuid: globally unique, and new rows go to the right-hand end of the index. It begins with occurred_at, so no other index is needed to find old ones.';
comment on column webhooks.events.data is 'The row as JSON, rendered once. Text, because jsonb reorders keys and what is signed must not change.';
comment on column webhooks.events.previous is 'Old values of the changed columns as a JSON object; null for events that are no change.';
comment on column webhooks.events.context is
  'What some formats say besides the row, such as the contact of a message, as JSON of the moment of the write. Null where no webhook that takes the event has such a format.';
comment on column webhooks.events.record_key is 'schema.table:key of the record, for webhooks that want its events in order.';
comment on column webhooks.events.once_key is 'organization:type:record for events that may happen once per record, such as message.read. Null for all others.';

create function webhooks.delivery_id(event_id uuid, webhook_id uuid) returns uuid
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select (pg_catalog.left(event_id::text, 23) || pg_catalog.left(pg_catalog.md5(event_id::text || webhook_id::text), 12))::uuid
$$;
comment on function webhooks.delivery_id is
  'The id of the delivery of an event to a webhook: the event''s time and place, then a hash of both ids. Given the same pair it is the same.';

create function webhooks.first_id_at(at timestamptz) returns uuid
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select (pg_catalog.lpad(pg_catalog.to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;
comment on function webhooks.first_id_at is
  'No event of that moment or later, and no delivery of one, has a smaller id. A delivery is never made before its event: whatever was created before has a smaller id, by the millisecond.';

create function webhooks.new_id_at(at timestamptz) returns uuid
language sql volatile parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select (pg_catalog.left(webhooks.first_id_at(at)::text, 15) || pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 16))::uuid
$$;
comment on function webhooks.new_id_at is
  'An id for an event of that moment: the time, then chance. Capture writes the same out, since there a call would cost more than all of it.';

create sequence webhooks.positions;
comment on sequence webhooks.positions is 'Numbers deliveries in the order of capture. An identity column would ask for Postgres 17.';

-- Open and closed deliveries live apart, and only there: every query may name webhooks.deliveries.
-- The queue stays small whatever the retention is, its indexes are touched once per delivery (a claim updates in place, the
-- record deletes), and the history is only appended to.
create table webhooks.deliveries (
  id                uuid not null,
  position          bigint not null default nextval('webhooks.positions'),
  organization_id   uuid not null,
  webhook_id        uuid not null,
  event_id          uuid not null,
  event_type        text not null,
  format            text not null,
  shape_id          bigint,
  state             text not null default 'pending',
  due_at            timestamptz,
  leased_until      timestamptz,
  attempt_count     int not null default 0,
  round_started_at_attempt int not null default 0,
  claim_count       int not null default 0,
  lapse_count       int not null default 0,
  record_key        text,
  is_test           boolean not null default false,
  resent_at         timestamptz,
  replay_id         uuid,
  last_attempt_at   timestamptz,
  last_status_code  int,
  last_error_code   text,
  last_duration_ms  real,
  created_at        timestamptz not null,
  finished_at       timestamptz
) partition by list (state);
alter sequence webhooks.positions owned by webhooks.deliveries.position;
comment on table webhooks.deliveries is 'One event promised to one webhook, until it succeeded, failed or was cancelled. See docs/states.md.';
comment on column webhooks.deliveries.id is
  'A version 7 uuid made from the event''s and the webhook''s id, so that its uniqueness is that of the pair: one delivery per event and webhook.';
comment on column webhooks.deliveries.position is 'Order of capture. For one record it is commit order, since its row lock was held while this was numbered.';
comment on column webhooks.deliveries.due_at is
  'When the delivery could first be claimed, or after a failure the time of its retry. A claim leaves it as it is, unless the webhook has limits: then it is also the end of the lease.';
comment on column webhooks.deliveries.leased_until is
  'While sending: until when it belongs to its claim. Once that is past it may be claimed again, so a crashed dispatcher needs no rescuer. In no index, so that a claim costs none.';
comment on column webhooks.deliveries.attempt_count is 'Attempts with an outcome. A crash before the outcome was recorded costs none.';
comment on column webhooks.deliveries.round_started_at_attempt is 'Attempts made before the current round: a resend starts the retry schedule anew.';
comment on column webhooks.deliveries.claim_count is 'Times claimed. The fencing token: only the newest claim may close the delivery.';
comment on column webhooks.deliveries.lapse_count is 'Leases in a row that ended without an outcome, before the current one. When the tenth ends too, the sweep gives the delivery up as abandoned.';
comment on column webhooks.deliveries.format is 'Fixed at fan-out, so that every attempt sends the same bytes.';
comment on column webhooks.deliveries.shape_id is 'What else shapes the body, fixed at fan-out like the format; null for nothing.';
comment on column webhooks.deliveries.record_key is 'Copied from the event for ordered webhooks only; null means any order.';

create table webhooks.open_deliveries partition of webhooks.deliveries for values in ('pending', 'sending')
  -- Room on each page for the new version that a claim writes; and a queue that empties all day is vacuumed early and without pauses.
  with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
alter table webhooks.open_deliveries
  alter due_at set not null,
  -- Not checked by the table: Postgres parses a check constraint anew for each INSERT, and the app's own writes would pay 25 µs for three.
  -- The tests run with them: see tests/support/database_server.ts.
  enable row level security;
comment on table webhooks.open_deliveries is
  'The queue. No index may name state, leased_until or claim_count, not even in its predicate: a claim would have to write all of them.';
create unique index open_deliveries_have_one_id on webhooks.open_deliveries (id);
create index deliveries_due on webhooks.open_deliveries (webhook_id, due_at, position);
comment on index webhooks.deliveries_due is 'One lane per webhook.';
create index deliveries_in_order on webhooks.open_deliveries (webhook_id, record_key, position) where record_key is not null;
create index open_deliveries_of_webhook on webhooks.open_deliveries (webhook_id, created_at, id);
create index open_deliveries_of_replay on webhooks.open_deliveries (replay_id) where replay_id is not null;
create index suspect_deliveries on webhooks.open_deliveries (due_at) where lapse_count >= 2;
comment on index webhooks.suspect_deliveries is 'Deliveries whose lease ended without an outcome time and again: one of them may be what ends dispatchers.';
create index tests_under_way on webhooks.open_deliveries (webhook_id, created_at) where is_test;

create table webhooks.closed_deliveries partition of webhooks.deliveries for values in ('succeeded', 'failed', 'cancelled');
alter table webhooks.closed_deliveries
  alter finished_at set not null,
  add constraint closed_deliveries_are_not_due check (due_at is null and leased_until is null),
  add constraint attempts_are_claimed_first check (attempt_count >= 0 and claim_count >= 0 and lapse_count >= 0),
  enable row level security;
comment on table webhooks.closed_deliveries is 'The history, kept for the retention.';
create unique index closed_deliveries_have_one_id on webhooks.closed_deliveries (id);
-- In the order in which rows come, though lists read it backwards: so its pages are left full, not half empty.
create index closed_deliveries_by_kind on webhooks.closed_deliveries (webhook_id, state, event_type, created_at, id);
comment on index webhooks.closed_deliveries_by_kind is
  'The history by what a list can be filtered by. Lists walk each kind and merge: a second index in the order of time would cost every delivery 2 µs.';
create index closed_deliveries_of_replay on webhooks.closed_deliveries (replay_id, state) where replay_id is not null;
create index closed_tests on webhooks.closed_deliveries (webhook_id, created_at) where is_test;

alter table webhooks.deliveries enable row level security;
create policy "members see their organization's deliveries" on webhooks.deliveries
  for select to authenticated using (organization_id in (select webhooks.my_organizations()));
-- Without usage on the schema this grant is reachable only through public.webhook_deliveries, which runs as its caller.
grant select (id, organization_id, webhook_id, event_id, event_type, state, due_at, attempt_count, is_test, resent_at, replay_id,
              last_attempt_at, last_status_code, last_error_code, last_duration_ms, created_at, finished_at)
  on webhooks.deliveries to authenticated, service_role;

create view public.webhook_deliveries with (security_invoker = true) as
  select d.id, d.organization_id, d.webhook_id, d.event_id, d.event_type, d.state, d.attempt_count, d.is_test, d.resent_at, d.replay_id,
         case when d.state = 'pending' then d.due_at end as next_attempt_at,
         d.last_attempt_at, d.last_status_code, d.last_error_code, d.last_duration_ms, d.created_at, d.finished_at
  from webhooks.deliveries d;
revoke all on public.webhook_deliveries from anon, authenticated;
grant select on public.webhook_deliveries to authenticated, service_role;
comment on view public.webhook_deliveries is 'Deliveries of the caller''s organizations. Runs as its caller, so row-level security decides.';

create table webhooks.missed_events (
  webhook_id  uuid not null,
  events      int not null,
  at          timestamptz not null default clock_timestamp()
);
create index missed_events_of_webhook on webhooks.missed_events (webhook_id, at);
alter table webhooks.missed_events enable row level security;
comment on table webhooks.missed_events is
  'How many events a webhook did not get because it was off. Rows are appended and summed up later: a counter would make the app''s writers queue up.';

create function webhooks.kinds_of_deliveries(webhook_id uuid) returns table (state text, event_type text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off
as $$
begin
  -- A loose index scan: one probe per kind, however many deliveries there are.
  return query
  with recursive kind as (
    (select d.state, d.event_type from webhooks.closed_deliveries d where d.webhook_id = kinds_of_deliveries.webhook_id order by d.state, d.event_type limit 1)
    union all
    select following.* from kind cross join lateral (
      select d.state, d.event_type from webhooks.closed_deliveries d
      where d.webhook_id = kinds_of_deliveries.webhook_id and (d.state, d.event_type) > (kind.state, kind.event_type)
      order by d.state, d.event_type limit 1) following)
  select kind.state, kind.event_type from kind;
end $$;
comment on function webhooks.kinds_of_deliveries is 'The states and event types of which a webhook has closed deliveries.';

-- Deleting a webhook cancels what it still waits for; its log stays for the retention. Of a long queue only a part: whoever deletes
-- waits for it. Nor what a record or a claim holds at this moment: a record waits for the webhook in turn. Nothing of the rest is
-- claimed any more, and the upkeep cancels it.
create function webhooks.cancel_deliveries() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update webhooks.deliveries d set state = 'cancelled', due_at = null, leased_until = null, finished_at = clock_timestamp()
  where d.state in ('pending', 'sending') and d.id = any (
    array(select x.id from webhooks.open_deliveries x where x.webhook_id = old.id order by x.due_at, x.position limit 20000 for update skip locked));
  return null;
end $$;
comment on function webhooks.cancel_deliveries is 'Cancels the open deliveries of a deleted webhook, 20,000 at most. One that is being sent loses its lease: its attempt is still logged.';
create trigger on_webhook_configurations_delete after delete on public.webhook_configurations
  for each row execute function webhooks.cancel_deliveries();
