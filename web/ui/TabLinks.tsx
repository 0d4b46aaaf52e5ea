import { NavLink } from 'react-router'
import { cx } from './cx.ts'

/** Tabs that are links: Back works, and each has an address. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly { to: string; name: string; end?: boolean }[] }) {
  return (
    <nav aria-label={label} className="relative border-b border-border">
      <ul className="-mb-px flex gap-5 overflow-x-auto">
        {tabs.map(({ to, name, end = false }) => (
          <li key={to}>
            <NavLink
              to={to}
              end={end}
              className={({ isActive }) => cx(
                'inline-flex h-10 items-center border-b-2 px-0.5 text-sm font-medium whitespace-nowrap',
                isActive ? 'border-primary text-foreground' : 'border-transparent text-muted-foreground hover:text-foreground',
              )}
            >
              {name}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
