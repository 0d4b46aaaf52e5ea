import { useEffect, useState } from 'react'
import { t } from '../words/every_screen.ts'
import { cx } from './cx.ts'
import { VisuallyHidden } from './VisuallyHidden.tsx'

/** Rows in the shape of what is to come. Nothing in the first 200 ms: a flash of grey is worse than a short wait. */
export function Skeleton({ rows = 3, label, rowClass = 'h-16' }: { rows?: number; label?: string; rowClass?: string }) {
  const shown = useAfter(200)
  return (
    <div aria-busy="true" className="relative space-y-3">
      {shown && <VisuallyHidden role="status">{label ?? t('common.loading')}</VisuallyHidden>}
      {Array.from({ length: rows }, (_, index) => <div key={index} aria-hidden className={cx(shown && 'skeleton', rowClass)} />)}
    </div>
  )
}

function useAfter(milliseconds: number): boolean {
  const [passed, setPassed] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), milliseconds)
    return () => clearTimeout(timer)
  }, [milliseconds])
  return passed
}
