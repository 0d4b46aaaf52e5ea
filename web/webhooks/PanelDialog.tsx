import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '../data/queries.ts'
import type { ListedWebhook } from '../data/webhooks.ts'
import { useOrganization } from '../session/organization.tsx'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { t } from '../words/form.ts'
import { NotAllowedDialog } from './NotAllowedDialog.tsx'
import TestDialog from './TestDialog.tsx'
import { usePanel, type Panel } from './usePanel.ts'
import { actionsId } from './WebhookActions.tsx'
import { WebhookFormDialog } from './WebhookFormDialog.tsx'

type PanelDialogProps = {
  panel: Panel
  webhooks: readonly ListedWebhook[] | undefined
  /** Why no webhook can be created here. */
  cannotCreate: string | null
  onClose: () => void
}

/** The dialog that the address asks for. An id that leads nowhere says so instead of being dropped. */
export default function PanelDialog({ panel: { panel, hook, event, url }, webhooks, cannotCreate, onClose }: PanelDialogProps) {
  const { organization } = useOrganization()
  const { openPanel } = usePanel()
  // In place of the form: Back must not lead to an empty one, where the same webhook would be created again.
  const test = (id: string) => openPanel({ panel: 'test', hook: id }, { replace: true })

  if (panel === 'create') {
    if (cannotCreate !== null) return <NotAllowedDialog title={t('common.create_webhook')} reason={cannotCreate} onClose={onClose} />
    return (
      <WebhookFormDialog
        key="create"
        organizationId={organization.id}
        webhook={null}
        initial={{ ...(event === undefined ? {} : { events: [event] }), ...(url === undefined ? {} : { url }) }}
        onClose={onClose}
        onTest={test}
        returnTo="create-webhook"
      />
    )
  }
  if (panel === 'test') {
    const webhook = webhooks?.find(({ id }) => id === hook)
    if (webhook) return <TestDialog key={webhook.id} webhook={webhook} {...(event === undefined ? {} : { eventType: event })} onClose={onClose} returnTo={actionsId(webhook.id)} />
    return webhooks === undefined ? null : <Gone onClose={onClose} />
  }
  return <EditDialog key={hook} id={hook ?? ''} organizationId={organization.id} onClose={onClose} onTest={test} />
}

function EditDialog({ id, organizationId, onClose, onTest }: { id: string; organizationId: string; onClose: () => void; onTest: (id: string) => void }) {
  const mayNotChange = useRefusal()('manage')
  const [isDirty, setDirty] = useState(false)
  // Always fresh: an edit that starts from an old copy would overwrite what somebody saved since.
  const webhook = useQuery({ ...queries.settings(id), staleTime: 0, refetchOnWindowFocus: false })
  // What is typed stays, whatever has become of one's role since: it can be copied at least.
  if (mayNotChange !== null && !isDirty) return <NotAllowedDialog title={t('common.edit')} reason={mayNotChange} onClose={onClose} />
  if (webhook.isFetchedAfterMount && webhook.data) {
    return <WebhookFormDialog organizationId={organizationId} webhook={webhook.data} onClose={onClose} onTest={onTest} onDirtyChange={setDirty} returnTo={actionsId(id)} />
  }
  if (webhook.isFetchedAfterMount && webhook.data === null) return <Gone onClose={onClose} />
  return (
    <Dialog open onClose={onClose} title={t('common.edit')}>
      {webhook.isError ? <Problem title={t('form.not_loaded')} error={webhook.error} onRetry={() => void webhook.refetch()} /> : <Skeleton rows={4} rowClass="h-10" />}
    </Dialog>
  )
}

function Gone({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open width="small" onClose={onClose} title={t('form.gone_title')} footer={<Button variant="primary" onClick={onClose}>{t('common.close')}</Button>}>
      <p>{t('form.gone')}</p>
    </Dialog>
  )
}
