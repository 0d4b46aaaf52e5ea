import { ChevronRight, X } from 'lucide-react'
import { Link } from 'react-router'
import type { Overview } from '../data/overview.ts'
import { shortAnswer } from '../webhooks/answers.ts'
import { TimeText } from '../ui/Time.tsx'
import { t } from '../words/detail.ts'

type RecentFailuresProps = { overview: Overview; webhookId: string; isActive: boolean }
type Failure = Overview['recent_failures'][number]

export function RecentFailures({ overview: { recent_failures: failures }, webhookId, isActive }: RecentFailuresProps) {
  return (
    <section aria-label={t('overview.recent_failures')} className="card relative overflow-hidden">
      <h2 className="px-4 pt-3.5 pb-2 font-semibold">{t('overview.recent_failures')}</h2>
      {failures.length === 0
        ? <p className="px-4 pb-4 text-muted-foreground">{t('overview.no_failures')}</p>
        : (
            <ul>
              {failures.map((failure) => (
                <li key={failure.delivery_id} className="border-t border-border">
                  <Link to={`/settings/webhooks/${webhookId}/deliveries/${failure.delivery_id}`} className="flex items-center gap-x-3 px-4 py-2.5 hover:bg-muted">
                    <X aria-hidden className="size-4 shrink-0 text-danger" />
                    <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4">
                      <span className="min-w-0 basis-48 truncate font-mono text-[0.8125rem]">{failure.event_type}</span>
                      <span className="basis-40 whitespace-nowrap text-danger">{shortAnswer({ last_status_code: failure.status_code, last_error_code: failure.error_code })}</span>
                      <span className="basis-24 text-muted-foreground"><TimeText at={failure.at} /></span>
                      <span className="text-muted-foreground">{t('overview.attempt_of', { n: failure.attempt, max: failure.max_attempts })}, <Fate failure={failure} isActive={isActive} /></span>
                    </span>
                    <ChevronRight aria-hidden className="size-4 shrink-0 text-muted-foreground rtl:rotate-180" />
                  </Link>
                </li>
              ))}
            </ul>
          )}
    </section>
  )
}

function Fate({ failure: { state, next_attempt_at }, isActive }: { failure: Failure; isActive: boolean }) {
  if (state === 'succeeded') return t('overview.since_delivered')
  if (next_attempt_at === null) return t('overview.given_up')
  if (!isActive) return t('overview.paused')
  return t.rich('overview.next', { time: <TimeText isNext at={next_attempt_at} /> })
}
