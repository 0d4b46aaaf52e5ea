import { z } from 'zod'
import { eventTypes, moment, optionalText, reference, row, sampleIds } from './event_type.ts'
import { ofConversation, ofInbound } from './sample_context.ts'

/** A message either way. An answer to a broadcast names it in `broadcast_id`. */
export const message = row({
  conversation_id: reference, contact_id: reference, broadcast_id: reference,
  direction: z.enum(['inbound', 'outbound']), type: z.enum(['text', 'image', 'audio', 'video', 'document', 'template']),
  content: optionalText, attachment_url: optionalText, external_id: optionalText,
  status: z.enum(['queued', 'sent', 'delivered', 'read', 'failed']), updated_at: moment,
})
const sentByUs = message.extend({ direction: z.literal('outbound') })

/** A message that a contact sent. */
export const inboundSample = {
  id: sampleIds.message, organization_id: sampleIds.organization, conversation_id: sampleIds.conversation, contact_id: sampleIds.contact,
  broadcast_id: null, direction: 'inbound', type: 'text', content: 'Hi, I need help!', attachment_url: null,
  external_id: 'wamid.HBgLMTU1NTU1NTAxMjM', status: 'delivered',
  created_at: '2026-11-18T08:15:02+00:00', updated_at: '2026-11-18T08:15:02+00:00',
}
const outboundSample = {
  ...inboundSample, direction: 'outbound', content: 'Of course. What is it about?', external_id: 'wamid.HBgLMTU1NTU1NTAxMjQ',
  created_at: '2026-11-18T08:17:30+00:00', updated_at: '2026-11-18T08:17:31.25+00:00',
}

export const messageEvents = eventTypes(
  {
    name: 'message.received', category: 'message', direction: 'inbound', description: 'A contact sent a message.',
    schema: message.extend({ direction: z.literal('inbound') }), previous: false,
    sample: { data: inboundSample, context: ofInbound(inboundSample.content, inboundSample.created_at) }, source: 'app',
  },
  {
    name: 'message.sent', category: 'message', direction: 'outbound', description: 'A message to a contact was sent.',
    schema: sentByUs.extend({ status: z.literal('sent') }), previous: true,
    sample: { data: { ...outboundSample, status: 'sent' }, previous: { status: 'queued' }, context: ofConversation }, source: 'app',
  },
  {
    name: 'message.delivered', category: 'message', direction: 'outbound', description: 'A message reached the contact’s device.',
    schema: sentByUs.extend({ status: z.literal('delivered') }), previous: true,
    sample: { data: { ...outboundSample, status: 'delivered' }, previous: { status: 'sent' }, context: ofConversation }, source: 'app',
  },
  {
    name: 'message.read', category: 'message', direction: 'outbound', description: 'A contact read a message.',
    schema: sentByUs.extend({ status: z.literal('read') }), previous: true,
    sample: { data: { ...outboundSample, status: 'read' }, previous: { status: 'delivered' }, context: ofConversation }, source: 'app',
  },
  {
    name: 'message.failed', category: 'message', direction: 'outbound', description: 'A message could not be sent.',
    schema: sentByUs.extend({ status: z.literal('failed') }), previous: true,
    sample: { data: { ...outboundSample, status: 'failed' }, previous: { status: 'queued' }, context: ofConversation }, source: 'app',
  },
)
