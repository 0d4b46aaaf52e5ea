import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { countReplay, startReplay } from '../data/replays.ts'
import { sendTest, setActive, type ListedWebhook } from '../data/webhooks.ts'
import { useCapabilities, useOrganization } from '../session/organization.tsx'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { CancelButton, Dialog } from '../ui/Dialog.tsx'
import { returnFocusTo } from '../ui/return_focus.ts'
import { duration } from '../ui/time_format.ts'
import { toastError, toastSuccess } from '../ui/toasts.ts'
import { t as list } from '../words/list.ts'
import { t } from '../words/test.ts'
import { answerText, cause } from './causes.ts'
import { TestVerdict } from './TestResult.tsx'

export type TurnOnDialogProps = {
  webhook: Pick<ListedWebhook, 'id' | 'name' | 'missed' | 'disabled_at' | 'failing_since'>
  onClose: () => void
  /** Id of the element that gets the focus back. */
  returnTo?: string
}

/** Tests a webhook that was turned off automatically, turns it on, and sends again what had failed. */
export default function TurnOnDialog({ webhook: { id, name, missed, disabled_at, failing_since }, onClose, returnTo }: TurnOnDialogProps) {
  const { organization } = useOrganization()
  const can = useCapabilities(organization.id)
  const queryClient = useQueryClient()
  const [resend, setResend] = useState(true)
  const resendId = useId()
  const [until] = useState(() => new Date().toISOString())
  const since = failing_since ?? disabled_at
  const timeoutMs = useQuery(queries.settings(id)).data?.timeout_ms ?? 5_000

  const failed = useQuery({
    queryKey: [...queries.webhook(id), 'failed_since', since],
    queryFn: () => countReplay(id, { from: since ?? until, to: until, states: ['failed'], eventTypes: null }),
    enabled: can.resend && since !== null,
  })
  const count = failed.data ?? 0

  const test = useMutation({ mutationFn: () => sendTest(id, {}) })
  const begun = useRef(false)
  const { mutate: sendNow } = test
  useEffect(() => {
    // Effects run twice under StrictMode; the receiver should hear from us once.
    if (begun.current) return
    begun.current = true
    sendNow()
  }, [sendNow])

  const turnOn = useMutation({
    mutationFn: () => setActive(id, true),
    onSuccess: async () => {
      onClose()
      if (resend && count > 0) await sendAgain()
      else toastSuccess(list('list.is_on', { name }))
    },
    onSettled: () => Promise.all([
      queryClient.invalidateQueries({ queryKey: queries.list(organization.id).queryKey }),
      queryClient.invalidateQueries({ queryKey: queries.webhook(id) }),
    ]),
  })
  async function sendAgain() {
    try {
      const { total } = await startReplay(id, { from: since ?? until, to: until, states: ['failed'], eventTypes: null })
      toastSuccess(t('turn_on.replayed', { name, n: total }))
    } catch (error) {
      toastError(notDone(error, t('turn_on.replay_failed', { name, reason: reason(error) }), name))
    }
  }

  const result = test.data
  const why = result && cause({ ...result, url: result.request.url, timeout_ms: timeoutMs })
  return (
    <Dialog
      open
      width="small"
      onClose={onClose}
      pending={turnOn.isPending}
      finalFocus={returnFocusTo(returnTo, 'create-webhook')}
      title={t('turn_on.title', { name })}
      footer={(
        <>
          {result?.ok === false || test.isError ? <Button onClick={() => test.mutate()}>{t('common.try_again')}</Button> : <CancelButton pending={turnOn.isPending} />}
          {!test.isPending && !test.isIdle && (
            <Button variant={result?.ok ? 'primary' : 'danger'} aria-busy={turnOn.isPending} onClick={() => { if (!turnOn.isPending) turnOn.mutate() }}>
              {result?.ok ? t('turn_on.confirm') : t('turn_on.anyway')}
            </Button>
          )}
        </>
      )}
    >
      <div role="status" className="space-y-2">
        {(test.isPending || test.isIdle) && <p className="text-muted-foreground">{t('turn_on.testing')}</p>}
        {test.isError && <p className="text-danger">{notDone(test.error, t('test.not_sent', { reason: reason(test.error) }))}</p>}
        {result && (
          <>
            <TestVerdict result={result} />
            {result.ok
              ? <p>{t('turn_on.works', { answer: answerText(result.status_code), time: duration(result.duration_ms ?? 0) })}</p>
              : (
                  <>
                    <p>{why?.sentence}</p>
                    <p className="text-muted-foreground">{t('turn_on.fails')}</p>
                  </>
                )}
          </>
        )}
      </div>
      {count > 0 && !test.isPending && (
        <div className="mt-4 flex items-start gap-2.5">
          <Checkbox id={resendId} checked={resend} onChange={setResend} />
          <label htmlFor={resendId} className="pt-0.5">{t('turn_on.replay', { n: count })}</label>
        </div>
      )}
      {missed > 0 && <p className="mt-3 text-[0.8125rem] text-muted-foreground">{t('turn_on.missed', { n: missed })}</p>}
      {turnOn.isError && <p role="alert" className="mt-3 text-danger">{notDone(turnOn.error, t('turn_on.failed', { name, reason: reason(turnOn.error) }))}</p>}
    </Dialog>
  )
}
