import { Skeleton } from '../ui/Skeleton.tsx'
import { t } from '../words/shell.ts'
import { Logo } from './Logo.tsx'

/** The frame before it is known who is there. index.html has the same bar, so that something stands before the scripts have come. */
export function BootFrame({ label }: { label?: string }) {
  return (
    <>
      <header className="border-b border-border bg-card">
        <div className="mx-auto flex h-14 max-w-7xl items-center gap-2 px-4 font-semibold tracking-tight sm:px-6">
          <Logo />
          <span className="max-sm:sr-only">{t('shell.product')}</span>
        </div>
      </header>
      <main className="mx-auto max-w-2xl p-6"><Skeleton {...(label === undefined ? {} : { label })} /></main>
    </>
  )
}
