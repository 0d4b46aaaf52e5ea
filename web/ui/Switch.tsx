import { Switch as Base } from '@base-ui/react/switch'
import { useId } from 'react'
import { toastReason } from './toasts.ts'
import { VisuallyHidden } from './VisuallyHidden.tsx'

type SwitchProps = {
  checked: boolean
  onChange: (checked: boolean) => void
  label: string
  busy?: boolean
  /** Why it cannot be used. */
  unavailable?: string | null
}

/** On or off, at once. */
export function Switch({ checked, onChange, label, busy = false, unavailable = null }: SwitchProps) {
  const reasonId = useId()
  const blocked = unavailable !== null
  return (
    <>
      <Base.Root
        checked={checked}
        onCheckedChange={(next) => { if (blocked) toastReason(unavailable); else onChange(next) }}
        aria-label={label}
        aria-busy={busy}
        {...(blocked ? { 'aria-disabled': true, 'aria-describedby': reasonId, 'title': unavailable } : {})}
        className="relative inline-flex h-6 w-10 shrink-0 items-center rounded-full bg-input p-[3px] transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-60 data-checked:bg-primary"
      >
        <Base.Thumb className="size-[18px] rounded-full bg-card shadow-card transition-transform data-checked:translate-x-4 rtl:data-checked:-translate-x-4" />
      </Base.Root>
      {blocked && <VisuallyHidden id={reasonId}>{unavailable}</VisuallyHidden>}
    </>
  )
}
