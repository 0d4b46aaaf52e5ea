import { memo } from 'react'
import { Link } from 'react-router'
import type { Delivery } from '../data/deliveries.ts'
import { Checkbox } from '../ui/Checkbox.tsx'
import { useTimely, useZone } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { TimeText } from '../ui/Time.tsx'
import { duration, exactTime } from '../ui/time_format.ts'
import { t } from '../words/deliveries.ts'
import { shortAnswer } from '../webhooks/answers.ts'
import { StatusMark } from './StatusMark.tsx'

// Wide: columns. Narrow (a phone, or beside an open delivery): two lines. The cells are the same, in the same order of reading;
// only where they stand differs, so the wrappers of the two lines disappear when there is room.
export const rowLayout = '@3xl:grid @3xl:grid-cols-[1.75rem_8.25rem_minmax(0,1fr)_8rem_4rem_4.5rem_7rem] @4xl:grid-cols-[1.75rem_11.25rem_minmax(0,1fr)_10rem_4.5rem_5rem_8rem] @3xl:items-center @3xl:gap-x-3'
export const columnOrder = { select: '@3xl:order-0', event: '@3xl:order-2', sent: '@3xl:order-6', status: '@3xl:order-1', answer: '@3xl:order-3', time: '@3xl:order-4', attempts: '@3xl:order-5' }

/** Where focus returns to when the delivery is closed. */
export const rowLinkId = (deliveryId: string) => `delivery-${deliveryId}`

type DeliveryRowProps = {
  delivery: Delivery
  to: string
  isOpen: boolean
  selected: boolean
  onSelect: (id: string, selected: boolean) => void
  /** Whether the webhook is on: waiting deliveries go out only then. */
  isActive: boolean
  /** Beyond the first page: laid out once it is near the window. */
  isFar: boolean
}

export const DeliveryRow = memo(function DeliveryRow({ delivery, to, isOpen, selected, onSelect, isActive, isFar }: DeliveryRowProps) {
  const { id, event_type, is_test, last_duration_ms } = delivery
  const answer = shortAnswer(delivery)
  const zone = useZone()
  return (
    <div
      role="row"
      data-delivery={id}
      className={cx(
        'relative flex gap-x-2 border-t border-border px-3 py-2 first:border-t-0 @3xl:min-h-11 @3xl:py-1',
        isFar && '[content-visibility:auto] [contain-intrinsic-height:auto_2.75rem] @3xl:[contain-intrinsic-height:auto_2.1875rem]',
        rowLayout, isOpen || selected ? 'bg-accent' : 'has-[a:hover]:bg-muted',
      )}
    >
      <div role="cell" className={cx('relative z-1 -my-0.5 flex items-center self-start @3xl:self-center', columnOrder.select)}>
        {!is_test && <Checkbox checked={selected} onChange={(checked) => onSelect(id, checked)} label={t('deliveries.select', { event: event_type, time: exactTime(delivery.created_at, zone) })} />}
      </div>
      <div role="none" className="min-w-0 flex-1 @3xl:contents">
        <div role="none" className="flex min-w-0 items-baseline justify-between gap-3 @3xl:contents">
          <div role="cell" className={cx('flex min-w-0 items-center gap-2', columnOrder.event)}>
            <Link
              id={rowLinkId(id)}
              to={to}
              aria-current={isOpen ? 'true' : undefined}
              className="min-w-0 truncate rounded-sm font-mono text-[0.8125rem] outline-offset-3 after:absolute after:inset-0"
            >
              <bdi>{event_type}</bdi>
            </Link>
            {is_test && <span className="shrink-0 rounded border border-border bg-card px-1.5 text-xs leading-5 text-muted-foreground">{t('deliveries.test')}</span>}
          </div>
          <div role="cell" className={cx('shrink-0 text-end whitespace-nowrap text-muted-foreground @max-3xl:text-[0.8125rem] @3xl:text-start', columnOrder.sent)}>
            <Sent delivery={delivery} isActive={isActive} />
          </div>
        </div>
        <div role="none" className="mt-0.5 flex min-w-0 flex-wrap items-center gap-x-3 text-muted-foreground @max-3xl:text-[0.8125rem] @3xl:contents">
          <div role="cell" className={cx('flex min-w-0', columnOrder.status)}><StatusMark delivery={delivery} /></div>
          <div role="cell" className={cx('truncate', columnOrder.answer, answer !== null && delivery.state !== 'succeeded' && 'text-foreground', answer === null && '@max-3xl:hidden')}>{answer ?? t('deliveries.none_value')}</div>
          <div role="cell" className={cx('whitespace-nowrap', columnOrder.time, last_duration_ms === null && '@max-3xl:hidden')}>{last_duration_ms === null ? t('deliveries.none_value') : duration(last_duration_ms)}</div>
          <div role="cell" className={cx('whitespace-nowrap', columnOrder.attempts, delivery.attempt_count <= 1 && '@max-3xl:hidden')}>{attempts(delivery)}</div>
        </div>
      </div>
    </div>
  )
})

/** When it was sent; of one that waits, when it will be. */
function Sent({ delivery: { state, attempt_count, next_attempt_at, created_at }, isActive }: Pick<DeliveryRowProps, 'delivery' | 'isActive'>) {
  const isDue = useTimely((now) => next_attempt_at !== null && Date.parse(next_attempt_at) <= now.getTime())
  if (state !== 'pending' || next_attempt_at === null) return <TimeText at={created_at} />
  if (!isActive) return t('deliveries.paused')
  if (isDue) return attempt_count === 0 ? <TimeText at={created_at} /> : t('deliveries.due')
  return t.rich('deliveries.next', { time: <TimeText isNext at={next_attempt_at} /> })
}

function attempts({ state, attempt_count: n, max_attempts: max }: Delivery): string {
  if (state === 'cancelled' && n === 0) return t('deliveries.none_value')
  return n > 1 || state === 'failed' ? t('deliveries.attempts_of', { n, max }) : String(n)
}
