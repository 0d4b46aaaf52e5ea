import { useId, type ReactNode } from 'react'
import { cx } from './cx.ts'

/** What the input needs to be tied to its label, hint and error. */
export type FieldParts = { 'id': string; 'aria-invalid': boolean; 'aria-describedby': string }

type FieldProps = {
  label: ReactNode
  children: (parts: FieldParts) => ReactNode
  hint?: ReactNode
  /** What is wrong. */
  error?: string | undefined
  /** What is worth knowing, but no obstacle. */
  warning?: ReactNode
  /** Beside the label. */
  aside?: ReactNode
  className?: string
}

/**
 * A labelled input. The line under it is always there: if it appeared on blur, the button below would move
 * between mouse-down and mouse-up, and the click that caused the blur would be lost.
 */
export function Field({ label, children, hint, error, warning, aside, className }: FieldProps) {
  const id = useId()
  const lineId = `${id}-line`
  return (
    <div className={className}>
      <div className="mb-1.5 flex flex-wrap items-baseline justify-between gap-x-3">
        <label htmlFor={id} className="font-medium">{label}</label>
        {aside && <span className="text-[0.8125rem] text-muted-foreground">{aside}</span>}
      </div>
      {children({ 'id': id, 'aria-invalid': error !== undefined, 'aria-describedby': lineId })}
      <FieldLine id={lineId} error={error} warning={warning} hint={hint} />
    </div>
  )
}

/** The reserved line: the error, else the warning, else the hint. */
export function FieldLine({ id, error, warning, hint }: { id?: string; error?: string | undefined; warning?: ReactNode; hint?: ReactNode }) {
  return (
    <p
      {...(id === undefined ? {} : { id })}
      className={cx('mt-1 min-h-5 text-[0.8125rem] leading-5', error !== undefined ? 'text-danger' : warning ? 'text-warning' : 'text-muted-foreground')}
    >
      {error ?? (warning || hint)}
    </p>
  )
}
