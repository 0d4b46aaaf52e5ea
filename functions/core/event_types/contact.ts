import { z } from 'zod'
import { eventTypes, id, moment, optionalText, reference, row, sampleIds, text } from './event_type.ts'

const contact = row({
  first_name: text, last_name: optionalText, email: optionalText, phone: optionalText, company: optionalText,
  lifecycle: z.enum(['lead', 'customer', 'archived']), assigned_to: reference, updated_at: moment,
})
const assigned = contact.extend({ assigned_to: id })

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
