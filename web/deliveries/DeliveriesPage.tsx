import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { Outlet, useLocation, useNavigate, useParams } from 'react-router'
import { pages, preload } from '../app/pages.ts'
import { useShortcuts } from '../app/shortcuts.ts'
import { usePageTitle } from '../app/usePageTitle.ts'
import { useUrlState } from '../app/url_state.ts'
import { useWebhook } from '../detail/webhook_context.ts'
import { cx } from '../ui/cx.ts'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { VisuallyHidden } from '../ui/VisuallyHidden.tsx'
import { t } from '../words/deliveries.ts'
import { askedOf, filterParameters, type LogFilters } from './delivery_filters.ts'
import { rowLinkId } from './DeliveryRow.tsx'
import { DeliveryTable } from './DeliveryTable.tsx'
import { FilterBar } from './FilterBar.tsx'
import type { LogContext } from './log_context.ts'
import { NewDeliveries, OlderDeliveries } from './ListEnds.tsx'
import { NoDeliveries } from './NoDeliveries.tsx'
import { ReplayProgress } from './ReplayProgress.tsx'
import { SelectionBar } from './SelectionBar.tsx'
import { Toolbar } from './Toolbar.tsx'
import { useDeliveries } from './useDeliveries.ts'
import { useInView } from './useInView.ts'
import { useNewsOf } from './useNewsOf.ts'
import { useRowKeys } from './useRowKeys.ts'
import { useSelection } from './useSelection.ts'

const ReplayDialog = lazy(() => import('./ReplayDialog.tsx'))
const ResendDialog = lazy(() => import('./ResendDialog.tsx'))

/** The log of one webhook, and the open delivery beside it. */
export default function DeliveriesPage() {
  const context = useWebhook()
  const { webhook, listed } = context
  const { deliveryId } = useParams()
  // The row is marked at once; the panel, beside which every row is laid out anew, comes with the next picture. Closed, it is gone at once.
  const isOpen = useDeferredValue(deliveryId !== undefined) && deliveryId !== undefined
  const title = t('deliveries.title')
  usePageTitle(`${webhook.name} · ${title}`)

  const [filters, change] = useUrlState<LogFilters>(filterParameters)
  // Spans end when they were chosen; the live poll brings what comes after.
  const { live: _, ...question } = filters
  const asked = useAsked(JSON.stringify(question))
  const top = useRef<HTMLDivElement>(null)
  const atTop = useInView(top)
  const { list, rows, fresh, freshIsOpen, showNew, isLiveLost, capped, canLoadOlder } = useDeliveries(webhook.id, asked, { live: filters.live, atTop })
  // Drawn in pieces: fifty rows at once would hold up whoever types or scrolls meanwhile.
  const drawn = useDeferredValue(rows)
  const news = useNewsOf(useMemo(() => [...fresh, ...rows], [fresh, rows]), asked)
  const { selected, select, selectAll, clear, chosen } = useSelection(rows)
  const [dialog, setDialog] = useState<'replay' | 'resend' | null>(null)
  const searchRef = useRef<HTMLInputElement>(null)

  const navigate = useNavigate()
  const { search } = useLocation()
  const path = `/settings/webhooks/${webhook.id}/deliveries`
  const linkTo = useCallback((id: string) => `${path}/${id}${search}`, [path, search])
  // Leafing through deliveries takes the place of the one that was open: Back leaves them all.
  const goTo = useCallback((id: string) => void navigate(linkTo(id), { replace: true }), [navigate, linkTo])
  const close = useCallback(() => void navigate(`${path}${search}`), [navigate, path, search])
  const { fetchNextPage } = list
  const loadOlder = useCallback(async () => {
    const { data } = await fetchNextPage()
    return data?.pages.flatMap((page) => page.rows.map(({ id }) => id)) ?? []
  }, [fetchNextPage])

  // Most who read the log open one of its rows.
  useEffect(() => { if (list.isSuccess) preload(pages.delivery) }, [list.isSuccess])
  useFocusReturn(deliveryId)
  useRowKeys({ enabled: !isOpen, select: (id) => select(id, !selected.has(id)) })
  useShortcuts({ '/': () => searchRef.current?.focus() })

  const outlet: LogContext = { ...context, ids: rows.map(({ id }) => id), canLoadOlder, loadOlder, goTo, close }
  return (
    <div className="space-y-3">
      <div className={cx('space-y-3', isOpen && 'max-lg:hidden')}>
        <h2 className="sr-only">{title}</h2>
        <FilterBar filters={filters} onChange={change} searchRef={searchRef} />
        <Toolbar webhook={webhook} filters={filters} asked={asked} onChange={change} onReplay={() => setDialog('replay')} isLiveLost={isLiveLost} />
        <ReplayProgress webhookId={webhook.id} />
      </div>
      <div className={cx(isOpen && 'lg:grid lg:grid-cols-[minmax(0,1fr)_minmax(0,28rem)] lg:items-start lg:gap-4')}>
        <div className={cx('relative min-w-0', isOpen && 'max-lg:hidden')}>
          <div ref={top} aria-hidden className="absolute top-0 h-8 w-px" />
          <VisuallyHidden role="status">{news}</VisuallyHidden>
          {list.isPending || (drawn.length === 0 && rows.length > 0)
            ? <Skeleton rows={8} rowClass="h-11" label={t('deliveries.loading')} />
            : list.isError && rows.length === 0
              ? <Problem title={t('deliveries.not_loaded')} error={list.error} onRetry={() => void list.refetch()} />
              : rows.length === 0
                ? <NoDeliveries filters={filters} onChange={change} neverSent={listed.last_delivery_at === null && listed.waiting === 0} />
                : (
                    <>
                      {fresh.length > 0 && (
                        <NewDeliveries
                          count={fresh.length}
                          isOpen={freshIsOpen}
                          onShow={() => {
                            showNew()
                            scrollTo({ top: 0 })
                          }}
                        />
                      )}
                      <DeliveryTable rows={drawn} linkTo={linkTo} openId={deliveryId} selected={selected} onSelect={select} onSelectAll={selectAll} isActive={listed.is_active} />
                      <OlderDeliveries list={list} canLoad={canLoadOlder} capped={capped} />
                    </>
                  )}
          {chosen.length > 0 && <SelectionBar count={chosen.length} webhook={listed} onResend={() => setDialog('resend')} onClear={clear} />}
        </div>
        {isOpen && (
          <aside className="card min-w-0 lg:sticky lg:top-[4.5rem] lg:max-h-[calc(100dvh-5.5rem)] lg:scroll-pt-16 lg:overflow-y-auto" aria-label={t('deliveries.open')}>
            <Suspense fallback={<div className="p-4"><Skeleton rows={4} rowClass="h-20" /></div>}><Outlet context={outlet} /></Suspense>
          </aside>
        )}
      </div>
      <Suspense fallback={null}>
        {dialog === 'replay' && <ReplayDialog webhook={webhook} isActive={listed.is_active} filters={filters} onClose={() => setDialog(null)} />}
        {dialog === 'resend' && (
          <ResendDialog
            organizationId={webhook.organization_id}
            webhookId={webhook.id}
            deliveries={chosen}
            onClose={() => setDialog(null)}
            onResent={() => {
              setDialog(null)
              clear()
            }}
          />
        )}
      </Suspense>
    </div>
  )
}

/** The question to the server. It changes when a filter changes, and not with the clock. */
function useAsked(question: string) {
  return useMemo(() => askedOf({ ...(JSON.parse(question) as LogFilters), live: true }, new Date()), [question])
}

/** Back to the row when its delivery is closed. On the parameter and not in the click: the router changes the address before the rows are there. */
function useFocusReturn(deliveryId: string | undefined) {
  const before = useRef(deliveryId)
  useEffect(() => {
    const closed = before.current
    before.current = deliveryId
    if (closed === undefined || deliveryId !== undefined) return
    const link = document.getElementById(rowLinkId(closed))
    link?.focus({ preventScroll: true })
    link?.closest('[role="row"]')?.scrollIntoView({ block: 'nearest' })
  }, [deliveryId])
}
