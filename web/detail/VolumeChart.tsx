import type { Overview } from '../data/overview.ts'
import { Chart } from '../ui/Chart.tsx'
import { useZone } from '../ui/clock.ts'
import { timeOfDay, type Zone } from '../ui/time_format.ts'
import { inLanguage } from '../words/locale.ts'
import { t } from '../words/detail.ts'
import { deliveriesLink } from './deliveries_link.ts'

const HOUR_MS = 3_600_000
const day = inLanguage((language) => new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }))

/** Deliveries and failed attempts over the range. Failed attempts that a retry made good count too: an outage shows while it lasts. */
export function VolumeChart({ overview: { buckets, bucket }, webhookId }: { overview: Overview; webhookId: string }) {
  const zone = useZone()
  const rows = buckets.map(({ at, succeeded, attempts }) => ({
    label: label(at, bucket, zone), values: { succeeded, failed: Math.max(0, attempts - succeeded) },
  }))
  return (
    <Chart
      title={t('overview.chart')}
      rowHeading={bucket === 'hour' ? t('overview.hour') : t('overview.day')}
      series={[
        { key: 'succeeded', name: t('overview.chart_succeeded'), tone: 'success' },
        { key: 'failed', name: t('overview.chart_failed'), tone: 'danger' },
      ]}
      rows={rows}
      linkOf={(index) => {
        const from = new Date(buckets[index]!.at)
        const to = new Date(from.getTime() + (bucket === 'hour' ? HOUR_MS : 24 * HOUR_MS))
        return deliveriesLink(webhookId, { from: from.toISOString(), to: to.toISOString() })
      }}
    />
  )
}

/** Days are those of UTC, as the server counts them, whatever the zone: in another one they would be other days. */
function label(at: string, bucket: Overview['bucket'], zone: Zone): string {
  return bucket === 'hour' ? timeOfDay(at, zone, 'minute') : day().format(new Date(at))
}
