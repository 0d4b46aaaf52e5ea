import { useQuery } from '@tanstack/react-query'
import { queries } from '../data/queries.ts'
import { useWebhook } from '../detail/webhook_context.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { t } from '../words/deliveries.ts'
import { isFiltered, NO_FILTERS, spanOf, type LogFilters } from './delivery_filters.ts'

const DAY_MS = 86_400_000

/** Nothing to list: because nothing was ever sent, or because of the filters. */
export function NoDeliveries({ filters, onChange, neverSent }: { filters: LogFilters; onChange: (changes: Partial<LogFilters>) => void; neverSent: boolean }) {
  const { webhook, sendTest } = useWebhook()
  const refusal = useRefusal()
  const limits = useQuery(queries.limits(webhook.organization_id))
  if (neverSent && !isFiltered(filters)) {
    return (
      <Empty title={t('deliveries.none_title')} actions={<Button variant="primary" onClick={() => sendTest()} unavailable={refusal('test')}>{t('common.test_event')}</Button>}>
        {t('deliveries.none')}
      </Empty>
    )
  }
  const canClear = isFiltered(filters) || filters.tests || filters.from !== NO_FILTERS.from
  const days = limits.data?.retention_days
  const from = spanOf(filters) === null ? Date.parse(filters.from) : null
  const isTooOld = days !== undefined && ((from !== null && from < Date.now() - days * DAY_MS) || filters.q !== '')
  return (
    <Empty
      title={t('deliveries.no_match')}
      actions={(
        <>
          {canClear && <Button onClick={() => onChange(NO_FILTERS)}>{t('common.clear_filters')}</Button>}
          {spanOf(filters) !== '30d' && filters.q === '' && <Button onClick={() => onChange({ from: '30d', to: '' })}>{t('deliveries.when_30d')}</Button>}
        </>
      )}
    >
      {isTooOld && t('deliveries.kept', { n: days })}
    </Empty>
  )
}
