import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export type Tone = 'success' | 'warning' | 'danger' | 'neutral' | 'accent'

const tones: Record<Tone, string> = {
  success: 'bg-success-soft text-success',
  warning: 'bg-warning-soft text-warning',
  danger: 'bg-danger-soft text-danger',
  neutral: 'bg-neutral-soft text-neutral',
  accent: 'bg-accent text-accent-foreground',
}

/** A state, told by shape, word and color: no one of them is enough for everybody. */
export function Badge({ tone, shape, children }: { tone: Tone; shape?: ReactNode; children: ReactNode }) {
  return (
    <span className={cx('badge inline-flex h-6 max-w-full items-center gap-1.5 rounded-full px-2.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3 [&_svg]:shrink-0', tones[tone])}>
      {shape && <span aria-hidden className="inline-flex">{shape}</span>}
      <span className="truncate">{children}</span>
    </span>
  )
}
