import type { ListedWebhook } from '../data/webhooks.ts'
import { Sparkline } from '../ui/Sparkline.tsx'
import { t } from '../words/list.ts'

/** Below this many attempts a percentage claims more than is known. */
const RATE_FROM = 10

/** The last 24 hours of a webhook: bars, and what they come to. Failed attempts count, also those a retry made good. */
export function Activity({ webhook: { hours, delivered_24h: delivered, attempts_24h: attempts } }: { webhook: Pick<ListedWebhook, 'hours' | 'delivered_24h' | 'attempts_24h'> }) {
  if (attempts === 0) return <span className="text-muted-foreground">{t('list.no_deliveries')}</span>
  const failed = Math.max(0, attempts - delivered)
  const rate = (delivered / attempts) * 100
  return (
    <div className="flex items-center gap-3">
      <Sparkline
        bars={hours.map((hour) => ({ succeeded: hour.succeeded, failed: Math.max(0, hour.attempts - hour.succeeded) }))}
        label={t('list.spark', { delivered, failed })}
      />
      <div className="leading-5">
        {attempts >= RATE_FROM && <p className="font-medium">{t('list.rate', { rate: rounded(rate) })}</p>}
        <p className="flex flex-wrap gap-x-2 text-[0.8125rem] text-muted-foreground">
          {delivered > 0 && <span className="whitespace-nowrap">{t('list.delivered', { n: delivered })}</span>}
          {failed > 0 && <span className="whitespace-nowrap text-danger">{t('list.failed', { n: failed })}</span>}
        </p>
      </div>
    </div>
  )
}

/** One decimal below 100, and never 100 while something failed. */
function rounded(rate: number): number {
  return rate === 100 ? 100 : Math.min(99.9, Math.round(rate * 10) / 10)
}
