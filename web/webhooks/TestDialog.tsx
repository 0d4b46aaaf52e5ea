import type { Webhook } from '../data/webhooks.ts'

export type TestDialogProps = {
  webhook: Pick<Webhook, 'id' | 'name' | 'events' | 'is_active'>
  /** Chosen at first; otherwise the first event the webhook listens to. */
  eventType?: string | null
  onClose: () => void
}

/** Sends one event and shows what came back. Lazily loaded: `lazy(() => import('…/TestDialog.tsx'))`. */
export default function TestDialog(_: TestDialogProps) {
  return null
}
