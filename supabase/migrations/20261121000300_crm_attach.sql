-- The host app meets the webhooks: which writes are which events. See DESIGN of the event types in docs/events.md.

alter table public.webhook_configurations
  add constraint a_webhook_belongs_to_an_organization foreign key (organization_id) references public.organizations on delete cascade;
alter table public.webhook_api_keys
  add constraint an_api_key_belongs_to_an_organization foreign key (organization_id) references public.organizations on delete cascade;

-- `context`: what some formats say besides the row. A contact says it all by itself.
-- Unassigning is no assignment: `.assigned` needs somebody.
select webhooks.attach('public.contacts', 'contact', $$[
  {"type": "contact.created",  "on": "insert"},
  {"type": "contact.assigned", "on": "insert", "when": "new.assigned_to is not null"},
  {"type": "contact.updated",  "on": "update"},
  {"type": "contact.assigned", "on": "update", "when": "new.assigned_to is not null and new.assigned_to is distinct from old.assigned_to"}
]$$);

select webhooks.attach('public.deals', 'deal', $$[
  {"type": "deal.created",       "on": "insert"},
  {"type": "deal.assigned",      "on": "insert", "when": "new.assigned_to is not null"},
  {"type": "deal.updated",       "on": "update"},
  {"type": "deal.stage.changed", "on": "update", "when": "new.stage is distinct from old.stage"},
  {"type": "deal.assigned",      "on": "update", "when": "new.assigned_to is not null and new.assigned_to is distinct from old.assigned_to"}
]$$, context => 'app.event_context');

select webhooks.attach('public.conversations', 'conversation', $$[
  {"type": "conversation.created",        "on": "insert"},
  {"type": "conversation.assigned",       "on": "insert", "when": "new.assigned_to is not null"},
  {"type": "conversation.assigned",       "on": "update", "when": "new.assigned_to is not null and new.assigned_to is distinct from old.assigned_to"},
  {"type": "conversation.status.changed", "on": "update", "when": "new.status is distinct from old.status"}
]$$, context => 'app.event_context');

-- An outbound message reaches each status once, however often its row is written.
select webhooks.attach('public.messages', 'message', $$[
  {"type": "message.received",   "on": "insert", "when": "new.direction = 'inbound'"},
  {"type": "broadcast.response", "on": "insert", "when": "new.direction = 'inbound' and new.broadcast_id is not null"},
  {"type": "message.sent",       "on": "insert", "once": true, "when": "new.direction = 'outbound' and new.status = 'sent'"},
  {"type": "message.delivered",  "on": "insert", "once": true, "when": "new.direction = 'outbound' and new.status = 'delivered'"},
  {"type": "message.read",       "on": "insert", "once": true, "when": "new.direction = 'outbound' and new.status = 'read'"},
  {"type": "message.failed",     "on": "insert", "once": true, "when": "new.direction = 'outbound' and new.status = 'failed'"},
  {"type": "message.sent",       "on": "update", "once": true, "when": "new.direction = 'outbound' and new.status = 'sent'      and (old.status, old.direction) is distinct from (new.status, new.direction)"},
  {"type": "message.delivered",  "on": "update", "once": true, "when": "new.direction = 'outbound' and new.status = 'delivered' and (old.status, old.direction) is distinct from (new.status, new.direction)"},
  {"type": "message.read",       "on": "update", "once": true, "when": "new.direction = 'outbound' and new.status = 'read'      and (old.status, old.direction) is distinct from (new.status, new.direction)"},
  {"type": "message.failed",     "on": "update", "once": true, "when": "new.direction = 'outbound' and new.status = 'failed'    and (old.status, old.direction) is distinct from (new.status, new.direction)"}
]$$, context => 'app.event_context');

select webhooks.attach('public.meetings', 'zoom.recording', $$[
  {"type": "zoom.recording.completed", "on": "insert", "when": "new.recording_status = 'completed'"},
  {"type": "zoom.recording.completed", "on": "update", "when": "new.recording_status = 'completed' and old.recording_status is distinct from 'completed'"}
]$$, context => 'app.event_context');

select webhooks.attach('public.chatbot_runs', 'chatbot', $$[{"type": "chatbot.triggered", "on": "insert"}]$$, context => 'app.event_context');

select webhooks.attach('public.insights', 'insight', $$[
  {"type": "insight.summary",      "on": "insert", "when": "new.kind = 'summary'"},
  {"type": "insight.topic",        "on": "insert", "when": "new.kind = 'topic'"},
  {"type": "insight.key",          "on": "insert", "when": "new.kind = 'key'"},
  {"type": "insight.conversation", "on": "insert", "when": "new.kind = 'conversation'"},
  {"type": "insight.sentiment",    "on": "insert", "when": "new.kind = 'sentiment'"}
]$$, context => 'app.event_context');
