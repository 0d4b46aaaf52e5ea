import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { countReplay, startReplay, type ReplayInput } from '../data/replays.ts'
import type { Webhook } from '../data/webhooks.ts'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { useZone } from '../ui/clock.ts'
import { CancelButton, Dialog } from '../ui/Dialog.tsx'
import { Select } from '../ui/Select.tsx'
import { duration, zoneName } from '../ui/time_format.ts'
import { useQuiet } from '../ui/useQuiet.ts'
import { t } from '../words/replay.ts'
import { askedOf, fromInput, toInput, type LogFilters } from './delivery_filters.ts'

type ReplayDialogProps = { webhook: Webhook; isActive: boolean; filters: LogFilters; onClose: () => void }
const QUIET_MS = 400

/** Counts first, then sends many again. The replay itself is a stored job: closing the page does not stop it. */
export default function ReplayDialog({ webhook, isActive, filters, onClose }: ReplayDialogProps) {
  const queryClient = useQueryClient()
  const id = useId()
  const zone = useZone()
  const [opened] = useState(() => new Date())
  const window = askedOf({ ...filters, q: '' }, opened)
  const [from, setFrom] = useState(toInput(window.from_at ?? '', zone))
  const [to, setTo] = useState(toInput(window.to_at ?? '', zone))
  const [event, setEvent] = useState(filters.event.length === 1 && !filters.event[0]!.endsWith('*') ? filters.event[0]! : '')
  const [alsoNotSent, setAlsoNotSent] = useState(false)

  const types = useQuery(queries.eventTypes())
  const heard = webhook.events.includes('*') ? (types.data ?? []).map(({ name }) => name) : webhook.events
  const input: ReplayInput = {
    from: fromInput(from, zone), to: to === '' ? opened.toISOString() : fromInput(to, zone),
    states: alsoNotSent ? ['failed', 'cancelled'] : ['failed'], eventTypes: event === '' ? null : [event],
  }
  const isSpan = input.from !== '' && input.to !== '' && input.from < input.to
  const asked = useQuiet(JSON.stringify(input), QUIET_MS)
  const count = useQuery({
    queryKey: [...queries.webhook(webhook.id), 'replay_count', asked],
    queryFn: () => countReplay(webhook.id, JSON.parse(asked) as ReplayInput),
    enabled: isSpan, staleTime: 0, gcTime: 0, retry: false,
  })
  const isCounted = isSpan && asked === JSON.stringify(input) && count.isSuccess && !count.isFetching
  const n = isCounted ? count.data : null
  const start = useMutation({
    mutationFn: () => startReplay(webhook.id, input),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: queries.webhook(webhook.id) })
      onClose()
    },
  })
  const blocked = !isActive ? t('replay.off', { name: webhook.name }) : !isSpan ? t('replay.wrong_span') : n === null ? t('replay.counting') : n === 0 ? t('replay.none') : null
  return (
    <Dialog
      open
      onClose={onClose}
      pending={start.isPending}
      dismissable={false}
      title={t('replay.title')}
      width="small"
      footer={(
        <>
          <CancelButton pending={start.isPending} />
          <Button variant="primary" aria-busy={start.isPending} unavailable={blocked} onClick={() => { if (!start.isPending) start.mutate() }}>
            {start.isPending ? t('replay.starting') : n === null || n === 0 ? t('replay.start_none') : t('replay.start', { n })}
          </Button>
        </>
      )}
    >
      <div className="space-y-4">
        <div className="grid gap-x-3 gap-y-3 sm:grid-cols-[1.4fr_1fr]">
          <label htmlFor={`${id}-from`}>
            <span className="mb-1.5 block font-medium">{t('replay.from')}</span>
            <input id={`${id}-from`} type="datetime-local" className="field" value={from} onChange={(change) => setFrom(change.target.value)} />
          </label>
          <div>
            <label htmlFor={`${id}-to`} className="mb-1.5 block font-medium">{t('replay.to')}</label>
            <Select
              id={`${id}-to`}
              label={t('replay.to')}
              className="w-full"
              value={to === '' ? 'now' : 'time'}
              onChange={(next) => setTo(next === 'now' ? '' : toInput(opened.toISOString(), zone))}
              options={[{ value: 'now', label: t('replay.now') }, { value: 'time', label: t('replay.to_time') }]}
            />
            {to !== '' && <input type="datetime-local" aria-label={t('replay.to')} className="field mt-2" value={to} onChange={(change) => setTo(change.target.value)} />}
          </div>
        </div>
        <p className="-mt-2 text-[0.8125rem] text-muted-foreground">{t('replay.zone', { zone: zoneName(zone) })}</p>
        <div>
          <label htmlFor={`${id}-events`} className="mb-1.5 block font-medium">{t('replay.events')}</label>
          <Select
            id={`${id}-events`}
            label={t('replay.events')}
            className="w-full"
            value={event}
            onChange={setEvent}
            options={[{ value: '', label: t('replay.all_events') }, ...[...new Set([...heard, ...(event === '' ? [] : [event])])].map((name) => ({ value: name, label: name }))]}
          />
        </div>
        <label htmlFor={`${id}-not-sent`} className="flex items-center gap-2">
          <Checkbox id={`${id}-not-sent`} checked={alsoNotSent} onChange={setAlsoNotSent} label={t('replay.also_not_sent')} />
          {t('replay.also_not_sent')}
        </label>
        <div role="status" className="min-h-16 rounded-lg bg-muted px-3 py-2.5">
          {!isSpan ? <p className="text-danger">{t('replay.wrong_span')}</p> : <Count n={n} error={count.error} rate={webhook.rate_limit} />}
          {!isActive && <p className="text-danger">{t('replay.off', { name: webhook.name })}</p>}
        </div>
        {start.isError && <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger">{notDone(start.error, t('replay.not_started', { reason: reason(start.error) }))}</p>}
      </div>
    </Dialog>
  )
}

function Count({ n, error, rate }: { n: number | null; error: unknown; rate: number | null }) {
  if (error !== null && n === null) return <p className="text-danger">{t('replay.not_counted', { reason: reason(error) })}</p>
  if (n === null) return <p className="text-muted-foreground">{t('replay.counting')}</p>
  if (n === 0) return <p>{t('replay.none')}</p>
  return (
    <>
      <p>{rate === null ? t('replay.count', { n }) : t('replay.count_limited', { n, rate })}</p>
      <p className="text-muted-foreground">{rate !== null && `${t('replay.takes', { time: duration(Math.max(1, Math.ceil(n / rate)) * 1_000) })} `}{t('replay.skips')}</p>
    </>
  )
}
