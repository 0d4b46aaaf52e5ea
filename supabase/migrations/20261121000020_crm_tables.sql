-- The host app, chapter 2: the CRM's tables, in the order a conversation runs through them.
--
-- A row only ever points at rows of its own organization. Row-level security cannot promise that (it looks at
-- one row at a time, and the service role skips it), so foreign keys carry the organization along:
-- (organization_id, contact_id) -> contacts (organization_id, id). `unique (organization_id, id)` is there for them,
-- and serves policies and lists by organization as well.
-- Tables are born closed (chapter 1); policies and grants follow in chapter 3.

create function app.touch_updated_at() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end $$;
comment on function app.touch_updated_at is 'Sets updated_at to the time of the transaction. Its triggers skip updates that change nothing.';

create table public.contacts (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  first_name       text not null constraint a_contact_has_a_first_name check (btrim(first_name) <> ''),
  last_name        text,
  email            text constraint an_email_has_one_at_sign check (email ~ '^[^@\s]+@[^@\s]+$'),
  phone            text constraint a_phone_number_has_digits check (phone ~ '[0-9]'),
  company          text,
  lifecycle        text not null default 'lead'
                   constraint a_lifecycle_is_lead_customer_or_archived check (lifecycle in ('lead', 'customer', 'archived')),
  assigned_to      uuid,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  unique (organization_id, id),
  constraint contacts_are_assigned_to_members foreign key (organization_id, assigned_to)
    references public.organization_members (organization_id, user_id) on delete set null (assigned_to)
);
create index contacts_of_assignee on public.contacts (organization_id, assigned_to);
comment on table public.contacts is 'People an organization talks to.';
comment on column public.contacts.phone is 'As people type it; E.164 when a channel gave it.';
comment on column public.contacts.assigned_to is 'The member who looks after the contact. Emptied when that member leaves the organization.';

create table public.deals (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  contact_id       uuid,
  title            text not null constraint a_deal_has_a_title check (btrim(title) <> ''),
  value            numeric not null default 0
                   constraint a_value_is_a_finite_amount check (value >= 0 and value < 'Infinity'),
  currency         text not null default 'EUR' constraint a_currency_is_three_capital_letters check (currency ~ '^[A-Z]{3}$'),
  stage            text not null default 'new'
                   constraint a_stage_is_one_of_six check (stage in ('new', 'qualified', 'proposal', 'negotiation', 'won', 'lost')),
  assigned_to      uuid,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint deals_are_with_contacts_of_the_same_organization foreign key (organization_id, contact_id)
    references public.contacts (organization_id, id) on delete set null (contact_id),
  constraint deals_are_assigned_to_members foreign key (organization_id, assigned_to)
    references public.organization_members (organization_id, user_id) on delete set null (assigned_to)
);
create index deals_of_contact on public.deals (organization_id, contact_id);
create index deals_of_assignee on public.deals (organization_id, assigned_to);
comment on table public.deals is 'Sales in the making, from first interest to won or lost.';
comment on column public.deals.value is 'In whole units of the currency, with as many decimals as entered.';
comment on column public.deals.currency is 'ISO 4217 code.';
comment on column public.deals.assigned_to is 'The member who works on the deal. Emptied when that member leaves the organization.';

create table public.conversations (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  contact_id       uuid,
  channel          text not null default 'web'
                   constraint a_conversation_has_a_known_channel check (channel in ('whatsapp', 'sms', 'email', 'web')),
  status           text not null default 'open'
                   constraint a_conversation_is_open_pending_or_closed check (status in ('open', 'pending', 'closed')),
  assigned_to      uuid,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  unique (organization_id, id),
  constraint conversations_are_with_contacts_of_the_same_organization foreign key (organization_id, contact_id)
    references public.contacts (organization_id, id) on delete set null (contact_id),
  constraint conversations_are_assigned_to_members foreign key (organization_id, assigned_to)
    references public.organization_members (organization_id, user_id) on delete set null (assigned_to)
);
create index conversations_of_contact on public.conversations (organization_id, contact_id);
create index conversations_of_assignee on public.conversations (organization_id, assigned_to);
comment on table public.conversations is 'One thread with one contact on one channel.';
comment on column public.conversations.status is 'open: our turn. pending: waiting for the contact. closed: done.';
comment on column public.conversations.assigned_to is 'The member who answers. Emptied when that member leaves the organization.';

create table public.broadcasts (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  name             text not null constraint a_broadcast_has_a_name check (btrim(name) <> ''),
  channel          text not null default 'web'
                   constraint a_broadcast_has_a_known_channel check (channel in ('whatsapp', 'sms', 'email', 'web')),
  sent_at          timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  unique (organization_id, id)
);
comment on table public.broadcasts is 'One message to many contacts. Its messages, and the answers to it, carry its id.';
comment on column public.broadcasts.sent_at is 'Null while it is a draft.';

create table public.messages (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  conversation_id  uuid,
  contact_id       uuid,
  broadcast_id     uuid,
  direction        text not null constraint a_direction_is_inbound_or_outbound check (direction in ('inbound', 'outbound')),
  type             text not null default 'text'
                   constraint a_message_has_a_known_type check (type in ('text', 'image', 'audio', 'video', 'document', 'template')),
  content          text,
  attachment_url   text constraint an_attachment_is_a_web_address check (attachment_url ~* '^https?://'),
  external_id      text,
  status           text not null default 'queued'
                   constraint a_message_has_a_known_status check (status in ('queued', 'sent', 'delivered', 'read', 'failed')),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint messages_are_in_conversations_of_the_same_organization foreign key (organization_id, conversation_id)
    references public.conversations (organization_id, id) on delete set null (conversation_id),
  constraint messages_are_with_contacts_of_the_same_organization foreign key (organization_id, contact_id)
    references public.contacts (organization_id, id) on delete set null (contact_id),
  constraint messages_are_of_broadcasts_of_the_same_organization foreign key (organization_id, broadcast_id)
    references public.broadcasts (organization_id, id) on delete set null (broadcast_id)
);
create index messages_of_conversation on public.messages (organization_id, conversation_id, created_at, id);
create index messages_of_contact on public.messages (organization_id, contact_id);
create index messages_of_broadcast on public.messages (organization_id, broadcast_id);
create unique index messages_have_one_external_id on public.messages (organization_id, external_id) where external_id is not null;
comment on table public.messages is 'What was said, by whom, and how far it got.';
comment on column public.messages.direction is 'inbound: from the contact. outbound: from the organization.';
comment on column public.messages.broadcast_id is 'The broadcast it belongs to; of an inbound message, the broadcast it answers.';
comment on column public.messages.content is 'The text, or the caption of an attachment.';
comment on column public.messages.external_id is 'The id that the channel gave it, such as WhatsApp''s wamid. Null until the channel has it.';
comment on column public.messages.status is 'Of an outbound message, how far it got. Of an inbound message only delivered and read mean something.';

create table public.meetings (
  id                uuid primary key default gen_random_uuid(),
  organization_id   uuid not null references public.organizations on delete cascade,
  contact_id        uuid,
  provider          text not null default 'zoom' constraint a_meeting_has_a_known_provider check (provider in ('zoom', 'meet', 'teams')),
  topic             text not null constraint a_meeting_has_a_topic check (btrim(topic) <> ''),
  starts_at         timestamptz,
  recording_status  text not null default 'none'
                    constraint a_recording_has_a_known_status check (recording_status in ('none', 'processing', 'completed', 'failed')),
  recording_url     text constraint a_recording_is_a_web_address check (recording_url ~* '^https?://'),
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint meetings_are_with_contacts_of_the_same_organization foreign key (organization_id, contact_id)
    references public.contacts (organization_id, id) on delete set null (contact_id)
);
create index meetings_of_contact on public.meetings (organization_id, contact_id);
comment on table public.meetings is 'Video calls with contacts, and their recordings.';
comment on column public.meetings.starts_at is 'Null while the time is not agreed.';

create table public.chatbots (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  name             text not null constraint a_chatbot_has_a_name check (btrim(name) <> ''),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  unique (organization_id, id)
);
comment on table public.chatbots is 'Automatic answerers of an organization.';

create table public.chatbot_runs (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  chatbot_id       uuid not null,
  conversation_id  uuid,
  contact_id       uuid,
  status           text not null default 'running'
                   constraint a_run_is_running_completed_or_failed check (status in ('running', 'completed', 'failed')),
  created_at       timestamptz not null default now(),
  constraint runs_are_of_chatbots_of_the_same_organization foreign key (organization_id, chatbot_id)
    references public.chatbots (organization_id, id) on delete cascade,
  constraint runs_are_in_conversations_of_the_same_organization foreign key (organization_id, conversation_id)
    references public.conversations (organization_id, id) on delete set null (conversation_id),
  constraint runs_are_with_contacts_of_the_same_organization foreign key (organization_id, contact_id)
    references public.contacts (organization_id, id) on delete set null (contact_id)
);
create index chatbot_runs_of_chatbot on public.chatbot_runs (organization_id, chatbot_id);
create index chatbot_runs_of_conversation on public.chatbot_runs (organization_id, conversation_id);
create index chatbot_runs_of_contact on public.chatbot_runs (organization_id, contact_id);
comment on table public.chatbot_runs is 'One time a chatbot was triggered.';

create table public.insights (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  conversation_id  uuid,
  kind             text not null
                   constraint an_insight_has_a_known_kind check (kind in ('summary', 'topic', 'key', 'conversation', 'sentiment')),
  content          jsonb not null default '{}' constraint an_insight_is_an_object check (jsonb_typeof(content) = 'object'),
  created_at       timestamptz not null default now(),
  constraint insights_are_about_conversations_of_the_same_organization foreign key (organization_id, conversation_id)
    references public.conversations (organization_id, id) on delete set null (conversation_id)
);
create index insights_of_conversation on public.insights (organization_id, conversation_id);
comment on table public.insights is 'What analysis found in a conversation.';
comment on column public.insights.content is 'Depends on the kind: {text}, {topics}, {points}, {messages, minutes, first_answer_seconds}, {label, score}.';

-- `when`: an update that changes nothing leaves updated_at alone too, so it stays the time of the last change.
create trigger on_contacts_update before update on public.contacts
  for each row when (old.* is distinct from new.*) execute function app.touch_updated_at();
create trigger on_deals_update before update on public.deals
  for each row when (old.* is distinct from new.*) execute function app.touch_updated_at();
create trigger on_conversations_update before update on public.conversations
  for each row when (old.* is distinct from new.*) execute function app.touch_updated_at();
create trigger on_broadcasts_update before update on public.broadcasts
  for each row when (old.* is distinct from new.*) execute function app.touch_updated_at();
create trigger on_messages_update before update on public.messages
  for each row when (old.* is distinct from new.*) execute function app.touch_updated_at();
create trigger on_meetings_update before update on public.meetings
  for each row when (old.* is distinct from new.*) execute function app.touch_updated_at();
create trigger on_chatbots_update before update on public.chatbots
  for each row when (old.* is distinct from new.*) execute function app.touch_updated_at();

alter table public.contacts      enable row level security;
alter table public.deals         enable row level security;
alter table public.conversations enable row level security;
alter table public.broadcasts    enable row level security;
alter table public.messages      enable row level security;
alter table public.meetings      enable row level security;
alter table public.chatbots      enable row level security;
alter table public.chatbot_runs  enable row level security;
alter table public.insights      enable row level security;
