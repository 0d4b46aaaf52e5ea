import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { DeliveryFilters } from '../data/deliveries.ts'
import { reason } from '../data/errors.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { Popover } from '../ui/Popover.tsx'
import { toastError, toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/deliveries.ts'
import { exportCsv, exportJson, MOST_CSV_ROWS, MOST_JSON_ROWS } from './export.ts'

/** Saves what the filters find as a file. A long one says how far it is, and can be stopped. */
export function ExportMenu({ webhookId, filters }: { webhookId: string; filters: DeliveryFilters }) {
  const [open, setOpen] = useState(false)
  const [progress, setProgress] = useState<number | null>(null)
  const running = useRef<AbortController | null>(null)
  const refusal = useRefusal()
  useEffect(() => () => running.current?.abort(), [])

  async function run(write: typeof exportCsv) {
    setOpen(false)
    const controller = new AbortController()
    running.current = controller
    setProgress(0)
    try {
      toastSuccess(t('export.done', { n: await write(webhookId, filters, controller.signal, setProgress) }))
    } catch (error) {
      if (!controller.signal.aborted) toastError(t('export.failed', { reason: reason(error) }))
    }
    running.current = null
    setProgress(null)
  }

  if (progress !== null) {
    return (
      <span className="flex items-center gap-2">
        <span role="status" className="text-[0.8125rem] whitespace-nowrap text-muted-foreground">{t('export.running', { n: progress })}</span>
        <Button size="small" onClick={() => running.current?.abort()}>{t('export.stop')}</Button>
      </span>
    )
  }
  const noPayload = refusal('read_payload')
  return (
    <Popover
      label={t('export.title')}
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="w-72 p-1"
      trigger={<Button size="small" icon={<Download aria-hidden />}>{t('export.title')}</Button>}
    >
      <Choice name={t('export.csv')} help={t('export.csv_help', { n: MOST_CSV_ROWS })} onChoose={() => void run(exportCsv)} />
      <Choice name={t('export.json')} help={noPayload ?? t('export.json_help', { n: MOST_JSON_ROWS })} unavailable={noPayload !== null} onChoose={() => void run(exportJson)} />
    </Popover>
  )
}

function Choice({ name, help, unavailable = false, onChoose }: { name: string; help: string; unavailable?: boolean; onChoose: () => void }) {
  return (
    <button
      type="button"
      aria-disabled={unavailable}
      className="block w-full rounded-md px-2.5 py-2 text-start not-aria-disabled:hover:bg-muted aria-disabled:cursor-not-allowed"
      onClick={() => { if (!unavailable) onChoose() }}
    >
      <span className={unavailable ? 'block text-muted-foreground' : 'block'}>{name}</span>
      <span className="block text-[0.8125rem] text-muted-foreground">{help}</span>
    </button>
  )
}
