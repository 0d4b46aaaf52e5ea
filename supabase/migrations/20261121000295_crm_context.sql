-- The host app: what some formats say besides the row that was written. Who wrote, in which conversation, what was said before.
--
-- Receivers that were built for another product read `contact.name` or the last messages from the body. That is looked up once,
-- in the transaction of the write, and kept with the event: a retry says the same, whatever became of the contact meanwhile.
-- Asked for only when a webhook that takes the event has such a format, so nobody else pays for it.

create function app.event_context(changed anyelement) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A plan that was made while the tables were small is kept for the session, and would read them whole when they are large.
set enable_seqscan = off set enable_bitmapscan = off set jit = off
as $$
declare
  -- Not every table has all of the columns, and a column that is not there is null here.
  row_       jsonb := pg_catalog.to_jsonb(changed);
  org        uuid := row_ ->> 'organization_id';
  person_id  uuid := row_ ->> 'contact_id';
  thread_id  uuid := row_ ->> 'conversation_id';
  bot_id     uuid := row_ ->> 'chatbot_id';
  said_at    timestamptz := row_ ->> 'created_at';
  message_id uuid := row_ ->> 'id';
  thread     public.conversations;
  context    jsonb;
begin
  if thread_id is not null then
    select * into thread from public.conversations c where c.organization_id = org and c.id = thread_id;
    person_id := coalesce(person_id, thread.contact_id);
    bot_id := coalesce(bot_id, (
      select r.chatbot_id from public.chatbot_runs r where r.organization_id = org and r.conversation_id = thread_id order by r.created_at desc, r.id limit 1));
  end if;

  context := pg_catalog.jsonb_build_object(
    'contact', (
      select pg_catalog.jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name, 'phone', c.phone, 'email', c.email, 'company', c.company)
      from public.contacts c where c.organization_id = org and c.id = person_id),
    'conversation', case when thread.id is not null then pg_catalog.jsonb_build_object('id', thread.id, 'channel', thread.channel, 'status', thread.status) end,
    'chatbot', (select pg_catalog.jsonb_build_object('id', b.id, 'name', b.name) from public.chatbots b where b.organization_id = org and b.id = bot_id));

  -- What was said before matters to whoever answers: only with a message that came in. Both walks are bounded, however long the thread.
  if row_ ->> 'direction' = 'inbound' and thread_id is not null then
    context := context || pg_catalog.jsonb_build_object(
      'history', (
        select pg_catalog.jsonb_agg(
                 pg_catalog.jsonb_build_object('direction', m.direction, 'type', m.type, 'content', m.content, 'at', m.created_at) order by m.created_at, m.id)
        from (
          select * from public.messages s
          where s.organization_id = org and s.conversation_id = thread_id and (s.created_at, s.id) <= (said_at, message_id)
            and (s.direction = 'inbound' or s.status in ('sent', 'delivered', 'read'))
          order by s.created_at desc, s.id desc limit 10) m),
      'last_outbound', (
        select pg_catalog.jsonb_build_object('direction', m.direction, 'type', m.type, 'content', m.content, 'at', m.created_at)
        from (
          select * from public.messages s
          where s.organization_id = org and s.conversation_id = thread_id and (s.created_at, s.id) <= (said_at, message_id)
          order by s.created_at desc, s.id desc limit 100) m
        where m.direction = 'outbound' and m.status in ('sent', 'delivered', 'read')
        order by m.created_at desc, m.id desc limit 1));
  end if;
  return context;
end $$;
comment on function app.event_context is
  'What formats of other products say besides a row: its contact, conversation and chatbot, and of an inbound message what was said before. Null parts are unknown.';
