import { Copy, Pencil, ScrollText, Send, Trash2 } from 'lucide-react'
import type { ListedWebhook } from '../data/webhooks.ts'
import { useRefusal } from '../session/permission.ts'
import { copyAndSay } from '../ui/copy_text.ts'
import { RowMenu } from '../ui/RowMenu.tsx'
import { t } from '../words/list.ts'

type WebhookActionsProps = {
  webhook: Pick<ListedWebhook, 'id' | 'name'>
  onTest: () => void
  onEdit: () => void
  onDelete: () => void
}

/** Id of the "⋯" of a webhook: dialogs give the focus back to it. */
export const actionsId = (webhookId: string) => `actions-${webhookId}`

export function WebhookActions({ webhook: { id, name }, onTest, onEdit, onDelete }: WebhookActionsProps) {
  const refusal = useRefusal()
  return (
    <RowMenu
      label={t('list.actions', { name })}
      triggerId={actionsId(id)}
      actions={[
        { label: t('list.view_deliveries'), icon: <ScrollText aria-hidden />, to: `/settings/webhooks/${id}/deliveries` },
        { label: t('common.test_event'), icon: <Send aria-hidden />, onSelect: onTest, unavailable: refusal('test') },
        { label: t('common.edit'), icon: <Pencil aria-hidden />, onSelect: onEdit, unavailable: refusal('manage') },
        { label: t('list.copy_id'), icon: <Copy aria-hidden />, onSelect: () => void copyAndSay(id, t('list.id_copied')) },
        { label: t('list.delete'), icon: <Trash2 aria-hidden />, onSelect: onDelete, danger: true, unavailable: refusal('delete') },
      ]}
    />
  )
}
