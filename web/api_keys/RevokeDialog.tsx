import { useMutation, useQueryClient } from '@tanstack/react-query'
import { revokeApiKey, type ApiKey } from '../data/api_keys.ts'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { useOrganization } from '../session/organization.tsx'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { TimeText } from '../ui/Time.tsx'
import { toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/api_keys.ts'

/** Asks, and ends a key. */
export function RevokeDialog({ apiKey: { id, name, last_used_at }, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { organization } = useOrganization()
  const queryClient = useQueryClient()
  const list = queries.apiKeys(organization.id)
  const revocation = useMutation({
    mutationFn: () => revokeApiKey(id),
    onSuccess: () => {
      queryClient.setQueryData(list.queryKey, (keys) => keys?.filter((key) => key.id !== id))
      void queryClient.invalidateQueries({ queryKey: list.queryKey })
      toastSuccess(t('keys.revoked', { name }))
      onClose()
    },
  })
  return (
    <AlertDialog
      open
      danger
      title={t('keys.revoke_title', { name })}
      confirm={revocation.isPending ? t('keys.revoking') : t('keys.revoke_confirm')}
      pending={revocation.isPending}
      onClose={onClose}
      onConfirm={() => revocation.mutate()}
      error={revocation.isError ? notDone(revocation.error, t('keys.not_revoked', { reason: reason(revocation.error) })) : null}
      returnTo={`revoke-${id}`}
    >
      <p>
        {t('keys.revoke_text')}
        {last_used_at !== null && <> {t.rich('keys.revoke_used', { time: <TimeText at={last_used_at} /> })}</>}
      </p>
    </AlertDialog>
  )
}
