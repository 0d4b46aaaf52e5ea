-- Webhooks, chapter 6: wake and sweep. A wake is a hint, the sweep is the guarantee.

-- Unlogged: presence means nothing after a crash, and then the table is empty, so commits notify.
create unlogged table webhooks.dispatchers (
  id           uuid primary key,
  awake_until  timestamptz not null
) with (fillfactor = 20);
alter table webhooks.dispatchers enable row level security;
comment on table webhooks.dispatchers is 'Dispatchers that are polling right now. While there is one, commits do not notify.';

create view webhooks.awake_dispatchers with (security_invoker = true) as
  select d.id, d.awake_until
  from webhooks.dispatchers d
  where d.awake_until between clock_timestamp() and clock_timestamp() + interval '10 seconds';
comment on view webhooks.awake_dispatchers is
  'Who can be believed to poll. Dispatchers promise 3 seconds at a time: one that promised more is dead, and the clock was set back since.';

create function webhooks.wake() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- pg_notify takes a global lock at commit and halves the speed of inserts, so only when nobody is awake.
  if exists (select from webhooks.awake_dispatchers) then
    return;
  end if;
  -- What is not believed today must not come true when the clock gets there.
  delete from webhooks.dispatchers d
  where d.id in (select x.id from webhooks.dispatchers x where x.awake_until > clock_timestamp() + interval '10 seconds' for update skip locked);
  perform pg_catalog.pg_notify('webhooks', '');
  -- Once per transaction: a hundred statements need one request.
  if pg_catalog.current_setting('webhooks.woken', true) is distinct from pg_catalog.pg_current_xact_id()::text then
    perform pg_catalog.set_config('webhooks.woken', pg_catalog.pg_current_xact_id()::text, true);
    perform webhooks.wake_by_http();
  end if;
end $$;
comment on function webhooks.wake is 'Tells dispatchers to look now: by notify, and by one pg_net request where settings.wake_url is set. Skipped while one polls.';

create function webhooks.wake_by_http() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  config webhooks.settings := (select s from webhooks.settings s);
  secret text;
begin
  if config.wake_url is null or to_regnamespace('net') is null or to_regnamespace('vault') is null then
    return;
  end if;
  execute 'select decrypted_secret from vault.decrypted_secrets where name = $1' into secret using config.wake_secret_name;
  execute 'select net.http_post(url := $1, body := ''{}''::jsonb, headers := jsonb_build_object(''content-type'', ''application/json'', ''authorization'', ''Bearer '' || $2))'
    using config.wake_url, secret;
exception when others then
  -- A hint must never fail the app's own write.
  raise warning 'webhooks: the dispatcher could not be woken (%): the sweep will find the deliveries', sqlerrm;
end $$;
comment on function webhooks.wake_by_http is 'One net.http_post to the dispatcher function. Does nothing where pg_net, Vault or settings.wake_url is missing.';

create function webhooks.stay_awake(dispatcher uuid, until timestamptz) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
  insert into webhooks.dispatchers (id, awake_until) values (dispatcher, until)
  on conflict (id) do update set awake_until = excluded.awake_until
$$;
comment on function webhooks.stay_awake is 'Says that a dispatcher polls until then, so commits need not notify.';

create function webhooks.fall_asleep(dispatcher uuid) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
  delete from webhooks.dispatchers d
  where d.id = fall_asleep.dispatcher or d.awake_until not between clock_timestamp() - interval '1 minute' and clock_timestamp() + interval '10 seconds'
$$;
comment on function webhooks.fall_asleep is 'Takes back stay_awake(), and what dead dispatchers left. The dispatcher looks once more afterwards: a commit may have skipped its notify.';
grant execute on function webhooks.stay_awake(uuid, timestamptz), webhooks.fall_asleep(uuid) to tablehook_dispatcher;

create function webhooks.wake_when_turned_on() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.is_active and not old.is_active then perform webhooks.wake(); end if;
  return null;
end $$;
comment on function webhooks.wake_when_turned_on is 'What waited while a webhook was off goes out at once, not with the next sweep.';
create trigger on_webhook_configurations_turned_on after update of is_active on public.webhook_configurations
  for each row execute function webhooks.wake_when_turned_on();
