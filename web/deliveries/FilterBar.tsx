import { useQuery } from '@tanstack/react-query'
import { ListFilter } from 'lucide-react'
import { useEffect, useState, type Ref } from 'react'
import { ANSWERS, DELIVERY_STATUSES, type DeliveryStatus } from '../data/deliveries.ts'
import { queries } from '../data/queries.ts'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { cx } from '../ui/cx.ts'
import { FilterMenu, type FilterGroup } from '../ui/FilterMenu.tsx'
import { SearchInput } from '../ui/SearchInput.tsx'
import { byCategory, categoryName } from '../webhooks/event_groups.ts'
import { t } from '../words/deliveries.ts'
import { answerName } from '../webhooks/answers.ts'
import type { LogFilters } from './delivery_filters.ts'
import { WhenFields, WhenSelect } from './WhenFilter.tsx'

type FilterBarProps = { filters: LogFilters; onChange: (changes: Partial<LogFilters>) => void; searchRef: Ref<HTMLInputElement> }

/** Search and filters. On a phone the filters fold away behind one button. */
export function FilterBar({ filters, onChange, searchRef }: FilterBarProps) {
  const [unfolded, setUnfolded] = useState(false)
  const { status, event, code, tests } = filters
  const chosen = status.length + event.length + code.length + (tests ? 1 : 0)
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField value={filters.q} onChange={(q) => onChange({ q })} searchRef={searchRef} />
        <Button className="sm:hidden" aria-expanded={unfolded} icon={<ListFilter aria-hidden />} onClick={() => setUnfolded(!unfolded)}>
          {chosen > 0 ? t('deliveries.filters_on', { n: chosen }) : t('deliveries.filters')}
        </Button>
        <div className={cx('flex w-full flex-col gap-2 sm:contents', !unfolded && 'max-sm:hidden')}>
          <FilterMenu
            label={t('deliveries.status')}
            value={inShort(status.map((each) => t(`deliveries.status_${each}`)), t('common.all'))}
            groups={[{ name: '', options: DELIVERY_STATUSES.map((value) => ({ value, label: t(`deliveries.status_${value}`) })) }]}
            chosen={status}
            onChange={(next) => onChange({ status: next as DeliveryStatus[] })}
          />
          <EventMenu chosen={event} onChange={(next) => onChange({ event: next })} />
          <FilterMenu
            label={t('deliveries.answer')}
            value={inShort(code.map(answerName), t('common.any'))}
            groups={[{ name: '', options: [...new Set([...ANSWERS, ...code])].map((value) => ({ value, label: answerName(value) })) }]}
            chosen={code}
            onChange={(next) => onChange({ code: next })}
          />
          <WhenSelect filters={filters} onChange={onChange} />
          <label className="flex h-9 items-center gap-1.5 pe-1">
            <Checkbox checked={tests} onChange={(next) => onChange({ tests: next })} label={t('deliveries.tests')} />
            {t('deliveries.tests')}
          </label>
        </div>
      </div>
      <WhenFields filters={filters} onChange={onChange} />
    </div>
  )
}

function EventMenu({ chosen, onChange }: { chosen: string[]; onChange: (chosen: string[]) => void }) {
  const types = useQuery(queries.eventTypes())
  const groups = byCategory(types.data ?? []).map(([category, inCategory]): FilterGroup => ({
    name: categoryName(category),
    options: [
      // A wildcard where the types of a category begin alike, as in `message.*`.
      ...wildcardOf(inCategory.map(({ name }) => name)).map((value) => ({ value, label: value, mono: true })),
      ...inCategory.map(({ name }) => ({ value: name, label: name, mono: true })),
    ],
  }))
  const known = new Set(groups.flatMap(({ options }) => options.map(({ value }) => value)))
  const unknown = chosen.filter((each) => !known.has(each))
  return (
    <FilterMenu
      label={t('common.event')}
      value={inShort(chosen, t('common.any'))}
      className="sm:max-w-60"
      groups={unknown.length === 0 ? groups : [{ name: '', options: unknown.map((value) => ({ value, label: value, mono: true })) }, ...groups]}
      chosen={chosen}
      onChange={onChange}
      search={{ label: t('deliveries.find_event'), none: t('deliveries.no_event') }}
    />
  )
}

function wildcardOf(names: string[]): string[] {
  const beginnings = new Set(names.map((name) => name.split('.')[0]))
  return names.length > 1 && beginnings.size === 1 ? [`${[...beginnings][0]}.*`] : []
}

function inShort(names: string[], none: string): string {
  if (names.length === 0) return none
  return names.length === 1 ? names[0]! : String(names.length)
}

const TYPING_MS = 300

function SearchField({ value, onChange, searchRef }: { value: string; onChange: (value: string) => void; searchRef: Ref<HTMLInputElement> }) {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  // The address changed by itself: Back, or a cleared chip.
  if (known !== value) {
    setKnown(value)
    if (typed.trim() !== value) setTyped(value)
  }
  useEffect(() => {
    if (typed.trim() === value) return
    const timer = setTimeout(() => onChange(typed.trim()), TYPING_MS)
    return () => clearTimeout(timer)
  // Only typing starts the wait.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [typed])
  return (
    <SearchInput
      ref={searchRef}
      label={t('deliveries.search')}
      className="min-w-36 flex-1 sm:max-w-64 sm:min-w-48"
      value={typed}
      spellCheck={false}
      onChange={(event) => setTyped(event.target.value)}
    />
  )
}
