-- Webhooks, chapter 24: a delivery that nobody wants any more. By hand, like chapter 10.

create function public.webhook_cancel(webhook_id uuid, delivery_ids uuid[]) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  webhook    public.webhook_configurations := webhooks.require_manager(webhook_cancel.webhook_id);
  cancelled  uuid[];
  found      int;
  sending    int;
begin
  if coalesce(cardinality(delivery_ids), 0) not between 1 and 1000 then
    perform webhooks.refuse('invalid_input', 'Choose 1 to 1,000 deliveries.', 'delivery_ids');
  end if;
  perform pg_advisory_xact_lock(webhooks.turn_of(webhook.id));
  with ended as (
    update webhooks.deliveries d set state = 'cancelled', due_at = null, finished_at = clock_timestamp()
    where d.id = any (delivery_ids) and d.webhook_id = webhook.id and d.state = 'pending'
    returning d.id)
  select array_agg(id) into cancelled from ended;
  -- Counted afterwards: one that a dispatcher took meanwhile is being sent, and its request cannot be called back.
  select count(*), count(*) filter (where d.state = 'sending') into found, sending
  from webhooks.deliveries d where d.id = any (delivery_ids) and d.webhook_id = webhook.id;

  if cancelled is not null then
    insert into webhooks.audit_log (organization_id, webhook_id, actor, action, details)
    values (webhook.organization_id, webhook.id, auth.uid(), 'cancelled', jsonb_build_object('deliveries', cardinality(cancelled)));
    -- Of an ordered webhook, the next event of the same record may go now.
    perform webhooks.wake();
  end if;
  return jsonb_build_object('cancelled', coalesce(cardinality(cancelled), 0), 'delivery_ids', to_jsonb(coalesce(cancelled, '{}')),
    'skipped', jsonb_build_object('sending', sending, 'finished', found - sending - coalesce(cardinality(cancelled), 0),
                                  'not_found', (select count(distinct x) from unnest(delivery_ids) x) - found));
end $$;
comment on function public.webhook_cancel is
  'Takes waiting deliveries out of the queue, so that those behind them can go: of an ordered webhook, the next event of the same record. What is being sent or is over stays as it is. Admins only.';
grant execute on function public.webhook_cancel(uuid, uuid[]) to authenticated, service_role;
