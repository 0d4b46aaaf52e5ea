import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import { cx } from './cx.ts'

type PopoverProps = {
  /** The button that opens it. */
  trigger: ReactElement
  children: ReactNode
  /** Named for screen readers when the content has no heading. */
  label: string
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'bottom'
  /** Says its padding, too. */
  className: string
  open?: boolean
  onOpenChange?: (open: boolean) => void
  openOnHover?: boolean
}

/** A small layer beside its button. Closes on Escape, on a press outside, and when focus leaves it. */
export function Popover({ trigger, children, label, align = 'start', side = 'bottom', className, open, onOpenChange, openOnHover = false }: PopoverProps) {
  return (
    <Base.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange: (next) => onOpenChange(next) } : {})}>
      <Base.Trigger render={trigger} openOnHover={openOnHover} delay={350} />
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={6} collisionPadding={8} collisionAvoidance={{ fallbackAxisSide: 'none' }} className="z-50">
          <Base.Popup aria-label={label} className={cx('overlay-popup max-h-(--available-height) max-w-[calc(100vw-16px)] overflow-y-auto rounded-lg border border-border bg-card shadow-pop outline-none', className)}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
