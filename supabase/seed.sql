-- Local only: two organizations with a month of believable traffic. Applied by `supabase db push --include-seed`.
--
-- Everything is derived from hashes of names and numbers, so each run makes the same rows; only the dates move with the
-- clock. Running it again adds nothing. Nobody here exists: addresses end in example.com or example.org, phone numbers
-- lie in 555-0100 to 555-0199, which are never given out. The demo users are made before this runs (local/demo_users.ts).

-- ── Dice ────────────────────────────────────────────────────────────────────────────────────────────
create or replace function pg_temp.id(key text) returns uuid language sql immutable as $$
  select extensions.uuid_generate_v5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', 'https://example.com/tablehook/seed/' || key)
$$;
create or replace function pg_temp.roll(key text) returns double precision language sql immutable as $$
  select ('x' || left(md5(key), 8))::bit(32)::bigint / 4294967296.0
$$;
create or replace function pg_temp.pick(key text, options anyarray) returns anyelement language sql immutable as $$
  select options[1 + floor(pg_temp.roll(key) * cardinality(options))::int]
$$;
-- Contacts are numbered from the oldest. The youngest half is at most 100 days old: a growing organization.
create or replace function pg_temp.age_in_days(nth bigint, contacts int) returns double precision language sql immutable as $$
  select 400 * (1 - nth / contacts::float) ^ 2
$$;
-- The number of a contact who was there that many days ago, so that nobody writes before they are known.
create or replace function pg_temp.contact_of(key text, days_ago double precision, contacts int) returns int language sql immutable as $$
  select 1 + floor(pg_temp.roll(key) * floor(contacts * (1 - sqrt((days_ago + 2) / 400))))::int
$$;

-- ── Organizations and members ───────────────────────────────────────────────────────────────────────
create temporary table seed_organization as
select * from (values
  ('acme',   '00000000-0000-4000-8000-00000000ac3e'::uuid, 'Acme',   'example.com', 1, 250, 120, 180, 160, 12, 80, 30),
  ('globex', '00000000-0000-4000-8000-000000610be8'::uuid, 'Globex', 'example.org', 4,  50,  24,  36,  32,  3, 16,  6))
  o (slug, id, name, domain, first_user, contacts, deals, conversations, broadcast_reach, meetings, runs, analysed);

insert into public.organizations (id, name, created_at)
select id, name, now() - interval '14 months' from seed_organization
on conflict do nothing;

insert into public.organization_members (organization_id, user_id, role, created_at)
select o.id, ('00000000-0000-4000-a000-00000000000' || (o.first_user + r.nth - 1))::uuid, r.role,
  now() - interval '14 months' + r.nth * interval '9 days'
from seed_organization o cross join unnest(array['owner', 'admin', 'member']) with ordinality r (role, nth)
on conflict do nothing;

-- One of the three members, or nobody in three of ten cases: past the end of the array lies null.
create or replace function pg_temp.assignee(key text, organization_id uuid) returns uuid language sql stable as $$
  select (array(select m.user_id from public.organization_members m where m.organization_id = $2 order by m.user_id))
    [1 + floor(pg_temp.roll(key) * 4.3)::int]
$$;

-- ── Contacts ────────────────────────────────────────────────────────────────────────────────────────
create temporary table seed_contact as
with names as (
  select first, last from
    regexp_split_to_table($$Ada, Amara, Anouk, Arjun, Beatriz, Carlos, Chloe, Daniel, Dilara, Elena, Emeka, Emma, Fatima, Felix, Grace, Hana,
      Hugo, Ibrahim, Ines, Jakub, Jan, José, Kofi, Laila, Lena, Liam, Lucia, Mateo, Maya, Mei, Nadia, Noah, Olga, Omar,
      Priya, Rafael, Sofia, Søren, Tomás, Yuki, Zoë$$, ',\s*') first,
    regexp_split_to_table($$Abebe, Andersson, Bauer, Bianchi, Castillo, Chen, Costa, Dubois, Eriksen, Fischer, García, Haddad, Hansen, Ivanova,
      Jansen, Kaya, Kim, Kowalski, Laurent, Lindqvist, Mbeki, Mendes, Moreau, Müller, Nakamura, Novak, Nwosu, O'Brien,
      Okafor, Patel, Petrov, Reyes, Rossi, Schmidt, Sharma, Silva, Tanaka, Van Dijk, Weber, Wójcik, Yilmaz$$, ',\s*') last),
-- The order of the hashes shuffles all pairs, so nobody appears twice.
numbered as (
  select o.slug, o.id as organization_id, o.domain, o.contacts, n.first, n.last, o.slug || '/contact/' || n.nth as key, n.nth
  from seed_organization o
  cross join lateral (select first, last, row_number() over (order by md5(o.slug || first || last)) as nth from names) n
  where n.nth <= o.contacts)
select n.nth::int, n.slug, n.organization_id, pg_temp.id(n.key) as id, n.first, n.last, n.key,
  lower(translate(n.first || '.' || n.last, 'áéíóúüëø ''', 'aeiouueo')) || '@' || n.domain as email,
  '+1' || pg_temp.pick(n.key || 'area', array[202, 206, 212, 303, 312, 404, 415, 512, 617, 702])
    || '55501' || lpad((n.nth % 100)::text, 2, '0') as phone,
  pg_temp.pick(n.key || 'company', array[
    'Alder & Finch', 'Bluebird Travel', 'Brightside Dental', 'Cobalt Studio', 'Copper Kettle Coffee', 'Driftwood Hotels',
    'Fernhill Nursery', 'Foxglove Books', 'Granite Logistics', 'Harbour Kitchens', 'Juniper Fitness', 'Kestrel Insurance',
    'Lantern Lighting', 'Maple Street Bakery', 'Meridian Clinic', 'Northwind Cycles', 'Oakline Furniture', 'Pinecone Toys',
    'Quarry Lane Motors', 'Redwood Realty', 'Saltmarsh Foods', 'Silverleaf Tea', 'Tideway Boats', 'Umbra Optics', 'Willow & Wren',
    null, null, null]) as company,
  now() - interval '1 day' * (pg_temp.age_in_days(n.nth, n.contacts) + pg_temp.roll(n.key || 'hour')) as created_at
from numbered n;

insert into public.contacts (id, organization_id, first_name, last_name, email, phone, company, lifecycle, assigned_to, created_at, updated_at)
select id, organization_id, first, last,
  case when pg_temp.roll(key || 'has email') < 0.88 then email end,
  case when pg_temp.roll(key || 'has phone') < 0.92 then phone end, company,
  pg_temp.pick(key || 'lifecycle', array['lead', 'lead', 'lead', 'customer', 'customer', 'customer', 'customer', 'archived']),
  pg_temp.assignee(key || 'assignee', organization_id), created_at,
  created_at + (now() - created_at) * pg_temp.roll(key || 'touched') ^ 2
from seed_contact
on conflict do nothing;

-- ── Deals ───────────────────────────────────────────────────────────────────────────────────────────
insert into public.deals (id, organization_id, contact_id, title, value, currency, stage, assigned_to, created_at, updated_at)
select pg_temp.id(d.key), o.id, c.id,
  coalesce(c.company, c.first || ' ' || c.last) || ': ' || pg_temp.pick(d.key || 'title', array['annual plan', 'onboarding package',
    'WhatsApp rollout', 'renewal', 'ten more seats', 'pilot', 'support contract', 'move from the old CRM', 'campaign credits', 'training day']),
  round((200 + 24000 * pg_temp.roll(d.key || 'value') ^ 3)::numeric / 50) * 50,
  pg_temp.pick(d.key || 'currency', array['EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'USD', 'USD', 'GBP']),
  pg_temp.pick(d.key || 'stage', array['new', 'new', 'new', 'new', 'qualified', 'qualified', 'qualified', 'proposal', 'proposal', 'proposal',
    'negotiation', 'negotiation', 'won', 'won', 'won', 'won', 'lost', 'lost']),
  pg_temp.assignee(d.key || 'assignee', o.id), t.created_at, t.created_at + (now() - t.created_at) * pg_temp.roll(d.key || 'touched')
from seed_organization o
cross join lateral (select nth, o.slug || '/deal/' || nth as key from generate_series(1, o.deals) nth) d
join seed_contact c on c.slug = o.slug and c.nth = 1 + floor(pg_temp.roll(d.key || 'contact') * o.contacts)
cross join lateral (select c.created_at + (now() - c.created_at) * pg_temp.roll(d.key || 'age') as created_at) t
on conflict do nothing;

-- ── Conversations ───────────────────────────────────────────────────────────────────────────────────
-- One line per message: "<" from the contact, ">" from the organization, "[type address] caption" with an attachment.
create temporary table seed_script as
select topic, mood, string_to_array(btrim(lines, E'\n'), E'\n') as lines from (values
('Order status', 'neutral', $$
< Hi, where is my order? I placed it last Monday.
> Hello {first}! Let me look. What is the order number?
< 48213
> Thank you. It left our warehouse this morning and should arrive tomorrow before noon.
< Can I change the address?
> Yes, until tonight. Where should it go?
< To my office, the same street, number 14
> Done. Here is the new label:
> [document https://files.example.com/labels/48213.pdf] Shipping label
< Perfect, thank you
> You are welcome, {first}. Have a good day!
$$),
('Broken on arrival', 'negative', $$
< The lamp I received is broken.
> I am sorry to hear that, {first}. Could you send us a photo?
< [image https://files.example.com/photos/lamp-broken.jpg] The glass has a crack on the left
> Thank you. That should not happen. Would you like a new one or your money back?
< A new one, please, but quickly. It is a present for Saturday.
> We can send it by express today at no cost.
< Will it really be here by Saturday?
> Yes: it is booked for Friday afternoon.
< OK
> I will write to you when it is on its way.
< This took longer than I hoped, but thanks
$$),
('Appointment', 'positive', $$
< Hello! Do you have anything free next week?
> Good morning {first}! Tuesday at 10:00 or Thursday at 15:30?
< Thursday is great
> Booked: Thursday, 15:30. It will take about 45 minutes.
< Do I need to bring anything?
> Only the form I am sending you now.
> [document https://files.example.com/forms/first-visit.pdf] Form for the first visit
< Got it. Is there parking?
> Yes, behind the building. The first hour is free.
< Wonderful, see you then!
> See you on Thursday!
$$),
('Invoice question', 'neutral', $$
< Good afternoon, we were charged twice this month.
> Good afternoon {first}. I will check with accounting right away.
< [document https://files.example.com/invoices/7731.pdf] This is the invoice
> Thank you. You are right: the second charge was a mistake of ours.
< When will it be corrected?
> The refund was started today and takes two to three working days.
< Could you send a corrected invoice as well?
> Of course. It will be in your inbox within the hour.
< Received. Thank you.
> Thank you for your patience.
$$),
('New customer', 'positive', $$
< Hi, I saw your talk last week. How much is it for a team of twelve?
> Hi {first}, great to hear from you! For twelve people it is 348 a month.
< Is the WhatsApp channel included?
> Yes, every channel is. Only the messages themselves are charged by the provider.
< And can we bring our contacts along?
> You can. Upload a spreadsheet, and we match the columns together.
< [audio https://files.example.com/audio/question-081.ogg] One more question about the import
> I listened to it: yes, custom fields are kept as well.
< That is exactly what we need 🙂
> Shall I set up a trial for your team?
< Yes please! Tomorrow would be ideal.
> Done. You have an invitation in your mailbox.
$$),
('Cancellation', 'negative', $$
< I want to cancel my plan.
> I am sorry to see you go, {first}. May I ask why?
< It is too expensive for what we use.
> Understood. There is a smaller plan at half the price. Would that help?
< No, thank you. Please just cancel.
> Of course. It ends on the last day of this month.
< Do I keep access until then?
> Yes, to everything, and you can export your data at any time.
< Fine.
> All the best, {first}.
$$)) s (topic, mood, lines);

create temporary table seed_conversation as
select v.key, pg_temp.id(v.key) as id, o.slug, o.id as organization_id, c.id as contact_id, c.first, s.topic, s.mood, s.lines,
  -- Most people read on to the end; some stop after a few lines.
  least(cardinality(s.lines), 4 + floor(pg_temp.roll(v.key || 'length') * 14)::int) as length,
  d.days_ago,
  -- Three hours: no conversation takes longer, so each is complete whatever the time of day.
  case when t.at < now() - interval '3 hours' then t.at else t.at - interval '1 day' end as started_at,
  pg_temp.pick(v.key || 'channel', array['whatsapp', 'whatsapp', 'whatsapp', 'whatsapp', 'web', 'web', 'sms', 'email']) as channel
from seed_organization o
cross join lateral (select nth, o.slug || '/conversation/' || nth as key from generate_series(1, o.conversations) nth) v
cross join lateral (select floor(pg_temp.roll(v.key || 'day') * 29)::int as days_ago) d
join seed_contact c on c.slug = o.slug and c.nth = pg_temp.contact_of(v.key || 'contact', d.days_ago, o.contacts)
join (select *, row_number() over (order by topic) as nth from seed_script) s on s.nth = 1 + v.nth % 6
-- In office hours, so that charts by hour look like work.
cross join lateral (select date_trunc('day', now()) - d.days_ago * interval '1 day'
  + interval '8 hours' + pg_temp.roll(v.key || 'hour') * interval '10 hours' as at) t;

create temporary table seed_message as
select v.key || '/' || l.nth as key, v.id as conversation_id, v.slug, v.organization_id, v.contact_id, null::uuid as broadcast_id, l.nth,
  case left(l.line, 1) when '<' then 'inbound' else 'outbound' end as direction,
  coalesce(substring(l.line from '\[(\w+) '), 'text') as type,
  replace(regexp_replace(substr(l.line, 3), '^\[[^]]*\] ', ''), '{first}', v.first) as content,
  substring(l.line from '(https://[^]]+)\]') as attachment_url,
  v.started_at + sum(interval '20 seconds' + interval '9 minutes' * pg_temp.roll(v.key || 'gap' || l.nth) ^ 2)
    over (partition by v.id order by l.nth) as sent_at,
  v.channel
from seed_conversation v cross join lateral unnest(v.lines) with ordinality l (line, nth)
where l.nth <= v.length;

insert into public.conversations (id, organization_id, contact_id, channel, status, assigned_to, created_at, updated_at)
select v.id, v.organization_id, v.contact_id, v.channel,
  case when pg_temp.roll(v.key || 'status') < 0.1 + 0.9 / (1 + extract(epoch from now() - v.started_at) / 200000)
       then pg_temp.pick(v.key || 'open', array['open', 'open', 'pending']) else 'closed' end,
  pg_temp.assignee(v.key || 'assignee', v.organization_id), v.started_at,
  coalesce((select max(m.sent_at) from seed_message m where m.conversation_id = v.id), v.started_at)
from seed_conversation v
on conflict do nothing;

-- ── Broadcasts, their messages and the answers ──────────────────────────────────────────────────────
create temporary table seed_broadcast as
select o.slug, o.id as organization_id, o.contacts, o.broadcast_reach, o.slug || '/broadcast/' || b.nth as key,
  pg_temp.id(o.slug || '/broadcast/' || b.nth) as id, b.*,
  date_trunc('day', now()) - b.days_ago * interval '1 day' + interval '10 hours' as sent_at
from seed_organization o cross join (values
  (1, 'Weekend sale', 'whatsapp', 24, 'Hi {first}, our weekend sale has begun: 20 % off until Sunday. Answer STOP to hear no more from us.'),
  (2, 'How did we do?', 'sms', 15, 'Hello {first}, how happy were you with our last answer, from 1 to 5?'),
  (3, 'Longer opening hours', 'whatsapp', 5, 'Dear {first}, from next week we are here for you until 8 pm, also on Saturdays.'),
  (4, 'Season''s greetings', 'email', null, null)) b (nth, name, channel, days_ago, content);

insert into public.broadcasts (id, organization_id, name, channel, sent_at, created_at, updated_at)
select id, organization_id, name, channel, sent_at, coalesce(sent_at, now()) - interval '1 day', coalesce(sent_at, now() - interval '3 hours')
from seed_broadcast
on conflict do nothing;

insert into seed_message
select b.key || '/' || c.nth || '/' || side.direction, null, b.slug, b.organization_id, c.id, b.id, 1, side.direction,
  case side.direction when 'outbound' then 'template' else 'text' end,
  case side.direction when 'outbound' then replace(b.content, '{first}', c.first)
    else pg_temp.pick(b.key || c.key || 'answer', case b.name
      when 'How did we do?' then array['5', '5', '4', '4', '3', '5, thank you!', '2, it took too long']
      else array['Thanks!', 'Is this online only?', 'STOP', '👍', 'Great, I will come by on Saturday', 'Does this include gift cards?'] end) end, null,
  b.sent_at + c.nth * interval '0.8 seconds' + case side.direction when 'outbound' then interval '0'
    else interval '2 minutes' + interval '20 hours' * pg_temp.roll(b.key || c.key || 'pause') ^ 3 end,
  b.channel
from seed_broadcast b
join seed_contact c on c.slug = b.slug and pg_temp.age_in_days(c.nth, b.contacts) > b.days_ago + 2
  and pg_temp.roll(b.key || c.key || 'reached') < b.broadcast_reach / b.contacts::float
cross join (values ('outbound', 1.0), ('inbound', 0.14)) side (direction, share)
where pg_temp.roll(b.key || c.key || side.direction) < side.share;

insert into public.messages
  (id, organization_id, conversation_id, contact_id, broadcast_id, direction, type, content, attachment_url, external_id, status, created_at, updated_at)
select pg_temp.id(key), organization_id, conversation_id, contact_id, broadcast_id, direction, type, content, attachment_url,
  case when channel = 'whatsapp' and status <> 'queued' then 'wamid.' || translate(encode(uuid_send(pg_temp.id(key || 'external')), 'base64'), '+/=', '-_') end,
  status, sent_at, least(now(), sent_at + interval '30 minutes' * pg_temp.roll(key || 'seen') ^ 4)
from (
  select *,
    case
      when direction = 'inbound' then pg_temp.pick(key || 'status', array['read', 'read', 'read', 'read', 'delivered'])
      when sent_at > date_trunc('day', now()) - interval '1 day'
        then pg_temp.pick(key || 'status', array['read', 'read', 'delivered', 'delivered', 'sent', 'queued'])
      when pg_temp.roll(key || 'status') < 0.60 then 'read'
      when pg_temp.roll(key || 'status') < 0.88 then 'delivered'
      when pg_temp.roll(key || 'status') < 0.96 then 'sent'
      else 'failed' end as status
  from seed_message) m
on conflict do nothing;

-- ── Meetings ────────────────────────────────────────────────────────────────────────────────────────
insert into public.meetings (id, organization_id, contact_id, provider, topic, starts_at, recording_status, recording_url, created_at, updated_at)
select pg_temp.id(m.key), o.id, c.id, m.provider,
  pg_temp.pick(m.key || 'topic', array['Introduction', 'Product tour', 'Contract review', 'Quarterly review', 'Kick-off', 'Import of contacts'])
    || ' with ' || c.first || ' ' || c.last,
  m.at, m.recording, case m.recording when 'completed' then 'https://recordings.example.com/' || pg_temp.id(m.key || 'recording') end,
  least(m.at, now()) - interval '6 days', least(m.at + interval '70 minutes', now() - interval '1 hour')
from seed_organization o
cross join lateral (
  select key, days_ago, at, pg_temp.pick(key || 'provider', array['zoom', 'zoom', 'zoom', 'meet', 'teams']) as provider,
    case when days_ago <= 0 then 'none' when days_ago <= 2 then 'processing'
         else pg_temp.pick(key || 'recording', array['completed', 'completed', 'completed', 'completed', 'failed', 'none']) end as recording
  from generate_series(1, o.meetings) nth
  -- From a month ago to a week ahead.
  cross join lateral (select o.slug || '/meeting/' || nth as key, nth * 36 / o.meetings - 7 as days_ago) d
  cross join lateral (select date_trunc('day', now()) + (9 + nth % 8) * interval '1 hour' - days_ago * interval '1 day' as at) t) m
join seed_contact c on c.slug = o.slug and c.nth = pg_temp.contact_of(m.key || 'contact', m.days_ago + 6, o.contacts)
on conflict do nothing;

-- ── Chatbots and insights ───────────────────────────────────────────────────────────────────────────
insert into public.chatbots (id, organization_id, name, created_at, updated_at)
select pg_temp.id(o.slug || '/chatbot/' || nth), o.id, b.name, now() - interval '8 months', now() - interval '3 weeks'
from seed_organization o cross join unnest(array['Welcome', 'Order status']) with ordinality b (name, nth)
on conflict do nothing;

insert into public.chatbot_runs (id, organization_id, chatbot_id, conversation_id, contact_id, status, created_at)
select pg_temp.id(v.key || '/run'), v.organization_id, pg_temp.id(v.slug || '/chatbot/' || case v.topic when 'Order status' then 2 else 1 end),
  v.id, v.contact_id,
  case when v.days_ago = 0 then 'running' when pg_temp.roll(v.key || 'run') < 0.9 then 'completed' else 'failed' end,
  v.started_at + interval '2 seconds'
from (select *, row_number() over (partition by slug order by md5(key)) as nth from seed_conversation) v
join seed_organization o using (slug) where v.nth <= o.runs
on conflict do nothing;

-- Five insights, one of each kind, about every conversation that was analysed.
insert into public.insights (id, organization_id, conversation_id, kind, content, created_at)
select pg_temp.id(v.key || '/insight/' || k.kind), v.organization_id, v.id, k.kind, k.content,
  f.last_at + interval '2 minutes' + k.nth * interval '1 second'
from (select *, row_number() over (partition by slug order by (length >= 8) desc, md5(key || 'analysed')) as nth
      from seed_conversation where days_ago > 1) v
join seed_organization o using (slug)
cross join lateral (
  select count(*) as messages, max(m.sent_at) as last_at, ceil(extract(epoch from max(m.sent_at) - v.started_at) / 60)::int as minutes,
    round(extract(epoch from min(m.sent_at) filter (where m.direction = 'outbound') - min(m.sent_at)))::int as first_answer_seconds,
    (array_agg(m.content order by m.nth) filter (where m.direction = 'inbound'))[1:3] as points
  from seed_message m where m.conversation_id = v.id) f
cross join lateral (values
  (1, 'summary', jsonb_build_object('text', v.first || ' wrote about: ' || lower(v.topic) || '. '
    || f.messages || ' messages in ' || f.minutes || ' minutes.')),
  (2, 'topic', jsonb_build_object('topics', jsonb_build_array(lower(v.topic), v.channel))),
  (3, 'key', jsonb_build_object('points', to_jsonb(f.points))),
  (4, 'conversation', jsonb_build_object('messages', f.messages, 'minutes', f.minutes, 'first_answer_seconds', f.first_answer_seconds)),
  (5, 'sentiment', jsonb_build_object('label', v.mood, 'score', round((
    case v.mood when 'positive' then 0.85 when 'neutral' then 0.55 else 0.2 end
    + 0.1 * pg_temp.roll(v.key || 'score'))::numeric, 2)))) k (nth, kind, content)
where v.nth <= o.analysed
on conflict do nothing;

drop table seed_organization, seed_contact, seed_script, seed_conversation, seed_message, seed_broadcast;

-- ── Webhooks ────────────────────────────────────────────────────────────────────────────────────────
-- Configurations, deliveries and logs in every state. They come last: while the rows above are written nobody listens,
-- so the seed itself sends nothing.
