import { Search } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cx } from './cx.ts'

/** A field to search in. Its label is what it shows while it is empty. */
export function SearchInput({ label, className, ...props }: Omit<ComponentProps<'input'>, 'type'> & { label: string }) {
  return (
    <div className={cx('relative', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 start-2.5 size-4 -translate-y-1/2 text-muted-foreground" />
      <input type="search" className="field ps-8" aria-label={label} placeholder={label} {...props} />
    </div>
  )
}
