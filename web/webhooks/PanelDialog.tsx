import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Navigate } from 'react-router'
import { queries } from '../data/queries.ts'
import type { ListedWebhook } from '../data/webhooks.ts'
import { useOrganization } from '../session/organization.tsx'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { t } from '../words/form.ts'
import { CreatedDialog } from './CreatedDialog.tsx'
import { NotAllowedDialog } from './NotAllowedDialog.tsx'
import TestDialog from './TestDialog.tsx'
import { usePanel, type Panel } from './usePanel.ts'
import type { Saved } from './useWebhookForm.ts'
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
  // Here and nowhere else: a secret has no business in an address, nor in what a browser stores.
  const [made, setMade] = useState<Saved | null>(null)

  if (panel === 'create') {
    if (cannotCreate !== null) return <NotAllowedDialog title={t('common.create_webhook')} reason={cannotCreate} onClose={onClose} />
    return (
      <WebhookFormDialog
        key="create"
        organizationId={organization.id}
        webhook={null}
        initial={{ ...(event === undefined ? {} : { events: [event] }), ...(url === undefined ? {} : { url }) }}
        onClose={onClose}
        onCreated={(saved) => {
          setMade(saved)
          // In place of the form: neither Back nor a reload must lead to an empty one, where the same webhook would be created again.
          openPanel({ panel: 'created', hook: saved.id }, { replace: true })
        }}
        returnTo="create-webhook"
      />
    )
  }
  if (panel === 'created') {
    // After a reload the secret is gone from here; the page of the webhook has it.
    if (made === null || made.id !== hook) return <Navigate to={`/settings/webhooks/${encodeURIComponent(hook ?? '')}`} replace />
    return <CreatedDialog saved={made} onClose={onClose} onTest={() => openPanel({ panel: 'test', hook: made.id }, { replace: true })} returnTo="create-webhook" />
  }
  if (panel === 'test') {
    const webhook = webhooks?.find(({ id }) => id === hook)
    if (webhook) return <TestDialog key={webhook.id} webhook={webhook} {...(event === undefined ? {} : { eventType: event })} onClose={onClose} returnTo={actionsId(webhook.id)} />
    return webhooks === undefined ? null : <Gone onClose={onClose} />
  }
  return <EditDialog key={hook} id={hook ?? ''} organizationId={organization.id} onClose={onClose} />
}

function EditDialog({ id, organizationId, onClose }: { id: string; organizationId: string; onClose: () => void }) {
  const mayNotChange = useRefusal()('manage')
  const [isDirty, setDirty] = useState(false)
  // Always fresh: an edit that starts from an old copy would overwrite what somebody saved since.
  const webhook = useQuery({ ...queries.settings(id), staleTime: 0, refetchOnWindowFocus: false })
  // What is typed stays, whatever has become of one's role since: it can be copied at least.
  if (mayNotChange !== null && !isDirty) return <NotAllowedDialog title={t('common.edit')} reason={mayNotChange} onClose={onClose} />
  if (webhook.isFetchedAfterMount && webhook.data) {
    return <WebhookFormDialog organizationId={organizationId} webhook={webhook.data} onClose={onClose} onDirtyChange={setDirty} returnTo={actionsId(id)} />
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
