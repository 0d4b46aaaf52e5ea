import { useOutletContext } from 'react-router'
import type { ListedWebhook, Webhook } from '../data/webhooks.ts'

/** What the layout of one webhook has loaded for the pages inside it. */
export type WebhookContext = {
  /** All settings. */
  webhook: Webhook
  /** The row of the list: state, counts, and whether it is on, as the switch last left it. */
  listed: ListedWebhook
  /** Opens the test dialog. */
  sendTest: (eventType?: string) => void
  turnOn: () => void
  askToDelete: () => void
}

/** Id of the button that deletes, on the settings page. */
export const DELETE_BUTTON = 'delete-webhook'

export function useWebhook(): WebhookContext {
  return useOutletContext<WebhookContext>()
}
