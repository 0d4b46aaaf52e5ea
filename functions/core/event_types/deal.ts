import { z } from 'zod'
import { eventTypes, id, reference, referenceTo, row, sampleIds, text, updatedAt } from './event_type.ts'
import { ofContact } from './sample_context.ts'

const assignee = 'The user who works on the deal, if somebody does.'
const deal = row('deal', {
  contact_id: referenceTo('The contact whom the deal is with.'),
  title: text.describe('What it is about, in a few words.'),
  value: z.number().min(0).describe('What it is worth, in whole units of the currency: euros, not cents.'),
  currency: z.string().regex(/^[A-Z]{3}$/).describe('Of the value: an ISO 4217 code such as EUR.'),
  stage: z.enum(['new', 'qualified', 'proposal', 'negotiation', 'won', 'lost']).describe('How far it has come.'),
  assigned_to: reference.describe(assignee),
  updated_at: updatedAt,
})
const assigned = deal.extend({ assigned_to: id.describe(assignee) })

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
