import { useOutletContext } from 'react-router'
import type { WebhookContext } from '../detail/webhook_context.ts'

/** What the log gives to the delivery that is open beside it. */
export type LogContext = WebhookContext & {
  /** The loaded rows, as they are listed. */
  ids: readonly string[]
  canLoadOlder: boolean
  /** Loads the next page; resolves with all loaded ids. */
  loadOlder: () => Promise<string[]>
  /** Opens another delivery, with the filters kept. */
  goTo: (id: string) => void
  close: () => void
}

export function useLog(): LogContext {
  return useOutletContext<LogContext>()
}
