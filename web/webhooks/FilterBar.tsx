import { ListFilter } from 'lucide-react'
import type { Ref } from 'react'
import type { EventType } from '../data/catalog.ts'
import { Button } from '../ui/Button.tsx'
import { Popover } from '../ui/Popover.tsx'
import { SearchInput } from '../ui/SearchInput.tsx'
import { Select } from '../ui/Select.tsx'
import { FROM_SM, useMedia } from '../ui/useMedia.ts'
import { t } from '../words/list.ts'
import { byCategory, categoryName } from './event_groups.ts'
import { DIRECTIONS, NO_FILTERS, type ListFilters } from './webhook_filters.ts'
import { WEBHOOK_STATUSES } from './webhook_status.ts'

type FilterBarProps = {
  filters: ListFilters
  onChange: (changes: Partial<ListFilters>) => void
  types: readonly EventType[]
  count: number
  searchRef: Ref<HTMLInputElement>
}

export function FilterBar({ filters, onChange, types, count, searchRef }: FilterBarProps) {
  const wide = useMedia(FROM_SM)
  const chosen = Object.keys(NO_FILTERS).filter((name) => name !== 'q' && filters[name as keyof ListFilters] !== NO_FILTERS[name as keyof ListFilters]).length
  const selects = <FilterSelects filters={filters} onChange={onChange} types={types} />
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchInput ref={searchRef} label={t('list.search')} className="min-w-40 flex-1 sm:max-w-72" value={filters.q} onChange={(event) => onChange({ q: event.target.value })} />
      {wide
        ? selects
        : (
            <Popover
              label={t('list.filters')}
              align="end"
              className="flex w-72 flex-col gap-2 p-3"
              trigger={<Button icon={<ListFilter aria-hidden />}>{chosen > 0 ? t('list.filters_on', { n: chosen }) : t('list.filters')}</Button>}
            >
              {selects}
            </Popover>
          )}
      <p role="status" className="ms-auto text-[0.8125rem] whitespace-nowrap text-muted-foreground">{t('list.count', { n: count })}</p>
    </div>
  )
}

function FilterSelects({ filters, onChange, types }: Pick<FilterBarProps, 'filters' | 'onChange' | 'types'>) {
  return (
    <>
      <Select
        prefixed
        label={t('list.filter_status')}
        value={filters.status}
        onChange={(status) => onChange({ status })}
        options={[{ value: 'all', label: t('common.all') }, ...WEBHOOK_STATUSES.map((value) => ({ value, label: t(`list.status_${value}`) }))]}
      />
      <Select
        prefixed
        label={t('common.direction')}
        value={filters.direction}
        onChange={(direction) => onChange({ direction })}
        options={[{ value: 'all', label: t('common.all') }, ...DIRECTIONS.map((value) => ({ value, label: t(`common.${value}`) }))]}
      />
      <Select
        prefixed
        label={t('list.filter_event')}
        value={types.some(({ name }) => name === filters.event) ? filters.event : ''}
        onChange={(event) => onChange({ event })}
        className="sm:max-w-64"
        options={[
          { group: '', options: [{ value: '', label: t('common.any') }] },
          ...byCategory(types).map(([category, inCategory]) => ({
            group: categoryName(category), options: inCategory.map(({ name }) => ({ value: name, label: name })),
          })),
        ]}
      />
    </>
  )
}
