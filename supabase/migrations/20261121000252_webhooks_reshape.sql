-- Webhooks, chapter 19: a second chance for deliveries that never had a body.

create function webhooks.reshape_delivery() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  select w.shape_id into new.shape_id from public.webhook_configurations w where w.id = new.webhook_id;
  return new;
end $$;
comment on function webhooks.reshape_delivery is
  'Gives a resent delivery its webhook''s shape of now, where the shape it was promised in made nothing to send. The same event fails in the same shape '
  'every time, so no byte of it has ever been sent.';

-- Only closed deliveries, which only a resend or a replay opens again: neither claim nor record passes here.
create trigger on_closed_deliveries_reopen before update on webhooks.closed_deliveries
  for each row when (old.last_error_code = 'transformation_failed' and new.state = 'pending') execute function webhooks.reshape_delivery();
