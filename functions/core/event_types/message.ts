import { z } from 'zod'
import { eventTypes, optionalText, referenceTo, row, sampleIds, updatedAt } from './event_type.ts'
import { ofConversation, ofInbound } from './sample_context.ts'

const direction = 'Inbound is from the contact, outbound from the organization.'
const status = 'Of an outbound message, how far it got. Of an inbound one only delivered and read mean something.'

/** A message either way. An answer to a broadcast names it in `broadcast_id`. */
export const message = row('message', {
  conversation_id: referenceTo('The conversation that it is part of.'),
  contact_id: referenceTo('The contact who wrote it, or whom it is for.'),
  broadcast_id: referenceTo('The broadcast that it is part of; of an inbound message, the one that it answers.'),
  direction: z.enum(['inbound', 'outbound']).describe(direction),
  type: z.enum(['text', 'image', 'audio', 'video', 'document', 'template']).describe('What it is made of.'),
  content: optionalText.describe('The text, or the caption of an attachment. Null when there is neither.'),
  attachment_url: optionalText.describe('Web address of the attachment. Null when there is none.'),
  external_id: optionalText.describe('The id that the channel gave it, such as WhatsApp’s wamid. Null until it has one.'),
  status: z.enum(['queued', 'sent', 'delivered', 'read', 'failed']).describe(status),
  updated_at: updatedAt,
})
/** A message that a contact wrote. */
export const received = message.extend({ direction: z.literal('inbound').describe(direction) })
const sentByUs = message.extend({ direction: z.literal('outbound').describe(direction) })
const sentWithStatus = <Status extends string>(reached: Status) => sentByUs.extend({ status: z.literal(reached).describe(status) })

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
    schema: received, previous: false,
    sample: { data: inboundSample, context: ofInbound(inboundSample.content, inboundSample.created_at) }, source: 'app',
  },
  {
    name: 'message.sent', category: 'message', direction: 'outbound', description: 'A message to a contact was sent.',
    schema: sentWithStatus('sent'), previous: true,
    sample: { data: { ...outboundSample, status: 'sent' }, previous: { status: 'queued' }, context: ofConversation }, source: 'app',
  },
  {
    name: 'message.delivered', category: 'message', direction: 'outbound', description: 'A message reached the contact’s device.',
    schema: sentWithStatus('delivered'), previous: true,
    sample: { data: { ...outboundSample, status: 'delivered' }, previous: { status: 'sent' }, context: ofConversation }, source: 'app',
  },
  {
    name: 'message.read', category: 'message', direction: 'outbound', description: 'A contact read a message.',
    schema: sentWithStatus('read'), previous: true,
    sample: { data: { ...outboundSample, status: 'read' }, previous: { status: 'delivered' }, context: ofConversation }, source: 'app',
  },
  {
    name: 'message.failed', category: 'message', direction: 'outbound', description: 'A message could not be sent.',
    schema: sentWithStatus('failed'), previous: true,
    sample: { data: { ...outboundSample, status: 'failed' }, previous: { status: 'queued' }, context: ofConversation }, source: 'app',
  },
)
