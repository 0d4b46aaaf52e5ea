import { Check, Minus } from 'lucide-react'

/** Some: a group of which only a part is chosen. */
export type Checked = 'all' | 'some' | 'none'

type CheckboxProps = {
  checked: boolean | Checked
  onChange: (checked: boolean) => void
  /** For screen readers; leave it out when a `<label>` wraps or names the box. */
  label?: string
  id?: string
  describedBy?: string
  /** There is nothing to choose. */
  disabled?: boolean
}

/**
 * A box with three states. 20 px with a margin: the smallest that a finger or a tremor can hit (WCAG 2.5.8). The browser's own: a log
 * of fifty rows has fifty of them.
 */
export function Checkbox({ checked, onChange, label, id, describedBy, disabled = false }: CheckboxProps) {
  const isSome = checked === 'some'
  const isOn = checked === true || checked === 'all'
  const Mark = isSome ? Minus : Check
  return (
    <span className="relative m-0.5 inline-flex size-5 shrink-0">
      <input
        type="checkbox"
        {...(id === undefined ? {} : { id })}
        {...(label === undefined ? {} : { 'aria-label': label })}
        {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
        // Markup has no word for it. With every drawing, since a press takes it away.
        ref={(box) => { if (box !== null) box.indeterminate = isSome }}
        checked={isOn}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="size-full appearance-none rounded-[5px] border border-input bg-card checked:border-primary checked:bg-primary indeterminate:border-primary indeterminate:bg-primary disabled:cursor-default disabled:bg-muted disabled:opacity-60"
      />
      {(isSome || isOn) && <Mark aria-hidden strokeWidth={3} className="pointer-events-none absolute inset-0 m-auto size-3.5 text-primary-foreground" />}
    </span>
  )
}
