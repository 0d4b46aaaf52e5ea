import { Link2, RotateCcw, SquareTerminal } from 'lucide-react'
import { useState } from 'react'
import { useShortcuts } from '../app/shortcuts.ts'
import type { Attempt, DeliveryDetail } from '../data/deliveries.ts'
import { notDone, reason } from '../data/errors.ts'
import { useRefusal } from '../session/permission.ts'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { Button } from '../ui/Button.tsx'
import { CopyAction } from '../ui/CopyAction.tsx'
import { copyAndSay } from '../ui/copy_text.ts'
import { toastError, toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/delivery.ts'
import { CancelAction } from './CancelAction.tsx'
import { useLog } from './log_context.ts'
import { curlCommand, sentHeaders } from './sent_request.ts'
import { useResend } from './useResend.ts'
import { useSentBody } from './useSentBody.ts'

export function DeliveryActions({ detail, shown }: { detail: DeliveryDetail; shown: Attempt | null }) {
  const { webhook, listed } = useLog()
  const { delivery } = detail
  const { mutate, isPending } = useResend(webhook.organization_id, webhook.id)
  const refusal = useRefusal()
  const [asking, setAsking] = useState(false)
  const waits = delivery.state === 'pending'
  const unavailable = refusal('resend')
    ?? (delivery.is_test ? t('delivery.is_test')
      : !listed.is_active ? t('delivery.turn_on', { name: webhook.name })
        : delivery.state === 'sending' ? t('delivery.is_sending') : null)

  const send = () => mutate({ ids: [delivery.id], includeDelivered: true }, {
    onSuccess: ({ queued }) => (queued > 0 ? toastSuccess(t('delivery.queued')) : toastError(t('delivery.nothing_queued'))),
    onError: (error) => toastError(notDone(error, t('delivery.not_queued', { reason: reason(error) }))),
    onSettled: () => setAsking(false),
  })
  const ask = () => {
    if (unavailable !== null || isPending) return
    if (delivery.state === 'succeeded') setAsking(true)
    else send()
  }
  useShortcuts({ r: ask, y: () => void copyAndSay(delivery.id, t('delivery.id_copied')) })

  const signed = webhook.secret_hint !== null
  const sent = useSentBody(detail, signed)
  const body = sent.state === 'known' ? sent.body : null
  const noCurl = { known: null, hidden: refusal('read_payload') ?? t('delivery.no_curl'), loading: t('delivery.body_loading'), none: t('delivery.no_curl_failed'), failed: t('delivery.body_not_loaded') }
  return (
    <div>
      <div className="flex flex-wrap gap-2">
        <Button size="small" variant={delivery.state === 'failed' ? 'primary' : 'secondary'} icon={<RotateCcw aria-hidden />} aria-busy={isPending} unavailable={unavailable} onClick={ask}>
          {waits ? t('delivery.retry_now') : t('delivery.resend')}
        </Button>
        <CancelAction delivery={delivery} />
        <CopyAction label={t('delivery.copy_link')} icon={<Link2 aria-hidden />} text={() => `${location.origin}${location.pathname}`} />
        <CopyAction
          label={t('delivery.copy_curl')}
          icon={<SquareTerminal aria-hidden />}
          unavailable={noCurl[sent.state]}
          text={() => curlCommand(detail.webhook?.url ?? webhook.url, sentHeaders(detail, shown ?? { attempt: 1, created_at: delivery.created_at }, signed, webhook.header_names), body ?? '')}
        />
      </div>
      {unavailable !== null && <p aria-hidden className="mt-1.5 text-[0.8125rem] text-muted-foreground">{unavailable}</p>}
      <AlertDialog open={asking} onClose={() => setAsking(false)} title={t('delivery.again_title')} confirm={t('delivery.resend')} pending={isPending} onConfirm={send}>
        <p>{t('delivery.again')}</p>
      </AlertDialog>
    </div>
  )
}
