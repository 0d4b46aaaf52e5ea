import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

const tones = {
  danger: { look: 'border-danger-border bg-danger-soft', icon: <CircleAlert aria-hidden className="size-5 text-danger" /> },
  warning: { look: 'border-warning-border bg-warning-soft', icon: <TriangleAlert aria-hidden className="size-5 text-warning" /> },
  info: { look: 'border-border bg-card', icon: <Info aria-hidden className="size-5 text-link" /> },
}

/** Something about the whole screen that wants a decision. */
export function Banner({ tone, title, children, actions }: { tone: keyof typeof tones; title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  const { look, icon } = tones[tone]
  return (
    <section className={cx('flex flex-wrap items-start gap-x-6 gap-y-3 rounded-[10px] border px-4 py-3.5', look)}>
      <div className="flex min-w-0 flex-1 basis-72 gap-3">
        <span className="mt-px shrink-0">{icon}</span>
        <div className="min-w-0">
          <h2 className="font-semibold wrap-anywhere">{title}</h2>
          {children && <div className="mt-0.5 text-foreground/85">{children}</div>}
        </div>
      </div>
      {actions && <div className="flex flex-wrap gap-2 self-center ps-8 sm:ps-0">{actions}</div>}
    </section>
  )
}
