import type { ReactNode } from 'react'

/** One section of the settings: what it is about on the left, the controls on the right. */
export function Section({ id, title, help, children }: { id: string; title: string; help: string; children: ReactNode }) {
  return (
    <section aria-labelledby={`${id}-heading`} className="grid gap-x-8 gap-y-3 py-7 first:pt-2 lg:grid-cols-[13rem_minmax(0,1fr)]">
      <div>
        <h2 id={`${id}-heading`} tabIndex={-1} className="w-fit rounded-sm text-base font-semibold">{title}</h2>
        <p className="mt-0.5 text-[0.8125rem] text-muted-foreground">{help}</p>
      </div>
      <div className="card min-w-0 p-4 sm:p-5">{children}</div>
    </section>
  )
}
