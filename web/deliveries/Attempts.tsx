import { Link, useLocation } from 'react-router'
import type { Attempt, DeliveryDetail } from '../data/deliveries.ts'
import { useNow, useZone } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { TimeText } from '../ui/Time.tsx'
import { duration, exactTime } from '../ui/time_format.ts'
import { t } from '../words/delivery.ts'
import { answerName } from '../webhooks/answers.ts'
import { useLog } from './log_context.ts'

/** Every attempt, newest first, and when the next one comes. An attempt leads to its response. */
export function Attempts({ detail, shown }: { detail: DeliveryDetail; shown: Attempt | null }) {
  const { delivery, attempts } = detail
  const { search } = useLocation()
  const zone = useZone()
  const isWaiting = delivery.state === 'pending' && delivery.next_attempt_at !== null
  return (
    <section aria-labelledby="attempts-heading" className="px-4 py-3.5">
      <h3 id="attempts-heading" className="font-semibold">{t('delivery.attempts')}</h3>
      {attempts.length === 0 && !isWaiting && <p className="mt-1 text-muted-foreground">{t('delivery.none_yet')}</p>}
      <ol className="relative mt-2 -ms-1">
        {isWaiting && <NextAttempt at={delivery.next_attempt_at!} />}
        {attempts.map((attempt, index) => (
          <li key={attempt.id} className="relative flex gap-2">
            {(index < attempts.length - 1) && <span aria-hidden className="absolute top-4 -bottom-4 start-[11px] w-px bg-border" />}
            <Link
              to={{ search, hash: `#attempt-${attempt.attempt}` }}
              replace
              preventScrollReset
              aria-current={attempt === shown ? 'true' : undefined}
              className={cx('relative grid min-h-8 w-full min-w-0 grid-cols-[3.75rem_max-content_minmax(0,1fr)] items-baseline gap-x-2 rounded-md py-1.5 pe-2 ps-7 text-[0.8125rem] hover:bg-muted', attempt === shown && 'bg-muted')}
            >
              <Dot attempt={attempt} />
              <span className="font-medium whitespace-nowrap">{index === 0 && delivery.max_attempts > 1 ? t('delivery.attempt_of', { n: attempt.attempt, max: delivery.max_attempts }) : attempt.attempt}</span>
              <span className="text-muted-foreground" title={exactTime(attempt.created_at, zone)}><TimeText at={attempt.created_at} /></span>
              <span className="flex flex-wrap items-baseline justify-end gap-x-2 text-end">
                <span className={isSuccess(attempt) ? undefined : 'text-danger'}>{attempt.status_code ?? answerName(attempt.error_code ?? '')}</span>
                <span className="w-14 text-end whitespace-nowrap text-muted-foreground">{attempt.duration_ms === null ? '' : duration(attempt.duration_ms)}</span>
              </span>
              {attempt.superseded && <span className="col-span-full text-xs text-muted-foreground">{t('delivery.superseded')}</span>}
            </Link>
          </li>
        ))}
      </ol>
    </section>
  )
}

const isSuccess = ({ status_code: code, error_code }: Attempt) => error_code === null && code !== null && code >= 200 && code < 300

function Dot({ attempt }: { attempt: Attempt }) {
  const good = isSuccess(attempt)
  return (
    <svg aria-hidden viewBox="0 0 16 16" className={cx('absolute top-2 start-[3px] size-4 rounded-full bg-card', good ? 'text-success' : 'text-danger')}>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      {good
        ? <path d="M5 8.2 7.2 10.4 11 6.2" className="stroke-card" fill="none" strokeWidth="1.8" strokeLinecap="round" />
        : <path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" className="stroke-card" fill="none" strokeWidth="1.8" strokeLinecap="round" />}
    </svg>
  )
}

function NextAttempt({ at }: { at: string }) {
  const { listed } = useLog()
  const now = useNow()
  const zone = useZone()
  return (
    <li className="relative grid min-h-8 grid-cols-[3.75rem_minmax(0,1fr)] items-center gap-x-2 py-1 pe-2 ps-7 text-[0.8125rem]">
      <span aria-hidden className="absolute top-4 -bottom-4 start-[11px] w-px bg-border" />
      <span aria-hidden className="absolute top-2 start-[3px] size-4 rounded-full border-2 border-dashed border-input bg-card" />
      <span className="font-medium">{t('delivery.next_attempt')}</span>
      <span className="text-muted-foreground" title={exactTime(at, zone)}>
        {!listed.is_active ? t('delivery.next_off', { name: listed.name }) : Date.parse(at) <= now.getTime() ? t('delivery.next_due') : <TimeText isNext at={at} />}
      </span>
    </li>
  )
}
