-- A month of deliveries for the demo's webhooks, in every state: local only, run once, after local/demo_webhooks.ts made the webhooks.
-- Each webhook has a character; the numbers follow from hashes, so every machine shows the same.

-- The log's partitions begin yesterday; the demo's history is older.
select webhooks.maintain(now() - make_interval(days => d)) from generate_series(1, 29) d;

create temporary table planned on commit drop as
with demo as (
  select w.id as webhook_id, w.organization_id, w.name, w.format, w.events, c.per_day, c.ok_share, c.days, c.failure
  from public.webhook_configurations w
  join (values ('CRM sync', 55, 0.985, 30, 503), ('Analytics', 26, 0.999, 21, 500), ('Slack alerts', 9, 0.93, 12, 500), ('Zapier', 5, 0.9, 16, 410), ('Staging', 4, 0.8, 9, 404))
    as c(name, per_day, ok_share, days, failure) on c.name = w.name
  where w.organization_id = '00000000-0000-4000-8000-00000000ac3e'),
numbered as (
  select d.*, i, ('x' || substr(md5(d.name || i), 1, 8))::bit(32)::bigint / 4294967296.0 as dice, ('x' || substr(md5(i || d.name), 1, 8))::bit(32)::bigint / 4294967296.0 as dice2
  from demo d cross join lateral generate_series(1, d.per_day * d.days) i)
select n.webhook_id, n.organization_id, n.name, n.format, n.failure, n.dice, n.dice2,
       -- Newest two minutes ago; the turned-off one stopped three hours ago.
       now() - case n.name when 'Zapier' then interval '3 hours' when 'Staging' then interval '2 days' else interval '2 minutes' end
             - make_interval(secs => (n.i::double precision / n.per_day) * 86400 * (0.97 + 0.06 * n.dice)) as at,
       t.name as event_type, t.category, t.sample,
       case when n.dice2 < n.ok_share then 'succeeded' when n.dice2 < n.ok_share + (1 - n.ok_share) / 2 then 'recovered' else 'failed' end as fate,
       null::uuid as event_id, null::uuid as delivery_id
from numbered n
cross join lateral (
  select c.name, c.category, c.sample from public.webhook_event_types c
  where (n.events = '{*}' and c.source = 'app') or c.name = any (n.events)
  order by md5(c.name || n.i || n.name) limit 1) t;
delete from planned where at < now() - interval '29 days';
update planned set event_id = webhooks.new_id_at(at);
update planned set delivery_id = webhooks.delivery_id(event_id, webhook_id);
-- The failing webhook's last few: an outage that is still going on.
update planned set fate = 'failed' where name = 'Slack alerts' and at > now() - interval '14 hours';
update planned set fate = 'failed' where name = 'Zapier' and at = (select max(at) from planned where name = 'Zapier');

-- The event's data is a real row of the host app where there is one, so that the payloads look like the app's own.
create temporary table subjects on commit drop as
  select 'contact' as category, row_number() over (order by id) - 1 as n, row_to_json(c)::text as data from public.contacts c where organization_id = '00000000-0000-4000-8000-00000000ac3e'
  union all select 'deal', row_number() over (order by id) - 1, row_to_json(d)::text from public.deals d where organization_id = '00000000-0000-4000-8000-00000000ac3e'
  union all select 'conversation', row_number() over (order by id) - 1, row_to_json(v)::text from public.conversations v where organization_id = '00000000-0000-4000-8000-00000000ac3e'
  union all select 'message', row_number() over (order by id) - 1, row_to_json(m)::text from public.messages m where organization_id = '00000000-0000-4000-8000-00000000ac3e';

analyze planned;
analyze subjects;
insert into webhooks.events (id, organization_id, type, occurred_at, data, previous)
select p.event_id, p.organization_id, p.event_type, p.at, coalesce(s.data, (p.sample -> 'data')::text), (p.sample -> 'previous')::text
from planned p
left join (select category, count(*) as n from subjects group by category) total on total.category = lower(p.category)
left join subjects s on s.category = total.category and s.n = (p.dice2 * 1e6)::bigint % total.n;

-- When each attempt of a delivery began. Successes need one; recoveries two; failures went through the schedule as far as time allows.
create temporary table made on commit drop as
select p.*, a.attempt, p.at + a.wait as began,
       case when p.fate = 'succeeded' or (p.fate = 'recovered' and a.attempt = 2) then 200
            when p.dice < 0.35 and p.failure = 500 then null else p.failure end as status,
       30 + 220 * p.dice * p.dice2 + case when p.dice > 0.96 then 900 else 0 end as duration
from planned p
cross join lateral (values (1, interval '0'), (2, interval '5 seconds'), (3, interval '5 minutes'), (4, interval '35 minutes'), (5, interval '2 hours 35 minutes'),
  (6, interval '7 hours 35 minutes'), (7, interval '17 hours 35 minutes'), (8, interval '31 hours 35 minutes'), (9, interval '51 hours 35 minutes'), (10, interval '75 hours 35 minutes')) a(attempt, wait)
where a.attempt <= case p.fate when 'succeeded' then 1 when 'recovered' then 2 else case when p.failure = 410 then 1 else 10 end end
  and p.at + a.wait < now();

create index on made (delivery_id, attempt);
analyze made;
insert into public.webhook_logs (organization_id, webhook_id, delivery_id, event_id, event_type, attempt, status_code, error_code, error_detail, response_headers, response_body,
                                 response_bytes, duration_ms, created_at)
select organization_id, webhook_id, delivery_id, event_id, event_type, attempt, status,
       case when status = 200 then null when status is null then 'timeout' else 'http_error' end,
       case when status is null then 'no whole answer within 5000 ms' end,
       case when status is not null then '{"content-type": "application/json", "server": "nginx"}'::jsonb end,
       body, coalesce(octet_length(body), 0), case when status is null then 5000 else duration end, began
from made
left join (values (200, '{"ok":true}'), (410, '{"error":"This hook was removed."}'), (503, '{"error":"upstream connect error"}'),
  (404, '{"error":"not found"}'), (500, '{"error":"internal server error"}')) answer(status, body) using (status);

insert into webhooks.hourly_counts (organization_id, webhook_id, hour, event_type, answer, attempts, succeeded, failed)
select m.organization_id, m.webhook_id, date_trunc('hour', m.began, 'UTC'), m.event_type, coalesce(m.status::text, 'timeout'), count(*),
       count(*) filter (where m.status = 200), count(*) filter (where m.fate = 'failed' and (m.attempt = 10 or m.failure = 410))
from made m group by 1, 2, 3, 4, 5;

insert into webhooks.deliveries (id, organization_id, webhook_id, event_id, event_type, format, state, due_at, attempt_count, claim_count, last_attempt_at, last_status_code,
                                 last_error_code, last_duration_ms, created_at, finished_at)
select p.delivery_id, p.organization_id, p.webhook_id, p.event_id, p.event_type, p.format, s.state,
       case when s.state = 'pending' then l.began + (case l.attempt when 1 then interval '5 seconds' when 2 then interval '5 minutes' when 3 then interval '30 minutes' when 4 then interval '2 hours'
                                                               when 5 then interval '5 hours' when 6 then interval '10 hours' when 7 then interval '14 hours' when 8 then interval '20 hours' else interval '24 hours' end) + interval '1 minute' end,
       l.attempt, l.attempt, l.began, l.status, case when l.status = 200 then null when l.status is null then 'timeout' else 'http_error' end,
       case when l.status is null then 5000 else l.duration end, p.at,
       case when s.state <> 'pending' then l.began + make_interval(secs => l.duration / 1000) end
from planned p
join lateral (select m.attempt, m.began, m.status, m.duration from made m where m.delivery_id = p.delivery_id order by m.attempt desc limit 1) l on true
cross join lateral (select case when l.status = 200 then 'succeeded' when p.fate = 'failed' and (l.attempt = 10 or p.failure = 410) then 'failed' else 'pending' end as state) s;

-- Two were waiting when the staging webhook's address was changed by hand.
update webhooks.deliveries d set state = 'cancelled', due_at = null, finished_at = d.last_attempt_at + interval '1 minute'
where d.id in (select x.id from webhooks.deliveries x join public.webhook_configurations w on w.id = x.webhook_id where w.name = 'Staging' and x.state = 'pending' order by x.created_at limit 2);

-- Health, as the engine would have left it.
update public.webhook_configurations w set consecutive_failures = f.n, failing_since = now() - interval '14 hours'
from (select webhook_id, count(*)::int as n from made where name = 'Slack alerts' and began > now() - interval '14 hours' group by webhook_id) f
where w.id = f.webhook_id and f.n > 0;
update public.webhook_configurations w set is_active = false, disabled_reason = 'gone', disabled_at = (select max(began) from made where name = 'Zapier')
where w.name = 'Zapier' and w.organization_id = '00000000-0000-4000-8000-00000000ac3e';
insert into webhooks.missed_events (webhook_id, events, at)
select w.id, 3, now() - make_interval(mins => m * 12) from public.webhook_configurations w cross join generate_series(1, 14) m
where w.name = 'Zapier' and w.organization_id = '00000000-0000-4000-8000-00000000ac3e';
