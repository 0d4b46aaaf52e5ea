// The code of each page, fetched when it is wanted. No imports: the first script of a visit is this file and little else.
import type { ComponentType } from 'react'

export type Page = {
  /** Fetches the code, once. */
  load: () => Promise<{ default: ComponentType }>
  /** The page itself, once its code is here. */
  loaded: ComponentType | null
}

function page(importCode: Page['load']): Page {
  const made: Page = {
    load: async () => {
      const code = await importCode()
      made.loaded = code.default
      return code
    },
    loaded: null,
  }
  return made
}

export const pages = {
  list: page(() => import('../webhooks/WebhooksPage.tsx')),
  catalog: page(() => import('../catalog/CatalogPage.tsx')),
  inbox: page(() => import('../inbox/InboxPage.tsx')),
  apiKeys: page(() => import('../api_keys/ApiKeysPage.tsx')),
  layout: page(() => import('../detail/WebhookLayout.tsx')),
  overview: page(() => import('../detail/OverviewPage.tsx')),
  settings: page(() => import('../detail/SettingsPage.tsx')),
  deliveries: page(() => import('../deliveries/DeliveriesPage.tsx')),
  delivery: page(() => import('../deliveries/DeliveryPanel.tsx')),
}

/** Fetches the code of pages before they are wanted. A failure shows when one really is. */
export function preload(...wanted: Page[]): void {
  for (const each of wanted) each.load().catch(() => {})
}

/** What the address shows. */
export function pagesAt(pathname: string): Page[] {
  const [first, second, third] = pathname.split('/').slice(3)
  if (first === undefined || first === '') return [pages.list]
  if (first === 'events') return [pages.catalog]
  if (first === 'inbox') return [pages.inbox]
  if (first === 'keys') return [pages.apiKeys]
  return [pages.layout, second === 'deliveries' ? pages.deliveries : second === 'settings' ? pages.settings : pages.overview, ...(third ? [pages.delivery] : [])]
}
