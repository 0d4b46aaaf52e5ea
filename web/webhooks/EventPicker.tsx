import { Info, X } from 'lucide-react'
import { useId, useState } from 'react'
import type { Direction, EventType } from '../data/catalog.ts'
import { Checkbox, type Checked } from '../ui/Checkbox.tsx'
import { Code } from '../ui/Code.tsx'
import { Popover } from '../ui/Popover.tsx'
import { RadioGroup } from '../ui/RadioGroup.tsx'
import { SearchInput } from '../ui/SearchInput.tsx'
import { Select } from '../ui/Select.tsx'
import { t } from '../words/events.ts'
import { byCategory, categoryName } from './event_groups.ts'
import { DIRECTIONS } from './webhook_filters.ts'

type EventPickerProps = {
  types: readonly EventType[]
  all: boolean
  chosen: readonly string[]
  onChange: (choice: { all: boolean; events: string[] }) => void
  /** Id of the line that says what is wrong. */
  describedBy: string
}

/** Which events a webhook listens to: some of the catalog, or all of it now and later, as an explicit choice. */
export function EventPicker({ types, all, chosen, onChange, describedBy }: EventPickerProps) {
  return (
    <div role="group" aria-label={t('picker.label')} aria-describedby={describedBy} className="space-y-3">
      <RadioGroup
        inline
        label={t('picker.label')}
        value={all ? 'all' : 'choose'}
        onChange={(mode) => onChange({ all: mode === 'all', events: [...chosen] })}
        options={[{ value: 'choose', label: t('picker.choose') }, { value: 'all', label: t('picker.all') }]}
      />
      {all
        ? <p className="rounded-lg bg-muted px-3.5 py-3 text-muted-foreground">{t('picker.all_help')}</p>
        : <Choice types={types} chosen={chosen} onChange={(events) => onChange({ all: false, events })} />}
    </div>
  )
}

function Choice({ types, chosen, onChange }: { types: readonly EventType[]; chosen: readonly string[]; onChange: (events: string[]) => void }) {
  const [search, setSearch] = useState('')
  const [direction, setDirection] = useState<Direction | 'all'>('all')
  const visible = types.filter((type) => (direction === 'all' || type.direction === direction) && fits(type, search))
  const picked = new Set(chosen)

  // What the filters hide is left as it is.
  const set = (names: readonly string[], on: boolean) =>
    onChange(on ? [...new Set([...chosen, ...names])] : chosen.filter((name) => !names.includes(name)))

  return (
    <div className="space-y-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label={t('picker.search')}
          className="min-w-40 flex-1"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault() }}
        />
        <Select
          prefixed
          label={t('common.direction')}
          value={direction}
          onChange={setDirection}
          options={[{ value: 'all', label: t('common.all') }, ...DIRECTIONS.map((value) => ({ value, label: t(`common.${value}`) }))]}
        />
        <p role="status" className="text-[0.8125rem] text-muted-foreground">{t('picker.chosen', { n: chosen.length, total: types.length })}</p>
      </div>
      <div className="relative max-h-80 scroll-pt-10 overflow-y-auto overscroll-contain rounded-lg border border-border">
        {visible.length === 0 && <p className="px-4 py-6 text-center text-muted-foreground">{t('picker.no_match', { q: search })}</p>}
        {byCategory(visible).map(([category, inGroup]) => (
          <Group
            key={category}
            category={category}
            visible={inGroup}
            total={types.filter((type) => type.category === category)}
            picked={picked}
            onSet={set}
          />
        ))}
      </div>
      <Chosen chosen={chosen} types={types} onRemove={(name) => set([name], false)} onClear={() => onChange([])} />
    </div>
  )
}

type GroupProps = {
  category: string
  visible: readonly EventType[]
  total: readonly EventType[]
  picked: ReadonlySet<string>
  onSet: (names: readonly string[], on: boolean) => void
}

function Group({ category, visible, total, picked, onSet }: GroupProps) {
  const id = useId()
  const names = visible.map(({ name }) => name)
  return (
    <section aria-label={categoryName(category)} className="border-b border-border last:border-0">
      <div className="sticky top-0 z-1 flex items-center gap-2.5 bg-muted px-3 py-1.5">
        <Checkbox
          checked={stateOf(names, picked)}
          label={t('picker.group', { group: categoryName(category) })}
          onChange={() => onSet(names, stateOf(names, picked) !== 'all')}
        />
        <span className="flex-1 font-medium">{categoryName(category)}</span>
        <span className="text-[0.8125rem] text-muted-foreground">
          {t('picker.group_chosen', { n: total.filter(({ name }) => picked.has(name)).length, total: total.length })}
        </span>
      </div>
      <ul>
        {visible.map((type) => (
          <li key={type.name} className="flex items-start gap-2.5 py-1 pe-2 ps-3 hover:bg-muted/60">
            <label htmlFor={`${id}-${type.name}`} className="flex min-w-0 flex-1 items-start gap-2.5 py-0.5">
              <Checkbox id={`${id}-${type.name}`} checked={picked.has(type.name)} onChange={(on) => onSet([type.name], on)} />
              <span className="min-w-0 pt-0.5 sm:flex sm:flex-1 sm:flex-wrap sm:gap-x-3">
                <span className="font-mono text-[0.8125rem] wrap-anywhere sm:w-48">{type.name}</span>
                <span className="flex-1 text-[0.8125rem] text-muted-foreground max-sm:block sm:min-w-48">
                  <span className="me-2 inline-block min-w-8 rounded bg-neutral-soft px-1 text-center text-xs text-neutral">{t(`common.${type.direction}`)}</span>
                  {type.description}
                </span>
              </span>
            </label>
            <Sample type={type} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Sample({ type: { name, sample } }: { type: EventType }) {
  const label = t('picker.details', { name })
  return (
    <Popover
      label={label}
      align="end"
      className="w-[26rem] p-0"
      trigger={(
        <button type="button" aria-label={label} title={label} className="mt-0.5 flex size-6 items-center justify-center rounded-md text-muted-foreground hover:bg-muted hover:text-foreground">
          <Info aria-hidden className="size-4" />
        </button>
      )}
    >
      <Code className="border-0!" label={label} language="json" text={JSON.stringify(sample, null, 2)} />
    </Popover>
  )
}

function Chosen({ chosen, types, onRemove, onClear }: { chosen: readonly string[]; types: readonly EventType[]; onRemove: (name: string) => void; onClear: () => void }) {
  if (chosen.length === 0) return null
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <span className="text-[0.8125rem] text-muted-foreground">{t('picker.selected')}</span>
      {chosen.map((name) => (
        <span
          key={name}
          title={types.length > 0 && !types.some((type) => type.name === name) ? t('picker.unknown') : undefined}
          className="inline-flex h-7 max-w-full items-center gap-0.5 rounded-full bg-accent pe-0.5 ps-2.5 font-mono text-xs text-accent-foreground"
        >
          <span className="truncate">{name}</span>
          <button type="button" aria-label={t('picker.remove', { name })} className="flex size-6 items-center justify-center rounded-full hover:bg-card" onClick={() => onRemove(name)}>
            <X aria-hidden className="size-3.5" />
          </button>
        </span>
      ))}
      <button type="button" className="link h-7 px-1.5 text-[0.8125rem]" onClick={onClear}>{t('common.clear')}</button>
    </div>
  )
}

/** All, some or none of a group is chosen. Of no names at all: none. */
export function stateOf(names: readonly string[], picked: ReadonlySet<string>): Checked {
  const count = names.filter((name) => picked.has(name)).length
  return count === 0 ? 'none' : count === names.length ? 'all' : 'some'
}

function fits({ name, description, category }: EventType, search: string): boolean {
  const wanted = search.trim().toLowerCase()
  return [name, description, categoryName(category)].some((text) => text.toLowerCase().includes(wanted))
}
