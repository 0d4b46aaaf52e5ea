import type { ListedWebhook } from '../data/webhooks.ts'

export type TurnOnDialogProps = {
  webhook: Pick<ListedWebhook, 'id' | 'name' | 'missed' | 'disabled_at'>
  onClose: () => void
}

/** Tests a webhook that was turned off automatically, turns it on, and sends what it missed. */
export default function TurnOnDialog(_: TurnOnDialogProps) {
  return null
}
