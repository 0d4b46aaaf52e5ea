// The log of one webhook: paging backwards, and rows that come while one looks.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectText, useBrowser, useDatabase, type Organization } from './browser.ts'
import { addDeliveries, type DeliveryRow } from './delivery_rows.ts'

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

describe('paging', () => {
  test('goes through equal timestamps without a gap or a repeat', async () => {
    const created_at = new Date(Date.now() - 60_000).toISOString()
    const { organization, path, ids } = await withDeliveries(Array.from({ length: 120 }, () => ({ created_at })))
    const page = await visit({ organization, path: `${path}?live=0` })
    await count(page).toBe(50)
    await page.getByRole('button', { name: 'Load 50 older' }).click()
    await count(page).toBe(100)
    await page.getByRole('button', { name: 'Load 50 older' }).click()
    await count(page).toBe(120)
    const shown = await rows(page).evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.delivery))
    expect(new Set(shown)).toEqual(new Set(ids))
    await page.getByText('That’s all of them.').waitFor()
  })

  test('stops at 500 rows and says what to do', async () => {
    const { organization, path } = await withDeliveries(Array.from({ length: 510 }, (_, index) => ({ minutesAgo: index / 10 })))
    const page = await visit({ organization, path: `${path}?live=0` })
    for (let loaded = 50; loaded < 500; loaded += 50) {
      await count(page).toBe(loaded)
      await page.getByRole('button', { name: 'Load 50 older' }).click()
    }
    await page.getByText('Showing the newest 500. Narrow the dates to see older ones.').waitFor()
    await count(page).toBe(500)
  })
})

describe('live', () => {
  test('new rows come in at the top, and are announced', async () => {
    const { organization, id, path } = await withDeliveries([{ minutesAgo: 3 }])
    const page = await visit({ organization, path })
    await count(page).toBe(1)
    await addDeliveries(sql, organization, id, [{}, { state: 'failed' }])
    await count(page).toBe(3)
    await page.getByRole('status').filter({ hasText: '2 new deliveries, 1 failed' }).waitFor({ state: 'attached' })
  })

  test('a row that came since the clock last ticked is not of the future', async () => {
    const { organization, id, path } = await withDeliveries([{ minutesAgo: 3 }])
    const page = await visit({ organization, path: `${path}?live=0` })
    await count(page).toBe(1)
    await page.clock.install()
    await page.clock.fastForward(25_000)
    await addDeliveries(sql, organization, id, [{ created_at: new Date(Date.now() + 24_000).toISOString() }])
    await page.getByRole('switch', { name: 'Live', exact: true }).click()
    await count(page).toBe(2)
    await expectText(rows(page).first(), /^contact\.created\s+now/)
  })

  test('while scrolled nothing moves: a button tells, and brings them', async () => {
    const { organization, id, path } = await withDeliveries(Array.from({ length: 50 }, (_, index) => ({ minutesAgo: index + 1 })))
    const page = await visit({ organization, path })
    await count(page).toBe(50)
    await rows(page).nth(40).scrollIntoViewIfNeeded()
    const before = await rows(page).first().getAttribute('data-delivery')
    await addDeliveries(sql, organization, id, [{}, {}, {}])
    const button = page.getByRole('button', { name: '3 new deliveries' })
    await button.waitFor()
    expect(await rows(page).first().getAttribute('data-delivery')).toBe(before)
    await button.click()
    await expect.poll(() => rows(page).first().getAttribute('data-delivery')).not.toBe(before)
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(0)
  })

  test('a row changes in place, and with Live off it does not', async () => {
    const { organization, ids, path } = await withDeliveries([{ state: 'pending', minutesAgo: 1 }])
    const page = await visit({ organization, path })
    await expectText(rows(page), 'Waiting')
    await sql`update webhooks.deliveries set state = 'succeeded', due_at = null, finished_at = now(), attempt_count = 1, last_status_code = 200, last_attempt_at = now() where id = ${ids[0]!}`
    await expectText(rows(page), 'Delivered')
    await page.getByRole('switch', { name: 'Live', exact: true }).click()
    await search(page).toBe('?live=0')
  })
})
