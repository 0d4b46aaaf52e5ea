import { useId } from 'react'
import { useZone } from '../ui/clock.ts'
import { Select } from '../ui/Select.tsx'
import { zoneName } from '../ui/time_format.ts'
import { t } from '../words/deliveries.ts'
import { DEFAULT_SPAN, fromInput, spanOf, SPANS, toInput, type LogFilters, type Span } from './delivery_filters.ts'

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

/** From and to, in the zone that times are read in, which is named. Only for a span of their own. */
export function WhenFields({ filters, onChange }: WhenProps) {
  const id = useId()
  const zone = useZone()
  if (spanOf(filters) !== null) return null
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <label htmlFor={`${id}-from`} className="flex items-center gap-2">
        <span className="text-muted-foreground max-sm:w-10">{t('deliveries.from')}</span>
        <input
          id={`${id}-from`}
          type="datetime-local"
          className="field w-auto"
          value={toInput(filters.from, zone)}
          max={toInput(filters.to, zone)}
          onChange={(event) => { const from = fromInput(event.target.value, zone); if (from !== '') onChange({ from }) }}
        />
      </label>
      <label htmlFor={`${id}-to`} className="flex items-center gap-2">
        <span className="text-muted-foreground max-sm:w-10">{t('deliveries.to')}</span>
        <input
          id={`${id}-to`}
          type="datetime-local"
          className="field w-auto"
          value={toInput(filters.to, zone)}
          min={toInput(filters.from, zone)}
          onChange={(event) => onChange({ to: fromInput(event.target.value, zone) })}
        />
      </label>
      <span className="text-[0.8125rem] text-muted-foreground">{t('deliveries.zone', { zone: zoneName(zone) })}</span>
    </div>
  )
}
