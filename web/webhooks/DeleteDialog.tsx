import type { Webhook } from '../data/webhooks.ts'

export type DeleteDialogProps = {
  webhook: Pick<Webhook, 'id' | 'name'>
  onClose: () => void
  onDeleted: () => void
}

/** Says what deleting means, in numbers, and deletes. */
export default function DeleteDialog(_: DeleteDialogProps) {
  return null
}
