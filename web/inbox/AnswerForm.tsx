import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { notDone, reason } from '../data/errors.ts'
import { ANSWER_STATUSES, setInboxAnswer, type Inbox } from '../data/inbox.ts'
import { queries } from '../data/queries.ts'
import { useOrganization } from '../session/organization.tsx'
import { Button } from '../ui/Button.tsx'
import { Select } from '../ui/Select.tsx'
import { duration } from '../ui/time_format.ts'
import { toastSuccess } from '../ui/toasts.ts'
import { answerText } from '../webhooks/answers.ts'
import { t } from '../words/inbox.ts'

const DELAYS_MS = [0, 250, 1_000, 3_000, 6_000, 10_000]
const LONGEST_BODY = 10_000

/** How the address answers, so that retries, timeouts and being turned off can be rehearsed. */
export function AnswerForm({ inbox }: { inbox: Inbox }) {
  const { organization } = useOrganization()
  const queryClient = useQueryClient()
  const id = useId()
  const [status, setStatus] = useState(String(inbox.answer_status))
  const [delay, setDelay] = useState(String(inbox.answer_delay_ms))
  const [body, setBody] = useState(inbox.answer_body ?? '')
  const limits = useQuery(queries.limits(organization.id))
  const answer = { status: Number(status), delayMs: Number(delay), body }
  const isDirty = answer.status !== inbox.answer_status || answer.delayMs !== inbox.answer_delay_ms || body !== (inbox.answer_body ?? '')
  const isLong = body.length > LONGEST_BODY
  const save = useMutation({
    mutationFn: () => setInboxAnswer(inbox.id, answer),
    onSuccess: () => toastSuccess(t('inbox.answer_saved', { status })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.inboxes(organization.id).queryKey }),
  })
  const problem = isLong ? t('inbox.body_long') : save.isError ? notDone(save.error, t('inbox.answer_not_saved', { reason: reason(save.error) })) : null
  const delays = [...new Set([...DELAYS_MS, inbox.answer_delay_ms])].sort((a, b) => a - b)
  return (
    <form
      className="flex flex-wrap items-start gap-x-2 gap-y-2 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isLong && !save.isPending) save.mutate()
      }}
    >
      <label htmlFor={`${id}-status`} className="flex h-9 items-center text-muted-foreground">{t('inbox.answer_with')}</label>
      <Select
        id={`${id}-status`}
        label={t('inbox.answer_with')}
        value={status}
        onChange={setStatus}
        options={ANSWER_STATUSES.map((code) => ({ value: String(code), label: answerText(code) }))}
      />
      <span className="flex items-center gap-2">
        <label htmlFor={`${id}-delay`} className="text-muted-foreground">{t('inbox.after')}</label>
        <Select id={`${id}-delay`} label={t('inbox.delay')} value={delay} onChange={setDelay} options={delays.map((ms) => ({ value: String(ms), label: duration(ms) }))} />
      </span>
      <div className="min-w-48 flex-1">
        <textarea
          rows={1}
          aria-label={t('inbox.body')}
          aria-invalid={isLong}
          placeholder={t('inbox.body_placeholder')}
          className="field min-h-9 resize-y font-mono text-[0.8125rem]"
          spellCheck={false}
          dir="ltr"
          disabled={status === '204'}
          value={status === '204' ? '' : body}
          onChange={(event) => setBody(event.target.value)}
        />
      </div>
      <Button type="submit" aria-busy={save.isPending} aria-disabled={!isDirty} onClick={(event) => { if (!isDirty) event.preventDefault() }}>
        {save.isPending ? t('common.saving') : t('inbox.save_answer')}
      </Button>
      {problem !== null && <p role="alert" className="w-full text-[0.8125rem] text-danger">{problem}</p>}
      {Number(delay) > (limits.data?.timeout_ms_default ?? 5_000) && <p className="w-full text-[0.8125rem] text-warning">{t('inbox.slow')}</p>}
    </form>
  )
}
