import { z } from 'zod'
import { eventTypes, id, optionalText, reference, row, sampleIds, text, updatedAt } from './event_type.ts'

const assignee = 'The user who looks after the contact, if somebody does.'
const contact = row('contact', {
  first_name: text.describe('First name. Every contact has one.'),
  last_name: optionalText.describe('Last name, where it is known.'),
  email: optionalText.describe('E-mail address, where it is known.'),
  phone: optionalText.describe('Phone number as it was typed; E.164 when a channel gave it.'),
  company: optionalText.describe('Name of the company that the contact is with, where it is known.'),
  lifecycle: z.enum(['lead', 'customer', 'archived']).describe('How far the relation has come.'),
  assigned_to: reference.describe(assignee),
  updated_at: updatedAt,
})
const assigned = contact.extend({ assigned_to: id.describe(assignee) })

const sample = {
  id: sampleIds.contact, organization_id: sampleIds.organization,
  first_name: 'John', last_name: 'Doe', email: 'john.doe@example.com', phone: '+15555550123', company: 'Example Bakery',
  lifecycle: 'lead', assigned_to: null,
  created_at: '2026-11-16T09:00:00+00:00', updated_at: '2026-11-16T09:00:00+00:00',
}
const later = { ...sample, updated_at: '2026-11-16T09:30:00.125+00:00' }

export const contactEvents = eventTypes(
  {
    name: 'contact.created', category: 'contact', direction: 'inbound', description: 'A contact was added.',
    schema: contact, previous: false, sample: { data: sample }, source: 'app',
  },
  {
    name: 'contact.updated', category: 'contact', direction: 'outbound', description: 'Something about a contact changed.',
    schema: contact, previous: true, sample: { data: { ...later, lifecycle: 'customer' }, previous: { lifecycle: 'lead' } }, source: 'app',
  },
  {
    name: 'contact.assigned', category: 'contact', direction: 'outbound', description: 'A contact was given to someone on the team.',
    schema: assigned, previous: true, sample: { data: { ...later, assigned_to: sampleIds.ada }, previous: { assigned_to: null } }, source: 'app',
  },
)
