type SegmentsProps<Value extends string> = {
  value: Value
  onChange: (value: Value) => void
  label: string
  options: readonly { value: Value; label: string }[]
}

/** A few choices side by side, one of them pressed. */
export function Segments<Value extends string>({ value, onChange, label, options }: SegmentsProps<Value>) {
  return (
    <div role="group" aria-label={label} className="inline-flex max-w-full gap-0.5 overflow-x-auto rounded-lg bg-neutral-soft p-0.5">
      {options.map(({ value: each, label: name }) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === value}
          className="h-7 rounded-md px-3 text-[0.8125rem] font-medium whitespace-nowrap text-neutral hover:text-foreground aria-pressed:bg-card aria-pressed:text-foreground aria-pressed:shadow-card"
          onClick={() => onChange(each)}
        >
          {name}
        </button>
      ))}
    </div>
  )
}
