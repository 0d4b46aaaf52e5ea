import type { Webhook } from '../data/webhooks.ts'

export type WebhookFormProps = {
  organizationId: string
  /** Null: a new one. */
  webhook: Webhook | null
  onSaved: (saved: { id: string; name: string; secret: string | null }) => void
  onCancel?: () => void
  onDirtyChange?: (dirty: boolean) => void
  layout: 'dialog' | 'page'
}

/** Creates or edits a webhook; in a dialog, or as the General section of its settings (`layout: 'page'`). */
export default function WebhookForm(_: WebhookFormProps) {
  return null
}
