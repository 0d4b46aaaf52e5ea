import type { ListedWebhook } from '../data/webhooks.ts'
import { Badge, type Tone } from '../ui/Badge.tsx'
import { Popover } from '../ui/Popover.tsx'
import { TimeText } from '../ui/Time.tsx'
import { t } from '../words/list.ts'
import { webhookStatus, type WebhookStatus } from './webhook_status.ts'

const shapes: Record<WebhookStatus, string> = { active: 'M2 6a4 4 0 1 0 8 0 4 4 0 0 0-8 0Z', failing: 'M6 1.5 11 10.5H1Z', turned_off: 'M2 2h8v8H2Z', inactive: 'M6 2.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z' }
const tones: Record<WebhookStatus, Tone> = { active: 'success', failing: 'warning', turned_off: 'danger', inactive: 'neutral' }

type StatusBadgeProps = { webhook: Pick<ListedWebhook, 'is_active' | 'disabled_reason' | 'consecutive_failures'> & Partial<Pick<ListedWebhook, 'turns_off_at'>> }

/** Active, failing, turned off automatically or inactive. A failing one tells on demand what it is counting. */
export function StatusBadge({ webhook }: StatusBadgeProps) {
  const status = webhookStatus(webhook)
  const badge = (
    <Badge tone={tones[status]} shape={<svg viewBox="0 0 12 12"><path d={shapes[status]} {...(status === 'inactive' ? { fill: 'none', stroke: 'currentColor', strokeWidth: 1.8 } : { fill: 'currentColor' })} /></svg>}>
      {t(`list.status_${status}`)}
    </Badge>
  )
  if (status !== 'failing') return badge
  return (
    <Popover
      label={t('list.why_failing')}
      openOnHover
      className="p-3"
      trigger={<button type="button" className="inline-flex rounded-full underline decoration-dotted underline-offset-4">{badge}</button>}
    >
      <p className="max-w-66">{t('list.failing_details', { n: webhook.consecutive_failures })}</p>
      {webhook.turns_off_at && <p className="max-w-66 text-muted-foreground">{t.rich('list.turns_off', { time: <TimeText at={webhook.turns_off_at} /> })}</p>}
    </Popover>
  )
}
