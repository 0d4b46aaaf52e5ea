import { useState } from 'react'
import { deliveryStatus, type Delivery } from '../data/deliveries.ts'
import { notDone, reason } from '../data/errors.ts'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/replay.ts'
import { useResend } from './useResend.ts'

type ResendDialogProps = { organizationId: string; webhookId: string; deliveries: readonly Delivery[]; onClose: () => void; onResent: () => void }

/** Asks before many are sent again, and leaves out what already arrived unless told otherwise. */
export default function ResendDialog({ organizationId, webhookId, deliveries, onClose, onResent }: ResendDialogProps) {
  const [includeDelivered, setIncludeDelivered] = useState(false)
  const { mutate, isPending, error, told } = useResend(organizationId, webhookId)
  const delivered = deliveries.filter(({ state }) => state === 'succeeded').length
  const retrying = deliveries.filter((delivery) => ['retrying', 'waiting'].includes(deliveryStatus(delivery))).length
  const n = includeDelivered ? deliveries.length : deliveries.length - delivered
  return (
    <AlertDialog
      open
      onClose={onClose}
      title={n === 0 ? t('resend.title_none') : t('resend.title', { n })}
      confirm={isPending ? t('resend.sending') : t('resend.confirm', { n })}
      unavailable={n === 0 ? t('resend.all_delivered', { n: deliveries.length }) : null}
      pending={isPending}
      error={error === null ? null : notDone(error, t('resend.failed', { reason: reason(error) }))}
      onConfirm={() => mutate({ ids: deliveries.map(({ id }) => id), includeDelivered }, {
        onSuccess: (result) => {
          toastSuccess(told(result))
          onResent()
        },
      })}
    >
      {delivered > 0 && (
        <>
          <p>{delivered === deliveries.length ? t('resend.all_delivered', { n: delivered }) : t('resend.skipped', { skipped: delivered, n: deliveries.length })}</p>
          <div className="flex items-start gap-2 text-foreground">
            <Checkbox id="resend-delivered" checked={includeDelivered} onChange={setIncludeDelivered} describedBy="resend-delivered-help" />
            <div className="pt-0.5">
              <label htmlFor="resend-delivered">{t('resend.include')}</label>
              <p id="resend-delivered-help" className="text-[0.8125rem] text-muted-foreground">{t('resend.include_help')}</p>
            </div>
          </div>
        </>
      )}
      {retrying > 0 && <p>{t('resend.waiting', { n: retrying })}</p>}
    </AlertDialog>
  )
}
