import { z } from 'zod'
import { eventTypes, id, moment, reference, row, sampleIds, text } from './event_type.ts'
import { ofContact } from './sample_context.ts'

const deal = row({
  contact_id: reference, title: text, value: z.number().min(0), currency: z.string().regex(/^[A-Z]{3}$/),
  stage: z.enum(['new', 'qualified', 'proposal', 'negotiation', 'won', 'lost']), assigned_to: reference, updated_at: moment,
})
const assigned = deal.extend({ assigned_to: id })

const sample = {
  id: sampleIds.deal, organization_id: sampleIds.organization, contact_id: sampleIds.contact,
  title: 'Weekly bread delivery', value: 4800.5, currency: 'EUR', stage: 'new', assigned_to: null,
  created_at: '2026-11-16T10:00:00+00:00', updated_at: '2026-11-16T10:00:00+00:00',
}
const later = { ...sample, updated_at: '2026-11-17T15:20:00.5+00:00' }

export const dealEvents = eventTypes(
  {
    name: 'deal.created', category: 'deal', direction: 'outbound', description: 'A deal was added.',
    schema: deal, previous: false, sample: { data: sample, context: ofContact }, source: 'app',
  },
  {
    name: 'deal.updated', category: 'deal', direction: 'outbound', description: 'Something about a deal changed.',
    schema: deal, previous: true, sample: { data: { ...later, value: 5200 }, previous: { value: 4800.5 }, context: ofContact }, source: 'app',
  },
  {
    name: 'deal.stage.changed', category: 'deal', direction: 'outbound', description: 'A deal moved to another stage.',
    schema: deal, previous: true, sample: { data: { ...later, stage: 'proposal' }, previous: { stage: 'new' }, context: ofContact }, source: 'app',
  },
  {
    name: 'deal.assigned', category: 'deal', direction: 'outbound', description: 'A deal was given to someone on the team.',
    schema: assigned, previous: true, sample: { data: { ...later, assigned_to: sampleIds.ben }, previous: { assigned_to: sampleIds.ada }, context: ofContact }, source: 'app',
  },
)
