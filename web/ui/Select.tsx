import { ChevronDown } from 'lucide-react'
import { cx } from './cx.ts'

export type Option<Value extends string> = { value: Value; label: string }
export type OptionGroup<Value extends string> = { group: string; options: readonly Option<Value>[] }

type SelectProps<Value extends string> = {
  value: Value
  onChange: (value: Value) => void
  options: readonly Option<Value>[] | readonly OptionGroup<Value>[]
  /** What is chosen here. Shown before the value when `prefixed`, else for screen readers. */
  label: string
  prefixed?: boolean
  /** From a `Field`, which then has the visible label. */
  id?: string
  describedBy?: string
  className?: string
  size?: 'normal' | 'small'
}

/**
 * Chooses one of a few. The browser's own select: a phone shows its picker, where supported `styles.css` draws the list,
 * and 12 KiB of first load stay unspent, which is what Base UI’s select adds to all else we use of it.
 */
export function Select<Value extends string>({ value, onChange, options, label, prefixed = false, id, describedBy, className, size = 'normal' }: SelectProps<Value>) {
  return (
    <span
      className={cx(
        'relative inline-flex max-w-full min-w-0 items-center rounded-[7px] border border-input bg-card text-sm focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-ring hover:bg-muted',
        size === 'small' ? 'h-8' : 'h-9', className,
      )}
    >
      {prefixed && <span aria-hidden className="pointer-events-none shrink-0 ps-2.5 text-muted-foreground">{label}</span>}
      <select
        {...(id === undefined ? { 'aria-label': label } : { id, 'aria-describedby': describedBy })}
        value={value}
        onChange={(event) => onChange(event.target.value as Value)}
        className={cx('select h-full min-w-0 flex-1 truncate rounded-[6px] bg-transparent pe-8 outline-none', prefixed ? 'ps-2' : 'ps-2.5')}
      >
        {options.map((option) => ('group' in option
          ? (
              <optgroup key={option.group} label={option.group}>
                {option.options.map(({ value: each, label: name }) => <option key={each} value={each}>{name}</option>)}
              </optgroup>
            )
          : <option key={option.value} value={option.value}>{option.label}</option>))}
      </select>
      {/* Opaque: a long choice runs under it, since browsers do not shorten the text of a select. */}
      <span aria-hidden className="pointer-events-none absolute inset-y-0 end-0 flex items-center rounded-e-[6px] bg-inherit pe-2 ps-1 text-muted-foreground"><ChevronDown className="size-4" /></span>
    </span>
  )
}
