import { RotateCcw } from 'lucide-react'
import type { ListedWebhook } from '../data/webhooks.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { t } from '../words/deliveries.ts'

type SelectionBarProps = { count: number; webhook: Pick<ListedWebhook, 'name' | 'is_active'>; onResend: () => void; onClear: () => void }

export function SelectionBar({ count, webhook, onResend, onClear }: SelectionBarProps) {
  const refusal = useRefusal()
  const unavailable = refusal('resend') ?? (webhook.is_active ? null : t('deliveries.off', { name: webhook.name }))
  return (
    <div className="selection-bar sticky bottom-4 z-20 mx-auto flex w-fit max-w-full flex-wrap items-center gap-x-2 gap-y-1 rounded-xl border border-border bg-card py-2 pe-2 ps-4 shadow-pop">
      <p role="status" className="pe-2 font-medium">{t('deliveries.selected', { n: count })}</p>
      <Button size="small" variant="primary" icon={<RotateCcw aria-hidden />} onClick={onResend} unavailable={unavailable}>{t('deliveries.resend_selected', { n: count })}</Button>
      <Button size="small" variant="quiet" onClick={onClear}>{t('common.clear')}</Button>
      {unavailable !== null && <p aria-hidden className="w-full text-xs text-muted-foreground">{unavailable}</p>}
    </div>
  )
}
