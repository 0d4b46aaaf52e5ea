import { z } from 'zod'
import { eventTypes, id, moment, optionalText, sampleIds, text } from './event_type.ts'

const aboutWebhook = z.looseObject({
  webhook_id: id, name: text, url: text, reason: optionalText, consecutive_failures: z.int().min(0), at: moment,
})
const sample = {
  webhook_id: sampleIds.webhook, name: 'CRM sync', url: 'https://example.com/webhooks', reason: null, consecutive_failures: 3,
  at: '2026-11-20T14:05:11+00:00',
}

export const webhookEvents = eventTypes(
  {
    name: 'webhook.test', category: 'webhook', direction: 'outbound', description: 'Someone pressed Send test.',
    schema: z.looseObject({ webhook_id: id, message: text }), previous: false,
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
