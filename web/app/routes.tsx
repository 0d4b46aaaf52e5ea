import { lazy, useState } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { NotFoundPage } from './NotFoundPage.tsx'
import { pages, type Page } from './pages.ts'
import { Shell } from './Shell.tsx'

/** As React’s `lazy`, but a page whose code is here is drawn at once: `lazy` shows what stands in for it first, and React leaves that for 300 ms. */
function drawn(page: Page) {
  const Awaited = lazy(page.load)
  return function DrawnPage() {
    // Chosen once: the other one would begin anew.
    const [Shown] = useState(() => page.loaded ?? Awaited)
    return <Shown />
  }
}

const WebhooksPage = drawn(pages.list)
const CatalogPage = drawn(pages.catalog)
const InboxPage = drawn(pages.inbox)
const ApiKeysPage = drawn(pages.apiKeys)
const WebhookLayout = drawn(pages.layout)
const OverviewPage = drawn(pages.overview)
const SettingsPage = drawn(pages.settings)
const DeliveriesPage = drawn(pages.deliveries)
const DeliveryPanel = drawn(pages.delivery)

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
