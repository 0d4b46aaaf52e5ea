import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Hourglass } from 'lucide-react'
import { useState } from 'react'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { endOldSecret, type SecretState } from '../data/secrets.ts'
import { useRefusal } from '../session/permission.ts'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { Button } from '../ui/Button.tsx'
import { useNow, useZone } from '../ui/clock.ts'
import { duration, exactTime } from '../ui/time_format.ts'
import { toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/secret.ts'
import { useWebhook } from './webhook_context.ts'

/** While a roll overlaps: until when the old secret works, and how to end it sooner. */
export function OldSecret({ state: { old_secret_expires_at: until } }: { state: Pick<SecretState, 'old_secret_expires_at'> }) {
  const { webhook } = useWebhook()
  const queryClient = useQueryClient()
  const refusal = useRefusal()
  const now = useNow()
  const zone = useZone()
  const [asking, setAsking] = useState(false)
  const end = useMutation({
    mutationFn: () => endOldSecret(webhook.id),
    onSuccess: () => {
      setAsking(false)
      toastSuccess(t('secret.ended'))
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.webhook(webhook.id) }),
  })
  const left = until === null ? 0 : Date.parse(until) - now.getTime()
  if (until === null || left <= 0) return null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-warning-border bg-warning-soft px-3 py-2.5">
      <p className="flex min-w-0 flex-1 basis-64 items-center gap-2">
        <Hourglass aria-hidden className="size-4 shrink-0 text-warning" />
        <span>
          {t('secret.old', { time: exactTime(until, zone) })}
          {' '}
          <span className="text-muted-foreground">{t('secret.old_left', { time: duration(left) })}</span>
        </span>
      </p>
      <Button size="small" onClick={() => setAsking(true)} unavailable={refusal('read_secret')}>{t('secret.end_now')}</Button>
      <AlertDialog
        open={asking}
        danger
        title={t('secret.end_title')}
        confirm={t('secret.end_confirm')}
        pending={end.isPending}
        error={end.isError ? notDone(end.error, t('secret.not_ended', { reason: reason(end.error) })) : null}
        onClose={() => setAsking(false)}
        onConfirm={() => end.mutate()}
        returnTo="roll-secret"
      >
        <p>{t('secret.end_text')}</p>
      </AlertDialog>
    </div>
  )
}
