import { useLocation } from 'react-router'
import type { Attempt, DeliveryDetail } from '../data/deliveries.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Time } from '../ui/Time.tsx'
import { duration } from '../ui/time_format.ts'
import { cause, type Cause } from '../webhooks/causes.ts'
import { t } from '../words/delivery.ts'
import { Attempts } from './Attempts.tsx'
import { DeliveryActions } from './DeliveryActions.tsx'
import { useLog } from './log_context.ts'
import { RequestSection } from './RequestSection.tsx'
import { ResponseSection } from './ResponseSection.tsx'
import { StatusBadge } from './StatusMark.tsx'

export function DeliveryContent({ detail }: { detail: DeliveryDetail }) {
  const { listed } = useLog()
  const { delivery, event, attempts } = detail
  const { hash } = useLocation()
  const shown = attempts.find(({ attempt }) => hash === `#attempt-${attempt}`) ?? attempts[0] ?? null
  const { sentence, advice } = verdict(detail, listed.is_active)
  return (
    <div className="divide-y divide-border">
      <div className="space-y-3 px-4 py-3.5">
        <div className="flex flex-wrap items-center gap-2">
          <StatusBadge delivery={delivery} />
          {delivery.is_test && <span className="rounded border border-border px-1.5 text-xs leading-5 text-muted-foreground">{t('delivery.test')}</span>}
          {event !== null && <span className="ms-auto text-[0.8125rem] text-muted-foreground"><Time at={event.occurred_at} /></span>}
        </div>
        <div>
          <p className="font-medium wrap-anywhere">{sentence}</p>
          {advice !== null && <p className="mt-0.5 wrap-anywhere text-muted-foreground">{advice}</p>}
        </div>
        <DeliveryActions detail={detail} shown={shown} />
        <dl className="text-[0.8125rem]">
          <Id label={t('delivery.id_label')} id={delivery.id} what={t('delivery.id')} />
          <Id label={t('delivery.event_label')} id={delivery.event_id} what={t('delivery.event_id')} />
        </dl>
      </div>
      <Attempts detail={detail} shown={shown} />
      {shown !== null && <ResponseSection attempt={shown} />}
      <RequestSection detail={detail} attempt={shown} />
    </div>
  )
}

function Id({ label, id, what }: { label: string; id: string; what: string }) {
  return (
    <div className="flex items-center gap-2">
      <dt className="w-16 shrink-0 text-muted-foreground">{label}</dt>
      <dd className="flex min-w-0 items-center gap-1">
        <bdi className="truncate font-mono text-xs" title={id}>{id}</bdi>
        <CopyButton text={id} what={what} />
      </dd>
    </div>
  )
}

/** What happened, for a person: the sentence for the state or for the last attempt, and what helps. */
function verdict({ delivery, webhook, attempts }: DeliveryDetail, isActive: boolean): Cause {
  const last = attempts.find(({ superseded }) => !superseded) ?? null
  const name = webhook?.name ?? ''
  switch (delivery.state) {
    case 'succeeded': {
      const time = duration(delivery.last_duration_ms ?? 0)
      return { sentence: delivery.on_resend ? t('delivery.reached_on_resend', { time }) : t('delivery.reached', { time }), advice: null }
    }
    case 'sending': return { sentence: t('delivery.is_sending'), advice: null }
    case 'cancelled': return because({ status_code: null, error_code: delivery.last_error_code === 'expired' ? 'expired' : 'cancelled' }, webhook)
    case 'pending': {
      const waits = isActive ? t('delivery.is_waiting') : t('delivery.is_waiting_off', { name })
      return delivery.attempt_count === 0 || last === null ? { sentence: waits, advice: null } : because(last, webhook)
    }
    case 'failed': {
      const reason = because(last ?? { status_code: delivery.last_status_code, error_code: delivery.last_error_code }, webhook)
      return reason.promisesRetry ? { ...reason, advice: t('delivery.no_more') } : reason
    }
  }
}

function because(
  attempt: Pick<Attempt, 'status_code' | 'error_code'> & Partial<Pick<Attempt, 'error_detail' | 'response_headers'>>, webhook: DeliveryDetail['webhook'],
): Cause {
  return cause({
    status_code: attempt.status_code, error_code: attempt.error_code, error_detail: attempt.error_detail, headers: attempt.response_headers,
    url: webhook?.url ?? '', timeout_ms: webhook?.timeout_ms ?? 0,
  }) ?? { sentence: t('delivery.is_waiting'), advice: null }
}
