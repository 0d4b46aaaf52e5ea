import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, lazy, useCallback, useDeferredValue, useMemo, useState } from 'react'
import { Outlet, useMatch, useNavigate, useParams } from 'react-router'
import { usePageTitle } from '../app/usePageTitle.ts'
import { queries } from '../data/queries.ts'
import type { ListedWebhook, Webhook } from '../data/webhooks.ts'
import { useCapabilities, useOrganization } from '../session/organization.tsx'
import { ButtonLink } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Empty } from '../ui/Empty.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { TabLinks } from '../ui/TabLinks.tsx'
import { usePanel } from '../webhooks/usePanel.ts'
import { actionsId } from '../webhooks/WebhookActions.tsx'
import { t } from '../words/detail.ts'
import { useOrganizationOf } from './useOrganizationOf.ts'
import { DELETE_BUTTON, type WebhookContext } from './webhook_context.ts'
import { WebhookBanners } from './WebhookBanners.tsx'
import { TEST_BUTTON, WebhookHeader } from './WebhookHeader.tsx'

const TestDialog = lazy(() => import('../webhooks/TestDialog.tsx'))
const TurnOnDialog = lazy(() => import('../webhooks/TurnOnDialog.tsx'))
const DeleteDialog = lazy(() => import('../webhooks/DeleteDialog.tsx'))

/** The frame of one webhook: finds it, or says that it is not there. */
export default function WebhookLayout() {
  const { webhookId = '' } = useParams()
  const { organization } = useOrganization()
  const can = useCapabilities(organization.id)
  const settings = useQuery(queries.settings(webhookId))
  const list = useQuery(queries.list(organization.id))
  useOrganizationOf(webhookId, settings.data?.organization_id)

  const webhook = settings.data
  const listed = list.data?.find(({ id }) => id === webhookId)
  if (can.known && !can.view) return <Empty isPage title={t('detail.no_access', { organization: organization.name })}>{t('detail.no_access_help')}</Empty>
  if (settings.isPending) return <Skeleton label={t('detail.loading')} />
  if (webhook === null) return <NotFound />
  if (webhook === undefined) return <Problem title={t('detail.not_loaded')} error={settings.error} onRetry={() => void settings.refetch()} />
  if (listed !== undefined) return <Found key={webhookId} webhook={webhook} listed={listed} />
  if (list.isError) return <Problem title={t('detail.not_loaded')} error={list.error} onRetry={() => void list.refetch()} />
  if (list.isPending || list.isFetching || webhook.organization_id !== organization.id) return <Skeleton label={t('detail.loading')} />
  return <NotFound />
}

function NotFound() {
  usePageTitle(t('detail.not_found'))
  return (
    <Empty isPage title={t('detail.not_found')} actions={<ButtonLink to="/settings/webhooks" variant="primary">{t('detail.all_webhooks')}</ButtonLink>}>
      {t('detail.not_found_help')}
    </Empty>
  )
}

function Found({ webhook, listed }: { webhook: Webhook; listed: ListedWebhook }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { panel, openPanel, closePanel } = usePanel()
  const [asking, setAsking] = useState<'turn_on' | 'delete' | null>(null)
  // When the delivery itself is there, which the list draws in its own time.
  const deliveryOpen = useMatch('/settings/webhooks/:webhookId/deliveries/:deliveryId') !== null
  const hasDelivery = useDeferredValue(deliveryOpen) && deliveryOpen
  const onSettings = useMatch('/settings/webhooks/:webhookId/settings') !== null
  const path = `/settings/webhooks/${listed.id}`

  const sendTest = useCallback((event?: string) => openPanel({ panel: 'test', ...(event === undefined ? {} : { event }) }), [openPanel])
  const turnOn = useCallback(() => setAsking('turn_on'), [])
  const askToDelete = useCallback(() => setAsking('delete'), [])
  const context = useMemo<WebhookContext>(() => ({ webhook, listed, sendTest, turnOn, askToDelete }), [webhook, listed, sendTest, turnOn, askToDelete])
  const close = () => setAsking(null)
  // The settings page has a delete button of its own.
  const deletedFrom = onSettings ? DELETE_BUTTON : actionsId(listed.id)
  const onTested = () => {
    closePanel()
    void queryClient.invalidateQueries({ queryKey: queries.webhook(listed.id) })
  }
  return (
    <>
      {/* On a small screen an open delivery has the page to itself, but still a heading above its own. */}
      {hasDelivery && <h1 className="sr-only lg:hidden">{listed.name}</h1>}
      <div className={cx('space-y-4', hasDelivery && 'max-lg:hidden')}>
        <WebhookHeader organizationId={webhook.organization_id} webhook={listed} onTest={() => sendTest()} onDelete={askToDelete} />
        <WebhookBanners webhook={listed} onTurnOn={turnOn} showSecret={!onSettings} />
        <TabLinks
          label={t('detail.tabs')}
          tabs={[
            { to: path, name: t('detail.overview'), end: true },
            { to: `${path}/deliveries`, name: t('detail.deliveries') },
            { to: `${path}/settings`, name: t('detail.settings') },
          ]}
        />
      </div>
      <div className={hasDelivery ? 'lg:mt-5' : 'mt-5'}>
        <Suspense fallback={<Skeleton />}><Outlet context={context} /></Suspense>
      </div>
      <Suspense fallback={null}>
        {panel?.panel === 'test' && <TestDialog webhook={listed} eventType={panel.event ?? null} onClose={onTested} returnTo={TEST_BUTTON} />}
        {asking === 'turn_on' && <TurnOnDialog webhook={listed} onClose={close} returnTo={`turn-on-${listed.id}`} />}
        {asking === 'delete' && (
          <DeleteDialog
            webhook={listed}
            onClose={close}
            returnTo={deletedFrom}
            onDeleted={() => void navigate('/settings/webhooks', { replace: true })}
          />
        )}
      </Suspense>
    </>
  )
}
