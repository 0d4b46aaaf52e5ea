import { Ban } from 'lucide-react'
import { useState } from 'react'
import type { DeliveryDetail } from '../data/deliveries.ts'
import { notDone, reason } from '../data/errors.ts'
import { useRefusal } from '../session/permission.ts'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { Button } from '../ui/Button.tsx'
import { toastError, toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/delivery.ts'
import { useLog } from './log_context.ts'
import { useCancel } from './useCancel.ts'

/** Gives a delivery up that waits; shows nothing for others. Asks first, since its receiver will miss the event. */
export function CancelAction({ delivery }: { delivery: DeliveryDetail['delivery'] }) {
  const { webhook } = useLog()
  const { mutate, isPending } = useCancel(webhook.id)
  const refusal = useRefusal()
  const [asking, setAsking] = useState(false)
  const confirm = () => mutate(delivery.id, {
    onSuccess: ({ cancelled }) => (cancelled > 0 ? toastSuccess(t('delivery.cancelled')) : toastError(t('delivery.nothing_cancelled'))),
    onError: (error) => toastError(notDone(error, t('delivery.not_cancelled', { reason: reason(error) }))),
    onSettled: () => setAsking(false),
  })
  return (
    <>
      {delivery.state === 'pending' && <Button size="small" icon={<Ban aria-hidden />} unavailable={refusal('resend')} onClick={() => setAsking(true)}>{t('delivery.cancel')}</Button>}
      <AlertDialog open={asking} onClose={() => setAsking(false)} returnTo="delivery-heading" title={t('delivery.cancel_title')} confirm={t('delivery.cancel_confirm')} pending={isPending} onConfirm={confirm}>
        <p>{webhook.ordered ? t('delivery.cancel_ordered') : t('delivery.cancel_help')}</p>
      </AlertDialog>
    </>
  )
}
