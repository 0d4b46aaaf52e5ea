import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Check, Minus } from 'lucide-react'
import { cx } from './cx.ts'

/** Some: a group of which only a part is chosen. */
export type Checked = 'all' | 'some' | 'none'

type CheckboxProps = {
  checked: boolean | Checked
  onChange: (checked: boolean) => void
  /** For screen readers; leave it out when a `<label>` wraps or names the box. */
  label?: string
  id?: string
  describedBy?: string
  className?: string
}

/** A box with three states. 20 px with a margin: the smallest that a finger or a tremor can hit (WCAG 2.5.8). */
export function Checkbox({ checked, onChange, label, id, describedBy, className }: CheckboxProps) {
  return (
    <Base.Root
      {...(id === undefined ? {} : { id })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
      checked={checked === true || checked === 'all'}
      indeterminate={checked === 'some'}
      onCheckedChange={onChange}
      className={cx(
        'm-0.5 inline-flex size-5 shrink-0 items-center justify-center rounded-[5px] border border-input bg-card text-primary-foreground data-checked:border-primary data-checked:bg-primary data-indeterminate:border-primary data-indeterminate:bg-primary',
        className,
      )}
    >
      <Base.Indicator className="flex" render={(props, state) => (
        <span {...props}>{state.indeterminate ? <Minus aria-hidden className="size-3.5" strokeWidth={3} /> : <Check aria-hidden className="size-3.5" strokeWidth={3} />}</span>
      )}
      />
    </Base.Root>
  )
}
