/** What the Test button sends where no other event type is asked for. */
export const TEST_EVENT = 'webhook.test'

/** Its sample of the catalog, about the webhook that is tested. */
export function aboutTested(sample: object, webhookId: string): Record<string, unknown> {
  return { ...sample, webhook_id: webhookId }
}
