-- Webhooks, chapter 13: upkeep. Partitions, retention and schedules.

-- A partition comes or goes under a lock that waits for everybody who has read the log in a transaction that is still open, such as
-- pg_dump, and while it waits every record waits behind it. So it waits for a second at most, and is tried again in an hour.
create function webhooks.maintain_partitions(at timestamptz, oldest timestamptz) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '1s'
as $$
declare
  day       date;
  part      record;
  created   int := 0;
  dropped   int := 0;
begin
  begin
    for day in select d::date from generate_series(at::date - 1, at::date + 7, interval '1 day') d loop
      if to_regclass('webhooks.logs_' || to_char(day, 'YYYYMMDD')) is null then
        -- Rows of that day may sit in the default partition; they would block the new one.
        execute format('create table webhooks.logs_%s (like public.webhook_logs including defaults including constraints)', to_char(day, 'YYYYMMDD'));
        execute format('alter table webhooks.logs_%s enable row level security', to_char(day, 'YYYYMMDD'));
        execute format('comment on table webhooks.logs_%s is %L', to_char(day, 'YYYYMMDD'), 'Log rows of ' || day || '.');
        execute format('with moved as (delete from webhooks.logs_default where created_at >= %L and created_at < %L returning *)
                        insert into webhooks.logs_%s select * from moved', day, day + 1, to_char(day, 'YYYYMMDD'));
        execute format('alter table public.webhook_logs attach partition webhooks.logs_%s for values from (%L) to (%L)',
                       to_char(day, 'YYYYMMDD'), day, day + 1);
        created := created + 1;
      end if;
    end loop;
  exception when lock_not_available then
    return jsonb_build_object('partitions_created', 0, 'partitions_dropped', 0, 'partitions_postponed', true);
  end;

  begin
    for part in
      select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'public.webhook_logs'::regclass and c.relname ~ '^logs_[0-9]{8}$'
        and to_date(substr(c.relname, 6), 'YYYYMMDD') < oldest::date
    loop
      execute format('drop table webhooks.%I', part.relname);
      dropped := dropped + 1;
    end loop;
  exception when lock_not_available then
    return jsonb_build_object('partitions_created', created, 'partitions_dropped', 0, 'partitions_postponed', true);
  end;
  return jsonb_build_object('partitions_created', created, 'partitions_dropped', dropped, 'partitions_postponed', false);
end $$;
comment on function webhooks.maintain_partitions is
  'Makes the log partitions of the next week and drops those past the retention, or leaves it to the next hour when somebody reads the log for long. Part of webhooks.maintain().';

-- Joins only: with a nested loop, or a list in memory that is searched for each row, a day of 200,000 events takes hours.
create function webhooks.remove_events(oldest timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off
as $$
declare
  removed bigint;
begin
  delete from webhooks.events e where e.id < webhooks.first_id_at(oldest)
    and not exists (select from webhooks.deliveries d where d.event_id = e.id and d.id < webhooks.first_id_at(oldest));
  get diagnostics removed = row_count;
  return removed;
end $$;
comment on function webhooks.remove_events is 'Deletes events past the retention whose deliveries are gone. Part of webhooks.maintain().';

-- The write that captured them ended after the webhook was deleted, whose deletion could not see them. Nobody claims them.
create function webhooks.cancel_orphans(at timestamptz) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off
as $$
declare
  gone uuid[];
begin
  -- A loose index scan, as in due_webhooks(): one probe per webhook, however long its queue.
  with recursive lane as (
    (select d.webhook_id from webhooks.open_deliveries d order by d.webhook_id limit 1)
    union all
    select following.webhook_id
    from lane cross join lateral (
      select d.webhook_id from webhooks.open_deliveries d where d.webhook_id > lane.webhook_id order by d.webhook_id limit 1) following)
  select array_agg(l.webhook_id) into gone from lane l where not exists (select from public.webhook_configurations w where w.id = l.webhook_id);

  update webhooks.deliveries d set state = 'cancelled', due_at = null, leased_until = null, finished_at = at
  where d.webhook_id = any (gone) and d.state in ('pending', 'sending') and (d.leased_until is null or d.leased_until <= at);
end $$;
comment on function webhooks.cancel_orphans is 'Cancels what waits for a webhook that is no more. Part of webhooks.maintain().';

create function webhooks.maintain(at timestamptz default now()) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  kept_days int := (select s.retention_days from webhooks.settings s);
  oldest    timestamptz := date_trunc('day', at) - make_interval(days => kept_days);
  first_id  uuid := webhooks.first_id_at(oldest); -- ids begin with the time, and have an index
  removed   bigint := 0;
  expired   bigint := 0;
begin
  -- One at a time; a second caller has nothing to add.
  if not pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('webhooks.maintain', 0)) then
    return jsonb_build_object('skipped', true);
  end if;

  -- Waiting for a webhook that was never turned on again.
  update webhooks.deliveries d set state = 'cancelled', due_at = null, leased_until = null, finished_at = at, last_status_code = null, last_error_code = 'expired'
  where d.state in ('pending', 'sending') and d.id < first_id and d.created_at < oldest and (d.leased_until is null or d.leased_until <= at);
  get diagnostics expired = row_count;
  perform webhooks.cancel_orphans(at);

  -- Those that expired can be seen as such for a day.
  delete from webhooks.closed_deliveries d where d.id < first_id and d.created_at < oldest and d.finished_at < at - interval '1 day';
  get diagnostics removed = row_count;
  removed := removed + webhooks.remove_events(oldest) + webhooks.maintain_shapes(at, oldest);
  delete from webhooks.hourly_counts c where c.hour < oldest;
  delete from webhooks.logs_default l where l.created_at < oldest;
  perform webhooks.sum_up_missed_events(at);
  delete from webhooks.audit_log a where a.at < maintain.at - interval '1 year';
  delete from webhooks.replays r where r.created_at < oldest;
  perform webhooks.maintain_inboxes(at);
  -- Not there yet when this chapter ends with its first run.
  if to_regprocedure('webhooks.maintain_previews(timestamptz)') is not null then perform webhooks.maintain_previews(at); end if;
  if to_regprocedure('webhooks.maintain_alerts(timestamptz)') is not null then perform webhooks.maintain_alerts(at); end if;

  -- Last, since dropping a partition locks the whole log until commit.
  return webhooks.maintain_partitions(at, oldest) || jsonb_build_object('rows_removed', removed, 'deliveries_expired', expired);
end $$;
comment on function webhooks.maintain is
  'Makes the log partitions of the next week, drops those past the retention and removes old events and deliveries. '
  'Run hourly by the dispatcher''s timer or by pg_cron; safe to run at any time.';
grant execute on function webhooks.maintain(timestamptz) to tablehook_dispatcher, service_role;

select webhooks.maintain();

create function webhooks.install_schedules() returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  every text := '30 seconds';
begin
  if to_regnamespace('cron') is null then
    return 'pg_cron is not installed: the dispatcher''s own timer does the sweep and the upkeep.';
  end if;
  begin
    execute $cron$ select cron.schedule('tablehook-sweep', '30 seconds', 'select webhooks.sweep()') $cron$;
  exception when invalid_parameter_value then -- pg_cron before 1.5 knows no seconds
    every := 'minute';
    execute $cron$ select cron.schedule('tablehook-sweep', '* * * * *', 'select webhooks.sweep()') $cron$;
  end;
  execute $cron$ select cron.schedule('tablehook-maintain', '7 * * * *', 'select webhooks.maintain()') $cron$;
  return pg_catalog.format('pg_cron runs webhooks.sweep() every %s and webhooks.maintain() every hour.', every);
end $$;
comment on function webhooks.install_schedules is 'Puts the sweep and the upkeep on pg_cron where it is installed. Run it again after enabling pg_cron.';

select webhooks.install_schedules();
