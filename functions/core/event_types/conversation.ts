import { z } from 'zod'
import { channel, eventTypes, id, reference, referenceTo, row, sampleIds, updatedAt } from './event_type.ts'
import { ofContact } from './sample_context.ts'

const assignee = 'The user who answers, if somebody does.'
const conversation = row('conversation', {
  contact_id: referenceTo('The contact whom it is with.'),
  channel: channel.describe('Where it takes place.'),
  status: z.enum(['open', 'pending', 'closed']).describe('Open while it is our turn, pending while it is the contact’s.'),
  assigned_to: reference.describe(assignee),
  updated_at: updatedAt,
})
const assigned = conversation.extend({ assigned_to: id.describe(assignee) })

const sample = {
  id: sampleIds.conversation, organization_id: sampleIds.organization, contact_id: sampleIds.contact,
  channel: 'whatsapp', status: 'open', assigned_to: null,
  created_at: '2026-11-18T08:15:00+00:00', updated_at: '2026-11-18T08:15:00+00:00',
}
const later = { ...sample, updated_at: '2026-11-18T08:40:00.75+00:00' }

export const conversationEvents = eventTypes(
  {
    name: 'conversation.created', category: 'conversation', direction: 'inbound', description: 'A conversation began.',
    schema: conversation, previous: false, sample: { data: sample, context: ofContact }, source: 'app',
  },
  {
    name: 'conversation.assigned', category: 'conversation', direction: 'outbound', description: 'A conversation was given to someone on the team.',
    schema: assigned, previous: true, sample: { data: { ...later, assigned_to: sampleIds.ada }, previous: { assigned_to: null }, context: ofContact }, source: 'app',
  },
  {
    name: 'conversation.status.changed', category: 'conversation', direction: 'outbound', description: 'A conversation was opened, set to pending or closed.',
    schema: conversation, previous: true, sample: { data: { ...later, status: 'closed' }, previous: { status: 'open' }, context: ofContact }, source: 'app',
  },
)
