import { useId } from 'react'
import { Select } from '../ui/Select.tsx'
import { timeZone } from '../ui/time_format.ts'
import { t } from '../words/deliveries.ts'
import { DEFAULT_SPAN, fromLocalInput, spanOf, SPANS, toLocalInput, type LogFilters, type Span } from './delivery_filters.ts'

type WhenProps = { filters: Pick<LogFilters, 'from' | 'to'>; onChange: (changes: Partial<LogFilters>) => void }
const spans = Object.keys(SPANS) as Span[]

export function WhenSelect({ filters, onChange }: WhenProps) {
  const span = spanOf(filters)
  return (
    <Select
      prefixed
      label={t('deliveries.when')}
      value={span ?? 'custom'}
      onChange={(next) => onChange(next === 'custom'
        ? { from: new Date(Math.floor((Date.now() - SPANS[span ?? DEFAULT_SPAN]) / 60_000) * 60_000).toISOString(), to: '' }
        : { from: next, to: '' })}
      options={[...spans.map((value) => ({ value, label: t(`deliveries.when_${value}`) })), { value: 'custom' as const, label: t('deliveries.when_custom') }]}
    />
  )
}

/** From and to, in the person's own zone, which is named. Only for a span of their own. */
export function WhenFields({ filters, onChange }: WhenProps) {
  const id = useId()
  if (spanOf(filters) !== null) return null
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <label htmlFor={`${id}-from`} className="flex items-center gap-2">
        <span className="text-muted-foreground max-sm:w-10">{t('deliveries.from')}</span>
        <input
          id={`${id}-from`}
          type="datetime-local"
          className="field w-auto"
          value={toLocalInput(filters.from)}
          max={toLocalInput(filters.to)}
          onChange={(event) => { const from = fromLocalInput(event.target.value); if (from !== '') onChange({ from }) }}
        />
      </label>
      <label htmlFor={`${id}-to`} className="flex items-center gap-2">
        <span className="text-muted-foreground max-sm:w-10">{t('deliveries.to')}</span>
        <input
          id={`${id}-to`}
          type="datetime-local"
          className="field w-auto"
          value={toLocalInput(filters.to)}
          min={toLocalInput(filters.from)}
          onChange={(event) => onChange({ to: fromLocalInput(event.target.value) })}
        />
      </label>
      <span className="text-[0.8125rem] text-muted-foreground">{t('deliveries.zone', { zone: timeZone() })}</span>
    </div>
  )
}
