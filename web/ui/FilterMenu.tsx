import { ChevronDown } from 'lucide-react'
import { useId, useState } from 'react'
import { Checkbox } from './Checkbox.tsx'
import { Popover } from './Popover.tsx'
import { SearchInput } from './SearchInput.tsx'

type FilterOption = { value: string; label: string; mono?: boolean }
export type FilterGroup = { name: string; options: readonly FilterOption[] }

type FilterMenuProps = {
  label: string
  /** What is chosen, in a word: "All", "Failed", "3". */
  value: string
  groups: readonly FilterGroup[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
  /** With a field that narrows the list: its label, and what to say when nothing is left. */
  search?: { label: string; none: string }
  className?: string
}

/** Chooses some of several: a popover of checkboxes. */
export function FilterMenu({ label, value: shownValue, groups, chosen, onChange, search, className }: FilterMenuProps) {
  const [wanted, setWanted] = useState('')
  const id = useId()
  const shown = groups
    .map(({ name, options }) => ({ name, options: options.filter((option) => `${option.label} ${option.value}`.toLowerCase().includes(wanted.trim().toLowerCase())) }))
    .filter(({ options }) => options.length > 0)
  const toggle = (value: string, on: boolean) => onChange(on ? [...chosen, value] : chosen.filter((each) => each !== value))
  return (
    <Popover
      label={label}
      onOpenChange={() => setWanted('')}
      className="w-72 p-0"
      trigger={(
        <button type="button" className={`inline-flex h-9 max-w-full min-w-0 items-center gap-2 rounded-[7px] border border-input bg-card pe-2 ps-2.5 text-sm hover:bg-muted data-popup-open:bg-muted ${className ?? ''}`}>
          <span className="text-muted-foreground">{label}</span>
          <span className="min-w-0 flex-1 truncate text-start">{shownValue}</span>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-muted-foreground" />
        </button>
      )}
    >
      {search && (
        <div className="border-b border-border p-2">
          <SearchInput label={search.label} value={wanted} onChange={(event) => setWanted(event.target.value)} />
        </div>
      )}
      <div className="relative max-h-80 overflow-y-auto p-1.5" tabIndex={-1}>
        {shown.map(({ name, options }) => (
          <div key={name} role="group" {...(name === '' ? { 'aria-label': label } : { 'aria-label': name })}>
            {name !== '' && <p aria-hidden className="px-2 pt-2 pb-1 text-xs text-muted-foreground">{name}</p>}
            {options.map(({ value, label: text, mono }) => (
              <label key={value} htmlFor={`${id}-${value}`} className="flex items-center gap-2 rounded-md px-1.5 py-0.5 hover:bg-muted">
                <Checkbox id={`${id}-${value}`} label={text} checked={chosen.includes(value)} onChange={(on) => toggle(value, on)} />
                <span className={`min-w-0 truncate ${mono ? 'font-mono text-[0.8125rem]' : ''}`}>{text}</span>
              </label>
            ))}
          </div>
        ))}
        {search && shown.length === 0 && <p role="status" className="px-2 py-3 text-muted-foreground">{search.none}</p>}
      </div>
    </Popover>
  )
}
