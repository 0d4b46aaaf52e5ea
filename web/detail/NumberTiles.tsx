import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Overview, Range } from '../data/overview.ts'
import { cx } from '../ui/cx.ts'
import { useNow } from '../ui/clock.ts'
import { TimeText } from '../ui/Time.tsx'
import { duration } from '../ui/time_format.ts'
import { t } from '../words/detail.ts'
import { deliveriesLink } from './deliveries_link.ts'

/** Below this many attempts a percentage claims more than is known. */
const RATE_FROM = 10
/** The server stops counting open deliveries here. */
const COUNTED_UP_TO = 1_000

type NumberTilesProps = { overview: Overview; webhookId: string; range: Range; isActive: boolean }

/** The four numbers that say how a webhook does. Each leads to the deliveries behind it. */
export function NumberTiles({ overview, webhookId, range, isActive }: NumberTilesProps) {
  const { delivered, failed, attempts, retrying, next_retry_at, median_ms, p95_ms } = overview
  const now = useNow()
  const isDue = next_retry_at === null || Date.parse(next_retry_at) <= now.getTime()
  const waitingNote = !isActive ? t('overview.paused') : isDue ? t('overview.due_now') : t.rich('overview.next_retry', { time: <TimeText isNext at={next_retry_at} /> })
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Tile
        name={t('overview.delivered')}
        to={deliveriesLink(webhookId, { status: 'succeeded', from: range })}
        value={attempts >= RATE_FROM ? t('overview.rate', { rate: rounded((delivered / attempts) * 100) }) : t('common.number', { n: delivered })}
        note={t('overview.of_attempts', { delivered, n: attempts })}
      />
      <Tile
        name={t('overview.failed')}
        to={deliveriesLink(webhookId, { status: 'failed', from: range })}
        value={t('common.number', { n: failed })}
        note={failed === 0 ? t('overview.none_failed') : t('overview.failed_help')}
        tone={failed > 0 ? 'danger' : undefined}
      />
      <Tile
        name={t('overview.waiting')}
        to={deliveriesLink(webhookId, { status: 'retrying', from: '30d' })}
        value={retrying >= COUNTED_UP_TO ? t('overview.at_least', { n: COUNTED_UP_TO }) : t('common.number', { n: retrying })}
        note={retrying === 0 ? t('overview.none_waiting') : waitingNote}
        tone={retrying > 0 ? 'warning' : undefined}
      />
      <Tile
        name={t('overview.typical')}
        to={deliveriesLink(webhookId, { from: range })}
        value={median_ms === null ? '–' : duration(median_ms)}
        note={p95_ms === null ? t('overview.no_time') : t('overview.p95', { time: duration(p95_ms) })}
      />
    </div>
  )
}

function Tile({ name, to, value, note, tone }: { name: string; to: string; value: string; note: ReactNode; tone?: 'danger' | 'warning' | undefined }) {
  return (
    <Link to={to} className="card group block min-w-0 px-4 pt-3 pb-3.5 hover:border-input">
      <span className="block text-[0.8125rem] text-muted-foreground group-hover:text-foreground">{name}</span>
      <span className={cx('mt-1 block text-2xl leading-8 font-semibold tracking-tight', tone === 'danger' && 'text-danger', tone === 'warning' && 'text-warning')}>{value}</span>
      <span className="mt-0.5 block text-[0.8125rem] text-muted-foreground">{note}</span>
    </Link>
  )
}

/** One decimal below 100, and never 100 while something failed. */
function rounded(rate: number): number {
  return rate === 100 ? 100 : Math.min(99.9, Math.round(rate * 10) / 10)
}
