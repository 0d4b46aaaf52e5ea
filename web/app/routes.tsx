import { lazy } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { NotFoundPage } from './NotFoundPage.tsx'
import { Shell } from './Shell.tsx'

const WebhooksPage = lazy(() => import('../webhooks/WebhooksPage.tsx'))
const CatalogPage = lazy(() => import('../catalog/CatalogPage.tsx'))
const InboxPage = lazy(() => import('../inbox/InboxPage.tsx'))
const WebhookLayout = lazy(() => import('../detail/WebhookLayout.tsx'))
const OverviewPage = lazy(() => import('../detail/OverviewPage.tsx'))
const SettingsPage = lazy(() => import('../detail/SettingsPage.tsx'))
const DeliveriesPage = lazy(() => import('../deliveries/DeliveriesPage.tsx'))
const DeliveryPanel = lazy(() => import('../deliveries/DeliveryPanel.tsx'))

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
