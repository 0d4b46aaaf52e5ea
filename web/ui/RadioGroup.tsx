import { Radio } from '@base-ui/react/radio'
import { RadioGroup as Base } from '@base-ui/react/radio-group'
import { useId, type ReactNode } from 'react'
import { cx } from './cx.ts'

type RadioGroupProps<Value extends string> = {
  value: Value
  onChange: (value: Value) => void
  label: string
  options: readonly { value: Value; label: ReactNode; hint?: ReactNode }[]
  /** Side by side where there is room. */
  inline?: boolean
}

export function RadioGroup<Value extends string>({ value, onChange, label, options, inline = false }: RadioGroupProps<Value>) {
  const id = useId()
  return (
    <Base value={value} onValueChange={(next) => onChange(next as Value)} aria-label={label} className={cx('flex flex-col gap-x-6 gap-y-2', inline && 'sm:flex-row sm:flex-wrap')}>
      {options.map(({ value: each, label: name, hint }) => (
        <div key={each} className="flex items-start gap-2">
          <Radio.Root
            value={each}
            aria-labelledby={`${id}-${each}`}
            {...(hint ? { 'aria-describedby': `${id}-${each}-hint` } : {})}
            className="inline-flex size-5 shrink-0 items-center justify-center rounded-full border border-input bg-card data-checked:border-primary data-checked:bg-primary"
          >
            <Radio.Indicator className="size-2 rounded-full bg-primary-foreground" />
          </Radio.Root>
          <div>
            <span id={`${id}-${each}`} className="cursor-pointer" onClick={() => onChange(each)}>{name}</span>
            {hint && <p id={`${id}-${each}-hint`} className="text-[0.8125rem] text-muted-foreground">{hint}</p>}
          </div>
        </div>
      ))}
    </Base>
  )
}
