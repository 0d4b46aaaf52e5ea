// Generated from functions/core/event_types.ts by `npm run gen:client`: change it there.

/** `data` of `contact.created`. There may be more columns than these. */
export interface ContactCreatedData {
  /** Which contact it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** First name. Every contact has one. */
  first_name: string
  /** Last name, where it is known. */
  last_name: string | null
  /** E-mail address, where it is known. */
  email: string | null
  /** Phone number as it was typed; E.164 when a channel gave it. */
  phone: string | null
  /** Name of the company that the contact is with, where it is known. */
  company: string | null
  /** How far the relation has come. */
  lifecycle: 'lead' | 'customer' | 'archived'
  /** The user who looks after the contact, if somebody does. */
  assigned_to: string | null
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `data` of `contact.updated`. There may be more columns than these. */
export type ContactUpdatedData = ContactCreatedData

/** `previous` of `contact.updated`: the old values of the columns that changed. */
export interface ContactUpdatedPrevious {
  /** Which contact it is: the same in all its events. */
  id?: string
  /** The organization that it belongs to. */
  organization_id?: string
  /** First name. Every contact has one. */
  first_name?: string
  /** Last name, where it is known. */
  last_name?: string | null
  /** E-mail address, where it is known. */
  email?: string | null
  /** Phone number as it was typed; E.164 when a channel gave it. */
  phone?: string | null
  /** Name of the company that the contact is with, where it is known. */
  company?: string | null
  /** How far the relation has come. */
  lifecycle?: 'lead' | 'customer' | 'archived'
  /** The user who looks after the contact, if somebody does. */
  assigned_to?: string | null
  /** When it last changed. */
  updated_at?: string
  /** When it was created. */
  created_at?: string
}

/** `data` of `contact.assigned`. There may be more columns than these. */
export interface ContactAssignedData {
  /** Which contact it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** First name. Every contact has one. */
  first_name: string
  /** Last name, where it is known. */
  last_name: string | null
  /** E-mail address, where it is known. */
  email: string | null
  /** Phone number as it was typed; E.164 when a channel gave it. */
  phone: string | null
  /** Name of the company that the contact is with, where it is known. */
  company: string | null
  /** How far the relation has come. */
  lifecycle: 'lead' | 'customer' | 'archived'
  /** The user who looks after the contact, if somebody does. */
  assigned_to: string
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `previous` of `contact.assigned`: the old values of the columns that changed. */
export type ContactAssignedPrevious = ContactUpdatedPrevious

/** `data` of `deal.created`. There may be more columns than these. */
export interface DealCreatedData {
  /** Which deal it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The contact whom the deal is with. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** What it is about, in a few words. */
  title: string
  /** What it is worth, in whole units of the currency: euros, not cents. */
  value: number
  /** Of the value: an ISO 4217 code such as EUR. */
  currency: string
  /** How far it has come. */
  stage: 'new' | 'qualified' | 'proposal' | 'negotiation' | 'won' | 'lost'
  /** The user who works on the deal, if somebody does. */
  assigned_to: string | null
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `data` of `deal.updated`. There may be more columns than these. */
export type DealUpdatedData = DealCreatedData

/** `previous` of `deal.updated`: the old values of the columns that changed. */
export interface DealUpdatedPrevious {
  /** Which deal it is: the same in all its events. */
  id?: string
  /** The organization that it belongs to. */
  organization_id?: string
  /** The contact whom the deal is with. Null when there is none, or it was deleted. */
  contact_id?: string | null
  /** What it is about, in a few words. */
  title?: string
  /** What it is worth, in whole units of the currency: euros, not cents. */
  value?: number
  /** Of the value: an ISO 4217 code such as EUR. */
  currency?: string
  /** How far it has come. */
  stage?: 'new' | 'qualified' | 'proposal' | 'negotiation' | 'won' | 'lost'
  /** The user who works on the deal, if somebody does. */
  assigned_to?: string | null
  /** When it last changed. */
  updated_at?: string
  /** When it was created. */
  created_at?: string
}

/** `data` of `deal.stage.changed`. There may be more columns than these. */
export type DealStageChangedData = DealCreatedData

/** `previous` of `deal.stage.changed`: the old values of the columns that changed. */
export type DealStageChangedPrevious = DealUpdatedPrevious

/** `data` of `deal.assigned`. There may be more columns than these. */
export interface DealAssignedData {
  /** Which deal it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The contact whom the deal is with. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** What it is about, in a few words. */
  title: string
  /** What it is worth, in whole units of the currency: euros, not cents. */
  value: number
  /** Of the value: an ISO 4217 code such as EUR. */
  currency: string
  /** How far it has come. */
  stage: 'new' | 'qualified' | 'proposal' | 'negotiation' | 'won' | 'lost'
  /** The user who works on the deal, if somebody does. */
  assigned_to: string
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `previous` of `deal.assigned`: the old values of the columns that changed. */
export type DealAssignedPrevious = DealUpdatedPrevious

/** `data` of `conversation.created`. There may be more columns than these. */
export interface ConversationCreatedData {
  /** Which conversation it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The contact whom it is with. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** Where it takes place. */
  channel: 'whatsapp' | 'sms' | 'email' | 'web'
  /** Open while it is our turn, pending while it is the contact’s. */
  status: 'open' | 'pending' | 'closed'
  /** The user who answers, if somebody does. */
  assigned_to: string | null
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `data` of `conversation.assigned`. There may be more columns than these. */
export interface ConversationAssignedData {
  /** Which conversation it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The contact whom it is with. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** Where it takes place. */
  channel: 'whatsapp' | 'sms' | 'email' | 'web'
  /** Open while it is our turn, pending while it is the contact’s. */
  status: 'open' | 'pending' | 'closed'
  /** The user who answers, if somebody does. */
  assigned_to: string
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `previous` of `conversation.assigned`: the old values of the columns that changed. */
export interface ConversationAssignedPrevious {
  /** Which conversation it is: the same in all its events. */
  id?: string
  /** The organization that it belongs to. */
  organization_id?: string
  /** The contact whom it is with. Null when there is none, or it was deleted. */
  contact_id?: string | null
  /** Where it takes place. */
  channel?: 'whatsapp' | 'sms' | 'email' | 'web'
  /** Open while it is our turn, pending while it is the contact’s. */
  status?: 'open' | 'pending' | 'closed'
  /** The user who answers, if somebody does. */
  assigned_to?: string | null
  /** When it last changed. */
  updated_at?: string
  /** When it was created. */
  created_at?: string
}

/** `data` of `conversation.status.changed`. There may be more columns than these. */
export type ConversationStatusChangedData = ConversationCreatedData

/** `previous` of `conversation.status.changed`: the old values of the columns that changed. */
export type ConversationStatusChangedPrevious = ConversationAssignedPrevious

/** `data` of `message.received`. There may be more columns than these. */
export interface MessageReceivedData {
  /** Which message it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that it is part of. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** The contact who wrote it, or whom it is for. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** The broadcast that it is part of; of an inbound message, the one that it answers. Null when there is none, or it was deleted. */
  broadcast_id: string | null
  /** Inbound is from the contact, outbound from the organization. */
  direction: 'inbound'
  /** What it is made of. */
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  /** The text, or the caption of an attachment. Null when there is neither. */
  content: string | null
  /** Web address of the attachment. Null when there is none. */
  attachment_url: string | null
  /** The id that the channel gave it, such as WhatsApp’s wamid. Null until it has one. */
  external_id: string | null
  /** Of an outbound message, how far it got. Of an inbound one only delivered and read mean something. */
  status: 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `data` of `message.sent`. There may be more columns than these. */
export interface MessageSentData {
  /** Which message it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that it is part of. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** The contact who wrote it, or whom it is for. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** The broadcast that it is part of; of an inbound message, the one that it answers. Null when there is none, or it was deleted. */
  broadcast_id: string | null
  /** Inbound is from the contact, outbound from the organization. */
  direction: 'outbound'
  /** What it is made of. */
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  /** The text, or the caption of an attachment. Null when there is neither. */
  content: string | null
  /** Web address of the attachment. Null when there is none. */
  attachment_url: string | null
  /** The id that the channel gave it, such as WhatsApp’s wamid. Null until it has one. */
  external_id: string | null
  /** Of an outbound message, how far it got. Of an inbound one only delivered and read mean something. */
  status: 'sent'
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `previous` of `message.sent`: the old values of the columns that changed. */
export interface MessageSentPrevious {
  /** Which message it is: the same in all its events. */
  id?: string
  /** The organization that it belongs to. */
  organization_id?: string
  /** The conversation that it is part of. Null when there is none, or it was deleted. */
  conversation_id?: string | null
  /** The contact who wrote it, or whom it is for. Null when there is none, or it was deleted. */
  contact_id?: string | null
  /** The broadcast that it is part of; of an inbound message, the one that it answers. Null when there is none, or it was deleted. */
  broadcast_id?: string | null
  /** Inbound is from the contact, outbound from the organization. */
  direction?: 'inbound' | 'outbound'
  /** What it is made of. */
  type?: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  /** The text, or the caption of an attachment. Null when there is neither. */
  content?: string | null
  /** Web address of the attachment. Null when there is none. */
  attachment_url?: string | null
  /** The id that the channel gave it, such as WhatsApp’s wamid. Null until it has one. */
  external_id?: string | null
  /** Of an outbound message, how far it got. Of an inbound one only delivered and read mean something. */
  status?: 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
  /** When it last changed. */
  updated_at?: string
  /** When it was created. */
  created_at?: string
}

/** `data` of `message.delivered`. There may be more columns than these. */
export interface MessageDeliveredData {
  /** Which message it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that it is part of. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** The contact who wrote it, or whom it is for. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** The broadcast that it is part of; of an inbound message, the one that it answers. Null when there is none, or it was deleted. */
  broadcast_id: string | null
  /** Inbound is from the contact, outbound from the organization. */
  direction: 'outbound'
  /** What it is made of. */
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  /** The text, or the caption of an attachment. Null when there is neither. */
  content: string | null
  /** Web address of the attachment. Null when there is none. */
  attachment_url: string | null
  /** The id that the channel gave it, such as WhatsApp’s wamid. Null until it has one. */
  external_id: string | null
  /** Of an outbound message, how far it got. Of an inbound one only delivered and read mean something. */
  status: 'delivered'
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `previous` of `message.delivered`: the old values of the columns that changed. */
export type MessageDeliveredPrevious = MessageSentPrevious

/** `data` of `message.read`. There may be more columns than these. */
export interface MessageReadData {
  /** Which message it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that it is part of. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** The contact who wrote it, or whom it is for. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** The broadcast that it is part of; of an inbound message, the one that it answers. Null when there is none, or it was deleted. */
  broadcast_id: string | null
  /** Inbound is from the contact, outbound from the organization. */
  direction: 'outbound'
  /** What it is made of. */
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  /** The text, or the caption of an attachment. Null when there is neither. */
  content: string | null
  /** Web address of the attachment. Null when there is none. */
  attachment_url: string | null
  /** The id that the channel gave it, such as WhatsApp’s wamid. Null until it has one. */
  external_id: string | null
  /** Of an outbound message, how far it got. Of an inbound one only delivered and read mean something. */
  status: 'read'
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `previous` of `message.read`: the old values of the columns that changed. */
export type MessageReadPrevious = MessageSentPrevious

/** `data` of `message.failed`. There may be more columns than these. */
export interface MessageFailedData {
  /** Which message it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that it is part of. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** The contact who wrote it, or whom it is for. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** The broadcast that it is part of; of an inbound message, the one that it answers. Null when there is none, or it was deleted. */
  broadcast_id: string | null
  /** Inbound is from the contact, outbound from the organization. */
  direction: 'outbound'
  /** What it is made of. */
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  /** The text, or the caption of an attachment. Null when there is neither. */
  content: string | null
  /** Web address of the attachment. Null when there is none. */
  attachment_url: string | null
  /** The id that the channel gave it, such as WhatsApp’s wamid. Null until it has one. */
  external_id: string | null
  /** Of an outbound message, how far it got. Of an inbound one only delivered and read mean something. */
  status: 'failed'
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `previous` of `message.failed`: the old values of the columns that changed. */
export type MessageFailedPrevious = MessageSentPrevious

/** `data` of `broadcast.response`. There may be more columns than these. */
export interface BroadcastResponseData {
  /** Which message it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that it is part of. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** The contact who wrote it, or whom it is for. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** The broadcast that it answers. */
  broadcast_id: string
  /** Inbound is from the contact, outbound from the organization. */
  direction: 'inbound'
  /** What it is made of. */
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  /** The text, or the caption of an attachment. Null when there is neither. */
  content: string | null
  /** Web address of the attachment. Null when there is none. */
  attachment_url: string | null
  /** The id that the channel gave it, such as WhatsApp’s wamid. Null until it has one. */
  external_id: string | null
  /** Of an outbound message, how far it got. Of an inbound one only delivered and read mean something. */
  status: 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `data` of `zoom.recording.completed`. There may be more columns than these. */
export interface ZoomRecordingCompletedData {
  /** Which meeting it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The contact whom the meeting is with. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** Where it is held. */
  provider: 'zoom' | 'meet' | 'teams'
  /** What it is about. */
  topic: string
  /** When it begins. Null while the time is not agreed. */
  starts_at: string | null
  /** How far the recording has come. */
  recording_status: 'completed'
  /** Web address of the recording. Null when there is none. */
  recording_url: string | null
  /** When it last changed. */
  updated_at: string
  /** When it was created. */
  created_at: string
}

/** `previous` of `zoom.recording.completed`: the old values of the columns that changed. */
export interface ZoomRecordingCompletedPrevious {
  /** Which meeting it is: the same in all its events. */
  id?: string
  /** The organization that it belongs to. */
  organization_id?: string
  /** The contact whom the meeting is with. Null when there is none, or it was deleted. */
  contact_id?: string | null
  /** Where it is held. */
  provider?: 'zoom' | 'meet' | 'teams'
  /** What it is about. */
  topic?: string
  /** When it begins. Null while the time is not agreed. */
  starts_at?: string | null
  /** How far the recording has come. */
  recording_status?: string
  /** Web address of the recording. Null when there is none. */
  recording_url?: string | null
  /** When it last changed. */
  updated_at?: string
  /** When it was created. */
  created_at?: string
}

/** `data` of `chatbot.triggered`. There may be more columns than these. */
export interface ChatbotTriggeredData {
  /** Which run of a chatbot it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The chatbot that started. */
  chatbot_id: string
  /** The conversation that it takes part in. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** The contact whom it talks to. Null when there is none, or it was deleted. */
  contact_id: string | null
  /** How far the run has come. */
  status: 'running' | 'completed' | 'failed'
  /** When it was created. */
  created_at: string
}

/** `data` of `insight.summary`. There may be more columns than these. */
export interface InsightSummaryData {
  /** Which insight it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that was analyzed. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** What was looked for. */
  kind: 'summary'
  /** What was found. What it holds depends on the kind; only that it is an object is promised. */
  content: Record<string, unknown>
  /** When it was created. */
  created_at: string
}

/** `data` of `insight.topic`. There may be more columns than these. */
export interface InsightTopicData {
  /** Which insight it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that was analyzed. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** What was looked for. */
  kind: 'topic'
  /** What was found. What it holds depends on the kind; only that it is an object is promised. */
  content: Record<string, unknown>
  /** When it was created. */
  created_at: string
}

/** `data` of `insight.key`. There may be more columns than these. */
export interface InsightKeyData {
  /** Which insight it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that was analyzed. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** What was looked for. */
  kind: 'key'
  /** What was found. What it holds depends on the kind; only that it is an object is promised. */
  content: Record<string, unknown>
  /** When it was created. */
  created_at: string
}

/** `data` of `insight.conversation`. There may be more columns than these. */
export interface InsightConversationData {
  /** Which insight it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that was analyzed. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** What was looked for. */
  kind: 'conversation'
  /** What was found. What it holds depends on the kind; only that it is an object is promised. */
  content: Record<string, unknown>
  /** When it was created. */
  created_at: string
}

/** `data` of `insight.sentiment`. There may be more columns than these. */
export interface InsightSentimentData {
  /** Which insight it is: the same in all its events. */
  id: string
  /** The organization that it belongs to. */
  organization_id: string
  /** The conversation that was analyzed. Null when there is none, or it was deleted. */
  conversation_id: string | null
  /** What was looked for. */
  kind: 'sentiment'
  /** What was found. What it holds depends on the kind; only that it is an object is promised. */
  content: Record<string, unknown>
  /** When it was created. */
  created_at: string
}

/** `data` of `webhook.test`. There may be more columns than these. */
export interface WebhookTestData {
  /** The webhook that is tested: the one that receives it. */
  webhook_id: string
  /** Says that nothing has happened. */
  message: string
}

/** `data` of `webhook.failing`. There may be more columns than these. */
export interface WebhookFailingData {
  /** The webhook that this is about. It is never the one that receives it. */
  webhook_id: string
  /** What it is called. */
  name: string
  /** Where it sends. */
  url: string
  /** Why it was turned off: failing (no success for days) or gone (it answered 410). Null when it was not. */
  reason: string | null
  /** Its attempts that failed since the last success. */
  consecutive_failures: number
  /** When this happened. */
  at: string
}

/** `data` of `webhook.disabled`. There may be more columns than these. */
export type WebhookDisabledData = WebhookFailingData

/** `data` of `webhook.recovered`. There may be more columns than these. */
export type WebhookRecoveredData = WebhookFailingData

/**
 * Every event type, with what its body carries. `previous` is there when an update caused the event.
 * Tell it about events of your own tables, and `TablehookEvent` has them too:
 * `declare module '@tablehook/client' { interface EventTypes { 'invoice.created': { data: Invoice } } }`
 */
export interface EventTypes {
  /** A contact was added. */
  'contact.created': { data: ContactCreatedData }
  /** Something about a contact changed. */
  'contact.updated': { data: ContactUpdatedData; previous?: ContactUpdatedPrevious }
  /** A contact was given to someone on the team. */
  'contact.assigned': { data: ContactAssignedData; previous?: ContactAssignedPrevious }
  /** A deal was added. */
  'deal.created': { data: DealCreatedData }
  /** Something about a deal changed. */
  'deal.updated': { data: DealUpdatedData; previous?: DealUpdatedPrevious }
  /** A deal moved to another stage. */
  'deal.stage.changed': { data: DealStageChangedData; previous?: DealStageChangedPrevious }
  /** A deal was given to someone on the team. */
  'deal.assigned': { data: DealAssignedData; previous?: DealAssignedPrevious }
  /** A conversation began. */
  'conversation.created': { data: ConversationCreatedData }
  /** A conversation was given to someone on the team. */
  'conversation.assigned': { data: ConversationAssignedData; previous?: ConversationAssignedPrevious }
  /** A conversation was opened, set to pending or closed. */
  'conversation.status.changed': { data: ConversationStatusChangedData; previous?: ConversationStatusChangedPrevious }
  /** A contact sent a message. */
  'message.received': { data: MessageReceivedData }
  /** A message to a contact was sent. */
  'message.sent': { data: MessageSentData; previous?: MessageSentPrevious }
  /** A message reached the contact’s device. */
  'message.delivered': { data: MessageDeliveredData; previous?: MessageDeliveredPrevious }
  /** A contact read a message. */
  'message.read': { data: MessageReadData; previous?: MessageReadPrevious }
  /** A message could not be sent. */
  'message.failed': { data: MessageFailedData; previous?: MessageFailedPrevious }
  /** A contact answered a broadcast. */
  'broadcast.response': { data: BroadcastResponseData }
  /** The recording of a meeting is ready. */
  'zoom.recording.completed': { data: ZoomRecordingCompletedData; previous?: ZoomRecordingCompletedPrevious }
  /** A chatbot started. */
  'chatbot.triggered': { data: ChatbotTriggeredData }
  /** A conversation was summarized. */
  'insight.summary': { data: InsightSummaryData }
  /** The topics of a conversation were found. */
  'insight.topic': { data: InsightTopicData }
  /** The key points of a conversation were found. */
  'insight.key': { data: InsightKeyData }
  /** A conversation was analyzed as a whole. */
  'insight.conversation': { data: InsightConversationData }
  /** The mood of a conversation was measured. */
  'insight.sentiment': { data: InsightSentimentData }
  /** Someone pressed Send test. */
  'webhook.test': { data: WebhookTestData }
  /** One of your other webhooks has failed three times in a row. */
  'webhook.failing': { data: WebhookFailingData }
  /** One of your other webhooks was turned off because it kept failing. */
  'webhook.disabled': { data: WebhookDisabledData }
  /** One of your other webhooks works again. */
  'webhook.recovered': { data: WebhookRecoveredData }
}

/** The names of the events above, in the order of the catalog. */
export const EVENT_NAMES = [
  'contact.created',
  'contact.updated',
  'contact.assigned',
  'deal.created',
  'deal.updated',
  'deal.stage.changed',
  'deal.assigned',
  'conversation.created',
  'conversation.assigned',
  'conversation.status.changed',
  'message.received',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
  'broadcast.response',
  'zoom.recording.completed',
  'chatbot.triggered',
  'insight.summary',
  'insight.topic',
  'insight.key',
  'insight.conversation',
  'insight.sentiment',
  'webhook.test',
  'webhook.failing',
  'webhook.disabled',
  'webhook.recovered',
] as const
