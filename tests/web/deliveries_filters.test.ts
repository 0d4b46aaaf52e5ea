// The log of one webhook: its filters, which stand in the address, and its empty states.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectText, focusName, useBrowser, useDatabase, type Organization } from './browser.ts'
import { addCounts, addDeliveries, type DeliveryRow } from './delivery_rows.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

const rows = (page: Page) => page.locator('[data-delivery]')
const count = (page: Page) => expect.poll(() => rows(page).count(), { timeout: 10_000 })
const search = (page: Page) => expect.poll(() => new URL(page.url()).search, { timeout: 10_000 })

async function withDeliveries(deliveries: DeliveryRow[], row: Record<string, unknown> = {}): Promise<{ organization: Organization; id: string; path: string; ids: string[] }> {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync', ...row })
  const ids = await addDeliveries(sql, organization, id, deliveries)
  return { organization, id, ids, path: `/settings/webhooks/${id}/deliveries` }
}

/** Presses the box of an option in one of the filter menus, and closes the menu. */
async function filter(page: Page, menu: RegExp, option: string) {
  await page.getByRole('button', { name: menu }).click()
  await page.getByRole('checkbox', { name: option, exact: true }).click()
  await page.keyboard.press('Escape')
}

const mixed: DeliveryRow[] = [
  { minutesAgo: 1 },
  { minutesAgo: 2, state: 'failed', event_type: 'message.received' },
  { minutesAgo: 3, state: 'failed', event_type: 'message.sent', attempts: [{ error: 'timeout', ms: 5_000 }] },
  { minutesAgo: 4, state: 'pending', event_type: 'deal.created', attempts: [{ status: 404 }] },
  { minutesAgo: 5, state: 'pending', event_type: 'deal.created' },
  { minutesAgo: 6, state: 'cancelled' },
  { minutesAgo: 7, is_test: true },
  { minutesAgo: 60 * 24 * 10 },
]

describe('filters', () => {
  test('stand in the address, survive a reload, and Back leaves the page', async () => {
    const { organization, path } = await withDeliveries(mixed)
    const page = await visit({ organization, path })
    await count(page).toBe(6)
    await filter(page, /^Status/, 'Failed')
    await count(page).toBe(2)
    await search(page).toBe('?status=failed')
    await filter(page, /^Event/, 'message.*')
    await search(page).toContain('event=message.*')
    await filter(page, /^Answer/, 'No answer')
    await count(page).toBe(1)
    await page.reload()
    await count(page).toBe(1)
    await expectText(rows(page), 'No answer in time')
    await page.getByRole('button', { name: 'Remove filter: No answer' }).click()
    await count(page).toBe(2)
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await count(page).toBe(6)
    await search(page).toBe('')
  })

  test('Back and Forward move between the log and what it was opened from', async () => {
    const { organization, id, path } = await withDeliveries(mixed)
    const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries?status=failed` })
    await count(page).toBe(2)
    await rows(page).first().getByRole('link').click()
    await page.getByRole('heading', { name: 'message.received' }).waitFor()
    expect(new URL(page.url()).search).toBe('?status=failed')
    await page.goBack()
    await expect.poll(() => new URL(page.url()).pathname).toBe(path)
    await count(page).toBe(2)
    await page.goForward()
    await page.getByRole('heading', { name: 'message.received' }).waitFor()
  })

  test('tests are hidden until they are asked for, and an older span brings older rows', async () => {
    const { organization, path } = await withDeliveries(mixed)
    const page = await visit({ organization, path })
    await count(page).toBe(6)
    await page.getByRole('checkbox', { name: 'Tests' }).click()
    await count(page).toBe(7)
    await expectText(rows(page), 'Test')
    await page.getByRole('combobox', { name: 'When' }).selectOption('30d')
    await count(page).toBe(8)
    await search(page).toBe('?tests=1&from=30d')
  })

  test('a span of one’s own is written in the person’s zone and kept in UTC', async () => {
    const { organization, path } = await withDeliveries([{ created_at: '2026-11-20T09:30:00Z' }, { created_at: '2026-11-20T11:30:00Z' }])
    const page = await visit({ organization, path: `${path}?from=2026-11-20T09:00:00.000Z&to=2026-11-20T10:00:00.000Z` })
    await count(page).toBe(1)
    await page.getByText('Times in Europe/Berlin').waitFor()
    expect(await page.getByLabel('From').inputValue()).toBe('2026-11-20T10:00')
    await page.getByLabel('To', { exact: true }).fill('2026-11-20T13:00')
    await count(page).toBe(2)
    await search(page).toContain('to=2026-11-20T12%3A00%3A00.000Z')
  })

  test('an id is found whatever its age; what is no id finds nothing, and the way out is offered', async () => {
    const { organization, path, ids } = await withDeliveries(mixed)
    const page = await visit({ organization, path })
    await count(page).toBe(6)
    await page.keyboard.press('/')
    expect(await focusName(page)).toBe('Event or delivery ID')
    await page.keyboard.type(ids[7]!)
    await count(page).toBe(1)
    await page.getByRole('searchbox', { name: 'Event or delivery ID' }).fill('nonsense')
    await page.getByText('No deliveries match.').waitFor()
    await page.getByText('Deliveries are kept for 30 days.').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await count(page).toBe(6)
  })
})

describe('states', () => {
  test('nothing yet: what comes here, and a test', async () => {
    const { organization, path } = await withDeliveries([])
    const page = await visit({ organization, path })
    await page.getByText('No deliveries yet.').waitFor()
    await page.getByText('They appear here as soon as an event happens.').waitFor()
    await page.locator('main').getByRole('button', { name: 'Send test event' }).last().waitFor()
  })

  test('nothing in this time: no filter is offered to clear where none is set', async () => {
    const { organization, id, path } = await withDeliveries([{ minutesAgo: 10 * 24 * 60 }])
    await addCounts(sql, organization, id, [{ answer: '200', attempts: 1, succeeded: 1, hoursAgo: 10 * 24 }])
    const page = await visit({ organization, path })
    await page.getByRole('button', { name: 'Last 30 days' }).waitFor()
    expect(await page.getByRole('button', { name: 'Clear filters' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Last 30 days' }).click()
    await count(page).toBe(1)
  })

  test('an outage is no empty list, and Try again ends it', async () => {
    const { organization, path } = await withDeliveries([{ minutesAgo: 1 }])
    const page = await visit({ organization, path: '/settings/webhooks', expectFailedRequests: true })
    await page.getByRole('link', { name: 'CRM sync' }).waitFor()
    await page.route('**/rpc/webhook_delivery_page', (route) => route.abort())
    await page.goto(new URL(path, page.url()).href)
    await page.getByText('Deliveries couldn’t be loaded.').waitFor()
    await page.unroute('**/rpc/webhook_delivery_page')
    await page.getByRole('button', { name: 'Try again' }).click()
    await count(page).toBe(1)
  })
})
