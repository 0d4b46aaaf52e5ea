import type { ListedWebhook } from '../data/webhooks.ts'

export const WEBHOOK_STATUSES = ['active', 'failing', 'turned_off', 'inactive'] as const
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number]

/** From here on we count towards turning it off, and `webhook.failing` has been sent. */
const FAILING_FROM = 3

/** What the list calls a webhook. Turned off by us is a state of its own: someone has to do something about it. */
export function webhookStatus(
  { is_active, disabled_reason, consecutive_failures }: Pick<ListedWebhook, 'is_active' | 'disabled_reason' | 'consecutive_failures'>,
): WebhookStatus {
  if (!is_active) return disabled_reason === null || disabled_reason === 'by_hand' ? 'inactive' : 'turned_off'
  return consecutive_failures >= FAILING_FROM ? 'failing' : 'active'
}
