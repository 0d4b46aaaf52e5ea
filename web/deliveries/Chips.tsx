import { X } from 'lucide-react'
import { Button } from '../ui/Button.tsx'
import { t } from '../words/deliveries.ts'
import { answerName } from '../webhooks/answers.ts'
import { isFiltered, type LogFilters } from './delivery_filters.ts'

type ChipsProps = { filters: LogFilters; onChange: (changes: Partial<LogFilters>) => void }

/** What is filtered, each to be taken away with one press. */
export function Chips({ filters, onChange }: ChipsProps) {
  const { status, event, code, q } = filters
  if (!isFiltered(filters)) return null
  const without = <Item,>(list: Item[], item: Item) => list.filter((each) => each !== item)
  const chips = [
    ...status.map((each) => ({ key: `status-${each}`, name: t(`deliveries.status_${each}`), remove: { status: without(status, each) } })),
    ...event.map((each) => ({ key: `event-${each}`, name: each, remove: { event: without(event, each) } })),
    ...code.map((each) => ({ key: `code-${each}`, name: answerName(each), remove: { code: without(code, each) } })),
    ...(q === '' ? [] : [{ key: 'q', name: t('deliveries.chip_search', { id: q.length > 12 ? `${q.slice(0, 8)}…` : q }), remove: { q: '' } }]),
  ]
  return (
    <ul aria-label={t('deliveries.chips')} className="flex min-w-0 flex-wrap items-center gap-1.5">
      {chips.map(({ key, name, remove }) => (
        <li key={key} className="max-w-full">
          <button
            type="button"
            aria-label={t('deliveries.remove', { name })}
            className="inline-flex h-7 max-w-full items-center gap-1 rounded-full bg-accent pe-1.5 ps-2.5 text-[0.8125rem] text-accent-foreground hover:bg-neutral-soft"
            onClick={() => onChange(remove)}
          >
            <span className="truncate">{name}</span>
            <X aria-hidden className="size-3.5 shrink-0" />
          </button>
        </li>
      ))}
      <li><Button size="small" variant="quiet" className="h-7!" onClick={() => onChange({ status: [], event: [], code: [], q: '' })}>{t('common.clear')}</Button></li>
    </ul>
  )
}
