-- Webhooks, chapter 5: the log. One row per attempt, and counts per hour for the charts.

create table public.webhook_logs (
  id                uuid not null default gen_random_uuid(),
  organization_id   uuid not null,
  webhook_id        uuid not null,
  delivery_id       uuid not null,
  event_id          uuid not null,
  event_type        text not null,
  attempt           int not null constraint attempts_count_from_one check (attempt >= 1),
  status_code       int,
  error_code        text,
  error_detail      text,
  response_headers  jsonb,
  response_body     text,
  response_bytes    int not null default 0,
  duration_ms       real not null,
  is_test           boolean not null default false,
  superseded        boolean not null default false,
  created_at        timestamptz not null default clock_timestamp(),
  primary key (delivery_id, created_at, id),
  constraint an_attempt_has_an_answer_or_an_error check (status_code is not null or error_code is not null)
) partition by range (created_at);
comment on table public.webhook_logs is 'Every attempt: what the receiver answered, or why it did not. Partitioned by day, so that old logs are dropped, not deleted.';
comment on column public.webhook_logs.attempt is 'Number of the attempt within its delivery, as sent in X-Webhook-Attempt.';
comment on column public.webhook_logs.response_body is 'The first 16 KB of the answer. The body that was sent is the event''s and is not stored again.';
comment on column public.webhook_logs.response_bytes is 'Bytes of the answer that were read before we stopped (at most 64 KB).';
comment on column public.webhook_logs.superseded is 'The request happened, but its lease had lapsed and a later attempt owns the delivery.';
comment on column public.webhook_logs.created_at is 'When the attempt began.';

-- Without the id: attempts of one moment are few, and sorted when they are read.
create index webhook_logs_of_webhook on public.webhook_logs (webhook_id, created_at);
create index webhook_logs_by_time on public.webhook_logs (created_at);
comment on index public.webhook_logs_by_time is
  'For the newest of an organization. Rows come in order of time, so each entry goes to the last page without a search: one with the organization in front costs six times as much.';

alter table public.webhook_logs enable row level security;
revoke all on public.webhook_logs from anon, authenticated;
grant select on public.webhook_logs to authenticated, service_role;
create policy "members see their organization's logs" on public.webhook_logs
  for select to authenticated using (organization_id in (select webhooks.my_organizations()));

-- Catches what no day's partition takes, so that a late or early clock can never make a record fail.
create table webhooks.logs_default partition of public.webhook_logs default;
alter table webhooks.logs_default enable row level security;
comment on table webhooks.logs_default is 'Log rows of days without a partition. Empty while webhooks.maintain() runs daily.';

create table webhooks.hourly_counts (
  organization_id  uuid not null,
  webhook_id       uuid not null,
  hour             timestamptz not null constraint hours_are_whole check (hour = date_trunc('hour', hour, 'UTC')),
  event_type       text not null,
  answer           text not null,
  attempts         bigint not null default 0,
  succeeded        bigint not null default 0,
  failed           bigint not null default 0,
  primary key (webhook_id, hour, event_type, answer)
) with (fillfactor = 50);
alter table webhooks.hourly_counts enable row level security;
comment on table webhooks.hourly_counts is
  'Attempts per webhook, hour, event type and answer. Kept by the record, so that charts never count millions of log rows. Tests are not counted.';
comment on column webhooks.hourly_counts.answer is 'The status code as text, or the error code when there was no answer.';
comment on column webhooks.hourly_counts.failed is 'Deliveries that this attempt closed as failed.';
