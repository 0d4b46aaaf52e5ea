import type { ReactNode } from 'react'

/** Nothing here: what would be here, and how to get it. */
export function Empty({ title, children, actions, icon, isPage = false }: {
  title: string
  children?: ReactNode
  actions?: ReactNode
  icon?: ReactNode
  /** Whether it is all that the page has: then its title is the page's. */
  isPage?: boolean
}) {
  const Heading = isPage ? 'h1' : 'h2'
  return (
    <div className="card flex flex-col items-center px-6 py-12 text-center wrap-anywhere">
      {icon && <div aria-hidden className="mb-3 flex size-11 items-center justify-center rounded-full bg-muted text-muted-foreground [&_svg]:size-5">{icon}</div>}
      <Heading className="text-base font-semibold">{title}</Heading>
      {children && <div className="mt-1 max-w-prose text-balance text-muted-foreground">{children}</div>}
      {actions && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
