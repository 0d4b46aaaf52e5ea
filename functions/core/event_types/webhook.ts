import { z } from 'zod'
import { TEST_EVENT } from '../test_event.ts'
import { eventTypes, id, moment, optionalText, sampleIds, text } from './event_type.ts'

const aboutWebhook = z.looseObject({
  webhook_id: id.describe('The webhook that this is about. It is never the one that receives it.'),
  name: text.describe('What it is called.'),
  url: text.describe('Where it sends.'),
  reason: optionalText.describe('Why it was turned off: failing (no success for days) or gone (it answered 410). Null when it was not.'),
  consecutive_failures: z.int().min(0).describe('Its attempts that failed since the last success.'),
  at: moment.describe('When this happened.'),
})
const sample = {
  webhook_id: sampleIds.webhook, name: 'CRM sync', url: 'https://example.com/webhooks', reason: null, consecutive_failures: 3,
  at: '2026-11-20T14:05:11+00:00',
}

const tested = z.looseObject({
  webhook_id: id.describe('The webhook that is tested: the one that receives it.'),
  message: text.describe('Says that nothing has happened.'),
})

export const webhookEvents = eventTypes(
  {
    name: TEST_EVENT, category: 'webhook', direction: 'outbound', description: 'Someone pressed Send test.',
    schema: tested, previous: false,
    sample: { data: { webhook_id: sampleIds.webhook, message: 'This is a test. Nothing has happened.' } }, source: 'tablehook',
  },
  {
    name: 'webhook.failing', category: 'webhook', direction: 'outbound', description: 'One of your other webhooks has failed three times in a row.',
    schema: aboutWebhook, previous: false, sample: { data: sample }, source: 'tablehook',
  },
  {
    name: 'webhook.disabled', category: 'webhook', direction: 'outbound', description: 'One of your other webhooks was turned off because it kept failing.',
    schema: aboutWebhook, previous: false, sample: { data: { ...sample, reason: 'failing', consecutive_failures: 41 } }, source: 'tablehook',
  },
  {
    name: 'webhook.recovered', category: 'webhook', direction: 'outbound', description: 'One of your other webhooks works again.',
    schema: aboutWebhook, previous: false, sample: { data: { ...sample, consecutive_failures: 0 } }, source: 'tablehook',
  },
)
