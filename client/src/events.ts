// Generated from functions/core/event_types.ts by `npm run gen:client`: change it there.

/** `data` of `contact.created`. There may be more columns than these. */
export interface ContactCreatedData {
  id: string
  organization_id: string
  first_name: string
  last_name: string | null
  email: string | null
  phone: string | null
  company: string | null
  lifecycle: 'lead' | 'customer' | 'archived'
  assigned_to: string | null
  updated_at: string
  created_at: string
}

/** `data` of `contact.updated`. There may be more columns than these. */
export type ContactUpdatedData = ContactCreatedData

/** `previous` of `contact.updated`: the old values of the columns that changed. */
export interface ContactUpdatedPrevious {
  id?: string
  organization_id?: string
  first_name?: string
  last_name?: string | null
  email?: string | null
  phone?: string | null
  company?: string | null
  lifecycle?: 'lead' | 'customer' | 'archived'
  assigned_to?: string | null
  updated_at?: string
  created_at?: string
}

/** `data` of `contact.assigned`. There may be more columns than these. */
export interface ContactAssignedData {
  id: string
  organization_id: string
  first_name: string
  last_name: string | null
  email: string | null
  phone: string | null
  company: string | null
  lifecycle: 'lead' | 'customer' | 'archived'
  assigned_to: string
  updated_at: string
  created_at: string
}

/** `previous` of `contact.assigned`: the old values of the columns that changed. */
export type ContactAssignedPrevious = ContactUpdatedPrevious

/** `data` of `deal.created`. There may be more columns than these. */
export interface DealCreatedData {
  id: string
  organization_id: string
  contact_id: string | null
  title: string
  value: number
  currency: string
  stage: 'new' | 'qualified' | 'proposal' | 'negotiation' | 'won' | 'lost'
  assigned_to: string | null
  updated_at: string
  created_at: string
}

/** `data` of `deal.updated`. There may be more columns than these. */
export type DealUpdatedData = DealCreatedData

/** `previous` of `deal.updated`: the old values of the columns that changed. */
export interface DealUpdatedPrevious {
  id?: string
  organization_id?: string
  contact_id?: string | null
  title?: string
  value?: number
  currency?: string
  stage?: 'new' | 'qualified' | 'proposal' | 'negotiation' | 'won' | 'lost'
  assigned_to?: string | null
  updated_at?: string
  created_at?: string
}

/** `data` of `deal.stage.changed`. There may be more columns than these. */
export type DealStageChangedData = DealCreatedData

/** `previous` of `deal.stage.changed`: the old values of the columns that changed. */
export type DealStageChangedPrevious = DealUpdatedPrevious

/** `data` of `deal.assigned`. There may be more columns than these. */
export interface DealAssignedData {
  id: string
  organization_id: string
  contact_id: string | null
  title: string
  value: number
  currency: string
  stage: 'new' | 'qualified' | 'proposal' | 'negotiation' | 'won' | 'lost'
  assigned_to: string
  updated_at: string
  created_at: string
}

/** `previous` of `deal.assigned`: the old values of the columns that changed. */
export type DealAssignedPrevious = DealUpdatedPrevious

/** `data` of `conversation.created`. There may be more columns than these. */
export interface ConversationCreatedData {
  id: string
  organization_id: string
  contact_id: string | null
  channel: 'whatsapp' | 'sms' | 'email' | 'web'
  status: 'open' | 'pending' | 'closed'
  assigned_to: string | null
  updated_at: string
  created_at: string
}

/** `data` of `conversation.assigned`. There may be more columns than these. */
export interface ConversationAssignedData {
  id: string
  organization_id: string
  contact_id: string | null
  channel: 'whatsapp' | 'sms' | 'email' | 'web'
  status: 'open' | 'pending' | 'closed'
  assigned_to: string
  updated_at: string
  created_at: string
}

/** `previous` of `conversation.assigned`: the old values of the columns that changed. */
export interface ConversationAssignedPrevious {
  id?: string
  organization_id?: string
  contact_id?: string | null
  channel?: 'whatsapp' | 'sms' | 'email' | 'web'
  status?: 'open' | 'pending' | 'closed'
  assigned_to?: string | null
  updated_at?: string
  created_at?: string
}

/** `data` of `conversation.status.changed`. There may be more columns than these. */
export type ConversationStatusChangedData = ConversationCreatedData

/** `previous` of `conversation.status.changed`: the old values of the columns that changed. */
export type ConversationStatusChangedPrevious = ConversationAssignedPrevious

/** `data` of `message.received`. There may be more columns than these. */
export interface MessageReceivedData {
  id: string
  organization_id: string
  conversation_id: string | null
  contact_id: string | null
  broadcast_id: string | null
  direction: 'inbound'
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  content: string | null
  attachment_url: string | null
  external_id: string | null
  status: 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
  updated_at: string
  created_at: string
}

/** `data` of `message.sent`. There may be more columns than these. */
export interface MessageSentData {
  id: string
  organization_id: string
  conversation_id: string | null
  contact_id: string | null
  broadcast_id: string | null
  direction: 'outbound'
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  content: string | null
  attachment_url: string | null
  external_id: string | null
  status: 'sent'
  updated_at: string
  created_at: string
}

/** `previous` of `message.sent`: the old values of the columns that changed. */
export interface MessageSentPrevious {
  id?: string
  organization_id?: string
  conversation_id?: string | null
  contact_id?: string | null
  broadcast_id?: string | null
  direction?: 'inbound' | 'outbound'
  type?: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  content?: string | null
  attachment_url?: string | null
  external_id?: string | null
  status?: 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
  updated_at?: string
  created_at?: string
}

/** `data` of `message.delivered`. There may be more columns than these. */
export interface MessageDeliveredData {
  id: string
  organization_id: string
  conversation_id: string | null
  contact_id: string | null
  broadcast_id: string | null
  direction: 'outbound'
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  content: string | null
  attachment_url: string | null
  external_id: string | null
  status: 'delivered'
  updated_at: string
  created_at: string
}

/** `previous` of `message.delivered`: the old values of the columns that changed. */
export type MessageDeliveredPrevious = MessageSentPrevious

/** `data` of `message.read`. There may be more columns than these. */
export interface MessageReadData {
  id: string
  organization_id: string
  conversation_id: string | null
  contact_id: string | null
  broadcast_id: string | null
  direction: 'outbound'
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  content: string | null
  attachment_url: string | null
  external_id: string | null
  status: 'read'
  updated_at: string
  created_at: string
}

/** `previous` of `message.read`: the old values of the columns that changed. */
export type MessageReadPrevious = MessageSentPrevious

/** `data` of `message.failed`. There may be more columns than these. */
export interface MessageFailedData {
  id: string
  organization_id: string
  conversation_id: string | null
  contact_id: string | null
  broadcast_id: string | null
  direction: 'outbound'
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  content: string | null
  attachment_url: string | null
  external_id: string | null
  status: 'failed'
  updated_at: string
  created_at: string
}

/** `previous` of `message.failed`: the old values of the columns that changed. */
export type MessageFailedPrevious = MessageSentPrevious

/** `data` of `broadcast.response`. There may be more columns than these. */
export interface BroadcastResponseData {
  id: string
  organization_id: string
  conversation_id: string | null
  contact_id: string | null
  broadcast_id: string
  direction: 'inbound'
  type: 'text' | 'image' | 'audio' | 'video' | 'document' | 'template'
  content: string | null
  attachment_url: string | null
  external_id: string | null
  status: 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
  updated_at: string
  created_at: string
}

/** `data` of `zoom.recording.completed`. There may be more columns than these. */
export interface ZoomRecordingCompletedData {
  id: string
  organization_id: string
  contact_id: string | null
  provider: 'zoom' | 'meet' | 'teams'
  topic: string
  starts_at: string | null
  recording_status: 'completed'
  recording_url: string | null
  updated_at: string
  created_at: string
}

/** `previous` of `zoom.recording.completed`: the old values of the columns that changed. */
export interface ZoomRecordingCompletedPrevious {
  id?: string
  organization_id?: string
  contact_id?: string | null
  provider?: 'zoom' | 'meet' | 'teams'
  topic?: string
  starts_at?: string | null
  recording_status?: string
  recording_url?: string | null
  updated_at?: string
  created_at?: string
}

/** `data` of `chatbot.triggered`. There may be more columns than these. */
export interface ChatbotTriggeredData {
  id: string
  organization_id: string
  chatbot_id: string
  conversation_id: string | null
  contact_id: string | null
  status: 'running' | 'completed' | 'failed'
  created_at: string
}

/** `data` of `insight.summary`. There may be more columns than these. */
export interface InsightSummaryData {
  id: string
  organization_id: string
  conversation_id: string | null
  kind: 'summary'
  content: Record<string, unknown>
  created_at: string
}

/** `data` of `insight.topic`. There may be more columns than these. */
export interface InsightTopicData {
  id: string
  organization_id: string
  conversation_id: string | null
  kind: 'topic'
  content: Record<string, unknown>
  created_at: string
}

/** `data` of `insight.key`. There may be more columns than these. */
export interface InsightKeyData {
  id: string
  organization_id: string
  conversation_id: string | null
  kind: 'key'
  content: Record<string, unknown>
  created_at: string
}

/** `data` of `insight.conversation`. There may be more columns than these. */
export interface InsightConversationData {
  id: string
  organization_id: string
  conversation_id: string | null
  kind: 'conversation'
  content: Record<string, unknown>
  created_at: string
}

/** `data` of `insight.sentiment`. There may be more columns than these. */
export interface InsightSentimentData {
  id: string
  organization_id: string
  conversation_id: string | null
  kind: 'sentiment'
  content: Record<string, unknown>
  created_at: string
}

/** `data` of `webhook.test`. There may be more columns than these. */
export interface WebhookTestData {
  webhook_id: string
  message: string
}

/** `data` of `webhook.failing`. There may be more columns than these. */
export interface WebhookFailingData {
  webhook_id: string
  name: string
  url: string
  reason: string | null
  consecutive_failures: number
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
