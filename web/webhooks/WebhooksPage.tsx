import { useQuery } from '@tanstack/react-query'
import { BookOpen, Plus, SearchX, ShieldOff } from 'lucide-react'
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useShortcuts } from '../app/shortcuts.ts'
import { useUrlState } from '../app/url_state.ts'
import { usePageTitle } from '../app/usePageTitle.ts'
import type { EventType } from '../data/catalog.ts'
import { queries } from '../data/queries.ts'
import type { ListedWebhook } from '../data/webhooks.ts'
import { useCapabilities, useOrganization } from '../session/organization.tsx'
import { useRefusal } from '../session/permission.ts'
import { Banner } from '../ui/Banner.tsx'
import { Button, ButtonLink } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Outdated } from '../ui/Outdated.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { t } from '../words/list.ts'
import { FilterBar } from './FilterBar.tsx'
import { TurnedOffBanner } from './TurnedOffBanner.tsx'
import { usePanel } from './usePanel.ts'
import { actionsId } from './WebhookActions.tsx'
import { WebhookRows } from './WebhookRows.tsx'
import { filterParameters, filterWebhooks, NO_FILTERS } from './webhook_filters.ts'
import { webhookStatus } from './webhook_status.ts'

// Not on the first screen, or not for everybody.
const FirstWebhook = lazy(() => import('./FirstWebhook.tsx'))
const HowWebhooksWork = lazy(() => import('./HowWebhooksWork.tsx'))
const PanelDialog = lazy(() => import('./PanelDialog.tsx'))
const DeleteDialog = lazy(() => import('./DeleteDialog.tsx'))
const TurnOnDialog = lazy(() => import('./TurnOnDialog.tsx'))

export default function WebhooksPage() {
  usePageTitle(t('common.webhooks'))
  const { organization } = useOrganization()
  const can = useCapabilities(organization.id)
  const webhooks = useQuery(queries.list(organization.id))
  const limits = useQuery(queries.limits(organization.id)).data
  const refusal = useRefusal()
  const { panel, openPanel, closePanel } = usePanel()

  const all = webhooks.data
  const atLimit = limits && all && all.length >= limits.max_webhooks ? t('list.at_limit', { n: all.length, max: limits.max_webhooks }) : null
  const cannotCreate = refusal('create') ?? atLimit
  const create = () => openPanel({ panel: 'create' })
  useShortcuts({ c: () => { if (cannotCreate === null) create() } })

  return (
    <div className="space-y-5">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-xl font-semibold tracking-tight">{t('common.webhooks')}</h1>
          <p className="mt-0.5 text-muted-foreground">{t('list.lead', { organization: organization.name })}</p>
        </div>
        {all && all.length > 0 && (
          <div className="flex flex-col gap-1.5 max-sm:w-full sm:items-end">
            <div className="flex flex-wrap gap-2 max-sm:*:flex-1">
              <ButtonLink to="/settings/webhooks/events" icon={<BookOpen aria-hidden />}>{t('common.event_catalog')}</ButtonLink>
              <Button id="create-webhook" variant="primary" icon={<Plus aria-hidden />} onClick={create} unavailable={cannotCreate}>{t('common.create_webhook')}</Button>
            </div>
            {cannotCreate !== null && <p aria-hidden className="text-[0.8125rem] text-muted-foreground">{cannotCreate}</p>}
          </div>
        )}
      </header>
      {body()}
      {can.view && all && <Suspense fallback={<div className="card h-11" />}><HowWebhooksWork limits={limits} /></Suspense>}
      {panel !== null && <Suspense fallback={null}><PanelDialog panel={panel} webhooks={all} cannotCreate={cannotCreate} onClose={closePanel} /></Suspense>}
    </div>
  )

  /** The states of the page, in fixed order. */
  function body(): ReactNode {
    if (can.known && !can.view) {
      return <Empty icon={<ShieldOff />} title={t('list.no_access', { organization: organization.name })}>{t('list.no_access_help')}</Empty>
    }
    if (webhooks.isPending) return <Skeleton rows={3} label={t('list.loading')} rowClass="h-[4.75rem]" />
    if (webhooks.isError && all === undefined) return <Problem title={t('list.not_loaded')} error={webhooks.error} onRetry={() => void webhooks.refetch()} />
    if (all === undefined || all.length === 0) return <Suspense fallback={<div className="card h-96" />}><FirstWebhook onCreate={create} unavailable={cannotCreate} /></Suspense>
    return (
      <>
        <Outdated query={webhooks} />
        <WebhookList organizationId={organization.id} webhooks={all} />
      </>
    )
  }
}

/** The newest that were turned off are told of one by one. More of them would push the list off the screen. */
const MOST_BANNERS = 3

const NO_TYPES: readonly EventType[] = []

type Asked = { about: 'delete' | 'turn_on'; webhook: ListedWebhook }

function WebhookList({ organizationId, webhooks }: { organizationId: string; webhooks: ListedWebhook[] }) {
  const types = useQuery(queries.eventTypes()).data ?? NO_TYPES
  const [filters, changeFilters] = useUrlState(filterParameters)
  const [asked, setAsked] = useState<Asked | null>(null)
  const search = useRef<HTMLInputElement>(null)
  const { openPanel } = usePanel()
  useShortcuts({ '/': () => search.current?.focus() })

  // The rows follow what is typed when there is time: two hundred of them would hold up a slow phone at each key.
  const asOf = useDeferredValue(filters)
  const shown = useMemo(() => filterWebhooks(webhooks, asOf, types), [webhooks, asOf, types])
  // The router makes its functions anew with each address, and the rows would be drawn again for that alone.
  const latest = useRef(openPanel)
  useEffect(() => { latest.current = openPanel }, [openPanel])
  const test = useCallback(({ id }: ListedWebhook) => latest.current({ panel: 'test', hook: id }), [])
  const edit = useCallback(({ id }: ListedWebhook) => latest.current({ panel: 'edit', hook: id }), [])
  const askToDelete = useCallback((webhook: ListedWebhook) => setAsked({ about: 'delete', webhook }), [])
  const turnedOff = webhooks.filter((webhook) => webhookStatus(webhook) === 'turned_off').sort((a, b) => Date.parse(b.disabled_at ?? '') - Date.parse(a.disabled_at ?? ''))
  const told = turnedOff.slice(0, MOST_BANNERS)
  return (
    <>
      {told.map((webhook) => <TurnedOffBanner key={webhook.id} webhook={webhook} onTurnOn={() => setAsked({ about: 'turn_on', webhook })} />)}
      {turnedOff.length > told.length && (
        <Banner
          tone="danger"
          title={t('list.off_more', { n: turnedOff.length - told.length })}
          actions={filters.status !== 'turned_off' && <Button size="small" onClick={() => changeFilters({ ...NO_FILTERS, status: 'turned_off' })}>{t('list.show_off')}</Button>}
        />
      )}
      <FilterBar filters={filters} onChange={changeFilters} types={types} count={shown.length} searchRef={search} />
      {shown.length === 0
        ? <Empty icon={<SearchX />} title={t('list.no_match')} actions={<Button onClick={() => changeFilters(NO_FILTERS)}>{t('common.clear_filters')}</Button>} />
        : (
            <WebhookRows
              organizationId={organizationId}
              webhooks={shown}
              types={types}
              onTest={test}
              onEdit={edit}
              onDelete={askToDelete}
            />
          )}
      <Suspense fallback={null}>
        {asked?.about === 'delete' && (
          <DeleteDialog webhook={asked.webhook} onClose={() => setAsked(null)} onDeleted={() => setAsked(null)} returnTo={actionsId(asked.webhook.id)} />
        )}
        {asked?.about === 'turn_on' && <TurnOnDialog webhook={asked.webhook} onClose={() => setAsked(null)} returnTo={`turn-on-${asked.webhook.id}`} />}
      </Suspense>
    </>
  )
}
