import type { ListedWebhook } from '../data/webhooks.ts'
import { useRefusal } from '../session/permission.ts'
import { Switch } from '../ui/Switch.tsx'
import { t } from '../words/list.ts'
import { useToggle } from './useToggle.ts'

/** The switch of one webhook: on the list and in the head of its page. */
export function ActiveSwitch({ organizationId, webhook }: { organizationId: string; webhook: Pick<ListedWebhook, 'id' | 'name' | 'is_active'> }) {
  const { flip, isPending } = useToggle(organizationId, webhook)
  const refusal = useRefusal()
  return (
    <Switch
      checked={webhook.is_active}
      busy={isPending}
      onChange={flip}
      label={t('list.deliver_to', { name: webhook.name })}
      unavailable={refusal('toggle')}
    />
  )
}
