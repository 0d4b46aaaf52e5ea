import type { ComponentProps } from 'react'

/** For screen readers only. The parent that scrolls must be positioned, or this widens the page. */
export function VisuallyHidden(props: ComponentProps<'span'>) {
  return <span {...props} className="sr-only" />
}
