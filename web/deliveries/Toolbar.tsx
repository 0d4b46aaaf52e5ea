import { RotateCcw } from 'lucide-react'
import type { DeliveryFilters } from '../data/deliveries.ts'
import type { Webhook } from '../data/webhooks.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { Switch } from '../ui/Switch.tsx'
import { TimeStyleSelect } from '../ui/Time.tsx'
import { t } from '../words/deliveries.ts'
import { t as replay } from '../words/replay.ts'
import { Chips } from './Chips.tsx'
import type { LogFilters } from './delivery_filters.ts'
import { ExportMenu } from './ExportMenu.tsx'

type ToolbarProps = {
  webhook: Webhook
  filters: LogFilters
  asked: DeliveryFilters
  onChange: (changes: Partial<LogFilters>) => void
  onReplay: () => void
  isLiveLost: boolean
}

export function Toolbar({ webhook, filters, asked, onChange, onReplay, isLiveLost }: ToolbarProps) {
  const refusal = useRefusal()
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <Chips filters={filters} onChange={onChange} />
      <div className="ms-auto flex flex-wrap items-center gap-2 max-sm:ms-0 max-sm:w-full">
        {isLiveLost && <span role="status" className="text-[0.8125rem] text-warning">{t('deliveries.live_lost')}</span>}
        <label className="me-1 flex items-center gap-2">
          <Switch checked={filters.live} onChange={(live) => onChange({ live })} label={t('deliveries.live')} />
          <span aria-hidden>{t('deliveries.live')}</span>
        </label>
        <TimeStyleSelect />
        <Button size="small" icon={<RotateCcw aria-hidden />} onClick={onReplay} unavailable={refusal('resend')}>{replay('replay.open')}</Button>
        <ExportMenu webhookId={webhook.id} filters={asked} />
      </div>
    </div>
  )
}
