import { lazy } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { NotFoundPage } from './NotFoundPage.tsx'
import { Shell } from './Shell.tsx'

const load = {
  list: () => import('../webhooks/WebhooksPage.tsx'),
  catalog: () => import('../catalog/CatalogPage.tsx'),
  inbox: () => import('../inbox/InboxPage.tsx'),
  apiKeys: () => import('../api_keys/ApiKeysPage.tsx'),
  layout: () => import('../detail/WebhookLayout.tsx'),
  overview: () => import('../detail/OverviewPage.tsx'),
  settings: () => import('../detail/SettingsPage.tsx'),
  deliveries: () => import('../deliveries/DeliveriesPage.tsx'),
  delivery: () => import('../deliveries/DeliveryPanel.tsx'),
}
const WebhooksPage = lazy(load.list)
const CatalogPage = lazy(load.catalog)
const InboxPage = lazy(load.inbox)
const ApiKeysPage = lazy(load.apiKeys)
const WebhookLayout = lazy(load.layout)
const OverviewPage = lazy(load.overview)
const SettingsPage = lazy(load.settings)
const DeliveriesPage = lazy(load.deliveries)
const DeliveryPanel = lazy(load.delivery)

/** Fetches the code of the page at this address, while the session and the organization are still on their way. */
export function preloadPage(pathname: string): void {
  const [first, second, third] = pathname.split('/').slice(3)
  const pages = first === undefined || first === '' ? [load.list]
    : first === 'events' ? [load.catalog]
      : first === 'inbox' ? [load.inbox]
        : first === 'keys' ? [load.apiKeys]
          : [load.layout, second === 'deliveries' ? load.deliveries : second === 'settings' ? load.settings : load.overview, ...(third ? [load.delivery] : [])]
  // A failure shows when the page is really needed.
  for (const page of pages) page().catch(() => {})
}

/** Every address of the app. Each page is a chunk of its own; dialogs of the list are in its query (`?panel=create`). */
export function AppRoutes() {
  return (
    <Routes>
      <Route index element={<Navigate to="/settings/webhooks" replace />} />
      <Route element={<Shell />}>
        <Route path="settings" element={<Navigate to="/settings/webhooks" replace />} />
        <Route path="settings/webhooks">
          <Route index element={<WebhooksPage />} />
          <Route path="events/:type?" element={<CatalogPage />} />
          <Route path="inbox/:inboxId?" element={<InboxPage />} />
          <Route path="keys" element={<ApiKeysPage />} />
          <Route path=":webhookId" element={<WebhookLayout />}>
            <Route index element={<OverviewPage />} />
            <Route path="deliveries" element={<DeliveriesPage />}>
              <Route path=":deliveryId" element={<DeliveryPanel />} />
            </Route>
            <Route path="settings" element={<SettingsPage />} />
          </Route>
        </Route>
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  )
}
