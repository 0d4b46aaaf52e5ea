import { ChevronRight } from 'lucide-react'
import { t } from '../words/delivery.ts'
import type { SentHeader } from './sent_request.ts'

/** Headers, folded away. A value that was not stored is masked. */
export function HeaderList({ headers, note }: { headers: readonly SentHeader[]; note?: string | null }) {
  if (headers.length === 0) return null
  return (
    <details className="group">
      <summary className="inline-flex h-7 list-none items-center gap-1 rounded-md pe-2 text-[0.8125rem] text-muted-foreground hover:text-foreground">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        {t('delivery.headers', { n: headers.length })}
      </summary>
      <dl className="mt-1 divide-y divide-border rounded-lg border border-border font-mono text-xs">
        {headers.map(({ name, value }) => (
          <div key={name} className="px-3 py-1.5 wrap-anywhere">
            <dt className="inline text-muted-foreground">{name}: </dt>
            <dd className="inline"><bdi>{value ?? t('delivery.masked')}</bdi></dd>
          </div>
        ))}
      </dl>
      {note && <p className="mt-1.5 text-xs text-muted-foreground">{note}</p>}
    </details>
  )
}
