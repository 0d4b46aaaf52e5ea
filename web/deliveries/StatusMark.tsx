import { Ban, Check, Clock, RotateCw, Send, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { deliveryStatus, type Delivery, type DeliveryStatus } from '../data/deliveries.ts'
import { Badge, type Tone } from '../ui/Badge.tsx'
import { cx } from '../ui/cx.ts'
import { t } from '../words/deliveries.ts'

const icons: Record<DeliveryStatus, ReactNode> = {
  succeeded: <Check strokeWidth={2.5} />, retrying: <RotateCw strokeWidth={2.5} />, failed: <X strokeWidth={2.5} />,
  waiting: <Clock strokeWidth={2.5} />, sending: <Send strokeWidth={2.5} />, cancelled: <Ban strokeWidth={2.5} />,
}
const tones: Record<DeliveryStatus, Tone> = { succeeded: 'success', retrying: 'warning', failed: 'danger', waiting: 'neutral', sending: 'accent', cancelled: 'neutral' }
const colors: Record<Tone, string> = {
  success: 'text-success', warning: 'text-warning', danger: 'text-danger', neutral: 'text-neutral', accent: 'text-link',
}

type Marked = Pick<Delivery, 'state' | 'attempt_count' | 'on_resend'>

/** What became of a delivery: "Delivered on resend" tells that an earlier failure was made good. */
export function statusName(delivery: Marked): string {
  return delivery.state === 'succeeded' && delivery.on_resend ? t('deliveries.on_resend') : t(`deliveries.status_${deliveryStatus(delivery)}`)
}

/** In a row: shape, word and color, without a background that fifty rows would shout. */
export function StatusMark({ delivery }: { delivery: Marked }) {
  const status = deliveryStatus(delivery)
  return (
    <span className={cx('inline-flex min-w-0 items-center gap-1.5 font-medium [&_svg]:size-3.5 [&_svg]:shrink-0', colors[tones[status]])}>
      <span aria-hidden className="inline-flex">{icons[status]}</span>
      <span className="truncate">{statusName(delivery)}</span>
    </span>
  )
}

export function StatusBadge({ delivery }: { delivery: Marked }) {
  const status = deliveryStatus(delivery)
  return <Badge tone={tones[status]} shape={icons[status]}>{statusName(delivery)}</Badge>
}
