import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronLeft, ChevronUp, X } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { Link, useLocation, useParams } from 'react-router'
import { useShortcuts } from '../app/shortcuts.ts'
import { usePageTitle } from '../app/usePageTitle.ts'
import type { DeliveryDetail } from '../data/deliveries.ts'
import { queries } from '../data/queries.ts'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { duration } from '../ui/time_format.ts'
import { FROM_LG } from '../ui/useMedia.ts'
import { t } from '../words/delivery.ts'
import { DeliveryContent } from './DeliveryContent.tsx'
import { useLog } from './log_context.ts'
import { useEscape } from './useEscape.ts'
import { useNeighbors } from './useNeighbors.ts'

const DAY_MS = 86_400_000

/** One delivery, beside the list; a page of its own on a small screen. Not modal: the list stays in reach. */
export default function DeliveryPanel() {
  const { deliveryId = '' } = useParams()
  const { webhook, close } = useLog()
  const { data, isPending, error, refetch } = useQuery(queries.delivery(webhook.id, deliveryId))
  // A delivery of another webhook does not exist here.
  const detail = data?.delivery.webhook_id === webhook.id ? data : null
  const { previous, next } = useNeighbors(deliveryId, detail)
  const title = detail?.delivery.event_type ?? t('delivery.title')
  usePageTitle(t('delivery.page', { event: title, name: webhook.name }))

  const { pathname, search } = useLocation()
  const listPath = `${pathname.slice(0, pathname.lastIndexOf('/'))}${search}`
  useEscape(close)
  useShortcuts({ j: () => next?.(), k: () => previous?.() })
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // Whoever presses the buttons for next and previous keeps pressing them.
    if (document.activeElement?.closest('[data-neighbors]')) return
    heading.current?.focus({ preventScroll: true })
    heading.current?.closest('aside')?.scrollTo({ top: 0 })
    if (!matchMedia(FROM_LG).matches) scrollTo({ top: 0 })
  }, [deliveryId])

  return (
    <article aria-labelledby="delivery-heading">
      <header className="sticky top-0 z-10 flex items-center gap-1 border-b border-border bg-card py-2.5 pe-2 ps-4 max-lg:rounded-t-[10px]">
        <Link to={listPath} className="-ms-2 inline-flex size-8 items-center justify-center rounded-md text-muted-foreground hover:bg-muted lg:hidden" aria-label={t('delivery.back')}>
          <ChevronLeft aria-hidden className="rtl:rotate-180 size-5" />
        </Link>
        <h2 id="delivery-heading" ref={heading} tabIndex={-1} className="min-w-0 flex-1 truncate rounded-sm font-mono text-[0.9375rem] font-semibold outline-none" title={title}><bdi>{title}</bdi></h2>
        <div data-neighbors className="flex">
          <Button size="icon" variant="quiet" aria-label={t('delivery.previous')} title={t('delivery.previous')} aria-disabled={previous === null} icon={<ChevronUp aria-hidden />} onClick={() => previous?.()} />
          <Button size="icon" variant="quiet" aria-label={t('delivery.next')} title={t('delivery.next')} aria-disabled={next === null} icon={<ChevronDown aria-hidden />} onClick={() => next?.()} />
        </div>
        <Button size="icon" variant="quiet" className="max-lg:hidden" aria-label={t('delivery.close')} icon={<X aria-hidden />} onClick={close} />
      </header>
      <PanelBody detail={detail} isPending={isPending} error={error} onRetry={() => void refetch()} />
    </article>
  )
}

function PanelBody({ detail, isPending, error, onRetry }: { detail: DeliveryDetail | null; isPending: boolean; error: unknown; onRetry: () => void }): ReactNode {
  if (isPending) return <div className="p-4"><Skeleton rows={4} rowClass="h-20" label={t('delivery.loading')} /></div>
  if (detail !== null) return <DeliveryContent key={detail.delivery.id} detail={detail} />
  if (error !== null) return <div className="p-4"><Problem title={t('delivery.not_loaded')} error={error} onRetry={onRetry} /></div>
  return <NotFound />
}

function NotFound() {
  const { webhook, close } = useLog()
  const limits = useQuery(queries.limits(webhook.organization_id))
  return (
    <div role="status" className="flex flex-col items-center px-6 py-14 text-center">
      <p className="text-base font-semibold">{t('delivery.not_found')}</p>
      {limits.data && <p className="mt-1 text-muted-foreground">{t('delivery.not_found_help', { days: duration(limits.data.retention_days * DAY_MS) })}</p>}
      <Button className="mt-4" onClick={close}>{t('delivery.all')}</Button>
    </div>
  )
}
