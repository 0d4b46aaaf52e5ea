import { Ellipsis } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { Button } from './Button.tsx'
import { cx } from './cx.ts'
import { Popover } from './Popover.tsx'

export type RowAction = {
  label: string
  icon?: ReactNode
  /** Where it leads, or what it does. */
  to?: string
  onSelect?: () => void
  danger?: boolean
  /** Why it cannot be used; shown under its name. */
  unavailable?: string | null
}

const item = 'flex w-full items-center gap-2.5 rounded-md px-2.5 py-2 text-start text-sm [&_svg]:size-4 [&_svg]:shrink-0'

/** The "⋯" of a row: a popover of buttons, so Tab and Enter are all there is to know. */
export function RowMenu({ label, actions, className, triggerId }: {
  label: string
  actions: RowAction[]
  className?: string
  /** Id of the button, where focus returns to when what an action opened is closed. */
  triggerId?: string
}) {
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <Popover
      label={label}
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="w-60 p-1"
      trigger={<Button {...(triggerId === undefined ? {} : { id: triggerId })} variant="quiet" size="icon" aria-label={label} className={cx('data-popup-open:bg-muted', className)} icon={<Ellipsis aria-hidden />} />}
    >
      <ul>
        {actions.map(({ label: name, icon, to, onSelect, danger, unavailable = null }, index) => (
          <li key={name} className={danger ? 'mt-1 border-t border-border pt-1' : undefined}>
            {to !== undefined
              ? <Link to={to} className={cx(item, 'hover:bg-muted')} onClick={() => setOpen(false)}>{icon}{name}</Link>
              : (
                  <button
                    type="button"
                    className={cx(item, unavailable === null ? ['hover:bg-muted', danger && 'text-danger'] : 'cursor-not-allowed text-muted-foreground')}
                    {...(unavailable === null ? {} : { 'aria-disabled': true, 'aria-describedby': `${id}-${index}` })}
                    onClick={() => {
                      if (unavailable !== null) return
                      setOpen(false)
                      onSelect?.()
                    }}
                  >
                    {icon}
                    {name}
                  </button>
                )}
            {unavailable !== null && <p id={`${id}-${index}`} className="px-2.5 pb-1.5 ps-9 text-xs text-muted-foreground">{unavailable}</p>}
          </li>
        ))}
      </ul>
    </Popover>
  )
}
