import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleAlert, Send } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { aboutTested, TEST_EVENT } from '../../functions/core/test_event.ts'
import type { EventType } from '../data/catalog.ts'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { sendTest, type Webhook } from '../data/webhooks.ts'
import { useOrganization } from '../session/organization.tsx'
import { useRefusal } from '../session/permission.ts'
import { Button, ButtonLink } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { Json } from '../ui/Json.tsx'
import { RadioGroup } from '../ui/RadioGroup.tsx'
import { returnFocusTo } from '../ui/return_focus.ts'
import { Select } from '../ui/Select.tsx'
import { t } from '../words/test.ts'
import { parseObject } from './json_problem.ts'
import { NotAllowedDialog } from './NotAllowedDialog.tsx'
import { TestResult } from './TestResult.tsx'
import { useToggle } from './useToggle.ts'

export type TestDialogProps = {
  webhook: Pick<Webhook, 'id' | 'name' | 'events' | 'is_active'>
  /** Chosen at first; otherwise the first event the webhook listens to. */
  eventType?: string | null
  onClose: () => void
  /** Id of the element that gets the focus back. */
  returnTo?: string
}

const DEFAULT_TIMEOUT_MS = 5_000

/** Sends one event and shows what came back. Lazily loaded: `lazy(() => import('…/TestDialog.tsx'))`. */
export default function TestDialog(props: TestDialogProps) {
  const mayNotTest = useRefusal()('test')
  return mayNotTest === null ? <Tester {...props} /> : <NotAllowedDialog title={t('common.test_event')} reason={mayNotTest} onClose={props.onClose} />
}

function Tester({ webhook, eventType, onClose, returnTo }: TestDialogProps) {
  const queryClient = useQueryClient()
  const types = useQuery(queries.eventTypes()).data ?? []
  const timeoutMs = useQuery(queries.settings(webhook.id)).data?.timeout_ms ?? DEFAULT_TIMEOUT_MS
  const groups = inTwoGroups(types, webhook.events)
  const [picked, setPicked] = useState(eventType ?? null)
  const type = types.find(({ name }) => name === picked) ?? groups[0]?.types[0]
  // What was typed stays, whatever else is chosen meanwhile.
  const [typed, setTyped] = useState<string | null>(null)
  const [isEditing, setEditing] = useState(false)
  const data = type?.sample.data ?? {}
  const sample = JSON.stringify(type?.name === TEST_EVENT ? aboutTested(data, webhook.id) : data, null, 2)
  const edited = isEditing ? (typed ?? sample) : null
  const payload = edited === null ? null : parseObject(edited)
  const waiting = useRef<AbortController | null>(null)
  const [stopped, setStopped] = useState(false)

  const test = useMutation({
    mutationFn: () => {
      waiting.current = new AbortController()
      setStopped(false)
      return sendTest(webhook.id, { ...(type ? { event_type: type.name } : {}), ...(payload?.ok ? { data: payload.value } : {}) }, waiting.current.signal)
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.allDeliveries(webhook.id) }),
  })
  const stop = () => {
    waiting.current?.abort()
    setStopped(true)
  }
  useEffect(() => () => waiting.current?.abort(), [])

  const resultArea = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (test.isSuccess || test.isError) resultArea.current?.scrollIntoView({ block: 'nearest' })
  }, [test.isSuccess, test.isError, test.submittedAt])

  const seconds = useSecondsWhile(test.isPending)
  const canSend = !test.isPending && (payload === null || payload.ok)
  return (
    <Dialog
      open
      onClose={onClose}
      dismissable={false}
      finalFocus={returnFocusTo(returnTo)}
      title={t('test.title', { name: webhook.name })}
      footer={(
        <>
          {test.data?.delivery_id && (
            <ButtonLink to={`/settings/webhooks/${webhook.id}/deliveries/${test.data.delivery_id}?tests=1`}>{t('test.view_delivery')}</ButtonLink>
          )}
          {test.isPending && <Button onClick={stop}>{t('test.stop')}</Button>}
          <Button
            variant="primary"
            aria-busy={test.isPending}
            icon={<Send aria-hidden />}
            unavailable={payload?.ok === false ? payload.problem : null}
            onClick={() => { if (canSend) test.mutate() }}
          >
            {test.isPending ? t('test.sending', { n: seconds }) : test.isIdle ? t('common.test_event') : t('test.again')}
          </Button>
        </>
      )}
    >
      <div className="space-y-2">
        <Field label={t('test.event')} hint={type?.description}>
          {({ id, 'aria-describedby': describedBy }) => (
            <Select
              id={id}
              describedBy={describedBy}
              label={t('test.event')}
              className="w-full"
              value={type?.name ?? ''}
              onChange={setPicked}
              options={groups.map(({ heading, types: inGroup }) => ({ group: heading, options: inGroup.map(({ name }) => ({ value: name, label: name })) }))}
            />
          )}
        </Field>
        <fieldset>
          <legend className="mb-1.5 font-medium">{t('test.payload')}</legend>
          <RadioGroup
            inline
            label={t('test.payload')}
            value={edited === null ? 'sample' : 'edit'}
            onChange={(mode) => setEditing(mode === 'edit')}
            options={[{ value: 'sample', label: t('test.sample') }, { value: 'edit', label: t('test.edit') }]}
          />
          <div className="mt-2.5">
            {edited === null
              ? <Json text={sample} label={t('test.payload_label')} wrappable={false} short />
              : (
                  <Field label={<span className="sr-only">{t('test.payload_label')}</span>} error={payload?.ok === false ? payload.problem : undefined}>
                    {(parts) => (
                      <textarea {...parts} className="field max-h-96 font-mono text-[0.8125rem]" rows={Math.min(14, edited.split('\n').length + 1)} dir="ltr" spellCheck={false} value={edited} onChange={(event) => setTyped(event.target.value)} />
                    )}
                  </Field>
                )}
          </div>
        </fieldset>
        <p className="pt-1 text-[0.8125rem] text-muted-foreground">
          {t('test.note')}
          {!webhook.is_active && ` ${t('test.is_off', { name: webhook.name })}`}
        </p>
        <div ref={resultArea} role="status" aria-label={t('test.result')} className="pt-1">
          {!test.isIdle && !test.isPending && (
            <div className="border-t border-border pt-4">
              {stopped
                ? <p className="text-muted-foreground">{t('test.stopped')}</p>
                : test.isError
                  ? <p className="flex gap-2 text-danger"><CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />{notDone(test.error, t('test.not_sent', { reason: reason(test.error) }))}</p>
                  : test.data && <TestResult result={test.data} timeoutMs={timeoutMs} />}
              {test.data?.ok && !webhook.is_active && <TurnOnOffer webhook={webhook} />}
            </div>
          )}
        </div>
      </div>
    </Dialog>
  )
}

/** A webhook that has just answered well and is still off. */
function TurnOnOffer({ webhook }: Pick<TestDialogProps, 'webhook'>) {
  const { organization } = useOrganization()
  const { toggle, isPending } = useToggle(organization.id, webhook)
  return (
    <div className="mt-3 flex flex-wrap items-center justify-between gap-3 rounded-lg bg-success-soft px-3.5 py-2.5">
      <p>{t('test.turn_on_offer', { name: webhook.name })}</p>
      <Button size="small" aria-busy={isPending} onClick={() => { if (!isPending) toggle(true) }}>{t('test.turn_on')}</Button>
    </div>
  )
}

/** What the webhook listens to first, then the rest of the catalog. */
function inTwoGroups(types: readonly EventType[], events: readonly string[]): { heading: string; types: EventType[] }[] {
  const all = events.includes('*')
  const subscribed = types.filter(({ name, source }) => (all ? source !== 'tablehook' : events.includes(name)))
  const others = types.filter((type) => !subscribed.includes(type))
  return [{ heading: t('test.subscribed'), types: subscribed }, { heading: t('test.others'), types: others }].filter((group) => group.types.length > 0)
}

function useSecondsWhile(running: boolean): number {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    if (!running) return
    const begun = Date.now()
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - begun) / 1_000)), 250)
    return () => {
      clearInterval(timer)
      setSeconds(0)
    }
  }, [running])
  return seconds
}
