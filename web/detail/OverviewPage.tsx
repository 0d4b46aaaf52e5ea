import { useQuery } from '@tanstack/react-query'
import { usePageTitle } from '../app/usePageTitle.ts'
import { oneOf, useUrlState } from '../app/url_state.ts'
import { RANGES, type Overview, type Range } from '../data/overview.ts'
import { queries } from '../data/queries.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Empty } from '../ui/Empty.tsx'
import { Outdated } from '../ui/Outdated.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Segments } from '../ui/Segments.tsx'
import { TimeStyleSelect, TimeText } from '../ui/Time.tsx'
import { t } from '../words/detail.ts'
import { ByAnswer, ByEvent } from './Breakdown.tsx'
import { NumberTiles } from './NumberTiles.tsx'
import { OverviewSkeleton } from './OverviewSkeleton.tsx'
import { RecentFailures } from './RecentFailures.tsx'
import { VolumeChart } from './VolumeChart.tsx'
import { useWebhook } from './webhook_context.ts'

const parameters = { range: oneOf(RANGES, '24h') }

export default function OverviewPage() {
  const { webhook, listed } = useWebhook()
  usePageTitle(t('detail.page', { name: webhook.name, page: t('detail.overview') }))
  const [{ range }, change] = useUrlState<{ range: Range }>(parameters)
  const overview = useQuery(queries.overview(webhook.id, range))
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Segments
          label={t('overview.range')}
          value={range}
          onChange={(next) => change({ range: next })}
          options={RANGES.map((value) => ({ value, label: t(`overview.range_${value}`) }))}
        />
        <TimeStyleSelect />
      </div>
      {overview.isPending
        ? <OverviewSkeleton />
        : overview.data
          ? (
              // Those of the range before, until the new ones are there.
              <div aria-busy={overview.isPlaceholderData} className={cx('space-y-4', overview.isPlaceholderData && 'opacity-50')}>
                <Outdated query={overview} />
                <Numbers overview={overview.data} range={range} neverSent={listed.last_delivery_at === null} />
              </div>
            )
          : <Problem title={t('overview.not_loaded')} error={overview.error} onRetry={() => void overview.refetch()} />}
    </div>
  )
}

function Numbers({ overview, range, neverSent }: { overview: Overview; range: Range; neverSent: boolean }) {
  const { webhook, listed, sendTest } = useWebhook()
  const refusal = useRefusal()
  if (overview.attempts === 0 && overview.waiting === 0) {
    return neverSent
      ? (
          <Empty
            title={t('overview.never_title')}
            actions={<Button variant="primary" onClick={() => sendTest()} unavailable={refusal('test')}>{t('common.test_event')}</Button>}
          >
            {t('overview.never')}
          </Empty>
        )
      : (
          <Empty title={t('overview.quiet_title')}>
            {listed.last_delivery_at !== null && t.rich('overview.quiet', { time: <TimeText at={listed.last_delivery_at} /> })}
          </Empty>
        )
  }
  return (
    <>
      <NumberTiles overview={overview} webhookId={webhook.id} range={range} isActive={listed.is_active} />
      <VolumeChart overview={overview} webhookId={webhook.id} />
      <div className="grid items-start gap-4 md:grid-cols-2">
        <ByEvent overview={overview} webhookId={webhook.id} range={range} />
        <ByAnswer overview={overview} webhookId={webhook.id} range={range} />
      </div>
      <RecentFailures overview={overview} webhookId={webhook.id} isActive={listed.is_active} />
    </>
  )
}
