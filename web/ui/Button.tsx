import { cva, type VariantProps } from 'class-variance-authority'
import { useId, type ComponentProps, type ReactNode } from 'react'
import { Link, type LinkProps } from 'react-router'
import { cx } from './cx.ts'
import { toastReason } from './toasts.ts'
import { VisuallyHidden } from './VisuallyHidden.tsx'

const look = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-[7px] border font-medium whitespace-nowrap select-none transition-colors [&_svg]:size-4 [&_svg]:shrink-0 aria-disabled:cursor-not-allowed aria-disabled:opacity-60',
  {
    variants: {
      variant: {
        primary: 'border-transparent bg-primary text-primary-foreground shadow-card not-aria-disabled:hover:bg-primary-hover',
        secondary: 'border-border bg-card text-foreground shadow-card not-aria-disabled:hover:bg-muted',
        quiet: 'border-transparent text-muted-foreground not-aria-disabled:hover:bg-muted not-aria-disabled:hover:text-foreground',
        danger: 'border-transparent bg-danger-solid text-primary-foreground shadow-card not-aria-disabled:hover:bg-danger-hover',
        danger_quiet: 'border-border bg-card text-danger shadow-card not-aria-disabled:hover:bg-danger-soft',
      },
      size: { normal: 'h-9 px-3.5 text-sm', small: 'h-8 px-2.5 text-[0.8125rem]', icon: 'size-8', icon_small: 'size-7' },
    },
    defaultVariants: { variant: 'secondary', size: 'normal' },
  },
)
type Look = VariantProps<typeof look>

export type ButtonProps = ComponentProps<'button'> & Look & {
  /** Why the button cannot be used now. It stays focusable, and says so to whoever hovers over it, presses it or hears it. */
  unavailable?: string | null | undefined
  icon?: ReactNode
}

export function Button({ variant, size, unavailable = null, icon, className, onClick, children, type = 'button', ...props }: ButtonProps) {
  const reasonId = useId()
  const blocked = unavailable !== null
  return (
    <>
      <button
        type={blocked ? 'button' : type}
        className={cx(look({ variant, size }), className)}
        {...props}
        {...(blocked ? { 'aria-disabled': true, 'aria-describedby': reasonId, 'title': unavailable } : {})}
        onClick={blocked ? (event) => { event.preventDefault(); toastReason(unavailable) } : onClick}
      >
        {icon}
        {children}
      </button>
      {blocked && <VisuallyHidden id={reasonId}>{unavailable}</VisuallyHidden>}
    </>
  )
}

export function ButtonLink({ variant, size, icon, className, children, ...props }: LinkProps & Look & { icon?: ReactNode }) {
  return <Link className={cx(look({ variant, size }), className)} {...props}>{icon}{children}</Link>
}
