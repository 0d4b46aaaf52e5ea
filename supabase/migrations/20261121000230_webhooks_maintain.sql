-- Webhooks, chapter 13: upkeep. Partitions, retention and schedules.

create function webhooks.maintain(at timestamptz default now()) returns jsonb
language plpgsql security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
  kept_days int := (select s.retention_days from webhooks.settings s);
  oldest    timestamptz := date_trunc('day', at) - make_interval(days => kept_days);
  day       date;
  part      record;
  created   int := 0;
  dropped   int := 0;
  removed   bigint := 0;
  expired   bigint := 0;
  n         bigint;
begin
  -- One at a time; a second caller has nothing to add.
  if not pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('webhooks.maintain', 0)) then
    return jsonb_build_object('skipped', true);
  end if;

  -- Waiting for a webhook that was never turned on again.
  update webhooks.deliveries d set state = 'cancelled', due_at = null, leased_until = null, finished_at = at, last_status_code = null, last_error_code = 'expired'
  where d.state in ('pending', 'sending') and d.created_at < oldest and (d.leased_until is null or d.leased_until <= at);
  get diagnostics expired = row_count;

  -- Those that expired can be seen as such for a day.
  delete from webhooks.closed_deliveries d where d.created_at < oldest and d.finished_at < at - interval '1 day';
  get diagnostics removed = row_count;
  delete from webhooks.events e where e.occurred_at < oldest
    and e.id not in (select d.event_id from webhooks.deliveries d where d.created_at < oldest);
  get diagnostics n = row_count;
  removed := removed + n;
  removed := removed + webhooks.maintain_shapes(at, oldest);
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

  for part in
    select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.webhook_logs'::regclass and c.relname ~ '^logs_[0-9]{8}$'
      and to_date(substr(c.relname, 6), 'YYYYMMDD') < oldest::date
  loop
    execute format('drop table webhooks.%I', part.relname);
    dropped := dropped + 1;
  end loop;

  return jsonb_build_object('partitions_created', created, 'partitions_dropped', dropped, 'rows_removed', removed, 'deliveries_expired', expired);
end $$;
comment on function webhooks.maintain is
  'Makes the log partitions of the next week, drops those past the retention and removes old events and deliveries. '
  'Run hourly by the dispatcher''s timer or by pg_cron; safe to run at any time.';
grant execute on function webhooks.maintain(timestamptz) to tablehook_dispatcher, service_role;

select webhooks.maintain();

create function webhooks.install_schedules() returns text
language plpgsql
set search_path = ''
as $$
begin
  if to_regnamespace('cron') is null then
    return 'pg_cron is not installed: the dispatcher''s own timer does the sweep and the upkeep.';
  end if;
  execute $cron$ select cron.schedule('tablehook-sweep', '30 seconds', 'select webhooks.sweep()') $cron$;
  execute $cron$ select cron.schedule('tablehook-maintain', '7 * * * *', 'select webhooks.maintain()') $cron$;
  return 'pg_cron runs webhooks.sweep() every 30 seconds and webhooks.maintain() every hour.';
end $$;
comment on function webhooks.install_schedules is 'Puts the sweep and the upkeep on pg_cron where it is installed. Run it again after enabling pg_cron.';

select webhooks.install_schedules();
