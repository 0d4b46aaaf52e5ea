import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { deleteWebhook, type Webhook } from '../data/webhooks.ts'
import { useOrganization } from '../session/organization.tsx'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/test.ts'

export type DeleteDialogProps = {
  webhook: Pick<Webhook, 'id' | 'name'>
  onClose: () => void
  onDeleted: () => void
  /** Id of the element that gets the focus back when nothing was deleted. */
  returnTo?: string
}

/** Says what deleting means, in numbers, and deletes. */
export default function DeleteDialog({ webhook: { id, name }, onClose, onDeleted, returnTo }: DeleteDialogProps) {
  const { organization } = useOrganization()
  const queryClient = useQueryClient()
  const list = queries.list(organization.id)
  const facts = useQuery(list).data?.find((webhook) => webhook.id === id)
  const limits = useQuery(queries.limits(organization.id)).data

  const deletion = useMutation({
    mutationFn: () => deleteWebhook(id),
    onSuccess: () => {
      queryClient.setQueryData(list.queryKey, (rows) => rows?.filter((row) => row.id !== id))
      queryClient.removeQueries({ queryKey: queries.webhook(id) })
      void queryClient.invalidateQueries({ queryKey: queries.organization(organization.id) })
      toastSuccess(t('delete.deleted', { name }))
      onDeleted()
    },
  })

  return (
    <AlertDialog
      open
      danger
      title={t('delete.title', { name })}
      confirm={deletion.isPending ? t('delete.deleting') : t('delete.confirm')}
      pending={deletion.isPending}
      onClose={onClose}
      onConfirm={() => deletion.mutate()}
      error={deletion.isError ? notDone(deletion.error, t('delete.failed', { name, reason: reason(deletion.error) })) : null}
      {...(returnTo === undefined ? {} : { returnTo })}
    >
      <p>
        {facts && facts.delivered_24h > 0 && `${t('delete.sent', { n: facts.delivered_24h })} `}
        {facts && facts.waiting > 0 ? t('delete.waiting', { n: facts.waiting }) : t('delete.stops')}
        {limits && ` ${t('delete.log_kept', { n: limits.retention_days })}`}
      </p>
    </AlertDialog>
  )
}
