import type { Page } from 'playwright-core'
import type { Visitor } from './browser.ts'

export type MeasuredPage = {
  name: string
  path: (visitor: Visitor) => string
  /** Resolves when everything is there. */
  ready: (page: Page) => Promise<unknown>
  /** What people do on it. Each leaves the data as it found it. */
  interactions: Record<string, (page: Page) => Promise<void>>
}

const base = '/settings/webhooks'
// Found by selectors of the browser: to look a thing up by its role takes Playwright 100 ms of such a phone, which would count as the page's own.
const toggle = (page: Page, name: string) => page.locator(`[role=switch][aria-label="Deliver events to ${name}"]`)
const range = (page: Page, pressed: boolean) => page.locator(`button[aria-pressed=${pressed}]`, { hasText: '7 days' })
const search = async (page: Page, label: string, text: string) => {
  await page.getByLabel(label, { exact: true }).focus()
  await page.keyboard.type(text, { delay: 60 })
}
const noSkeleton = (page: Page) => page.locator('.skeleton').first().waitFor({ state: 'detached' })

export const pages: MeasuredPage[] = [
  {
    name: 'list',
    path: () => base,
    ready: (page) => toggle(page, 'CRM sync').waitFor().then(() => noSkeleton(page)),
    interactions: {
      'toggle': async (page) => {
        const was = await toggle(page, 'Staging').getAttribute('aria-checked')
        await toggle(page, 'Staging').click()
        await page.locator(`[role=switch][aria-label="Deliver events to Staging"]:not([aria-checked="${was}"])`).waitFor()
        await toggle(page, 'Staging').click()
      },
      'filter typing': (page) => search(page, 'Search name or URL', 'crm'),
    },
  },
  {
    name: 'deliveries',
    path: ({ webhook }) => `${base}/${webhook('CRM sync')}/deliveries`,
    ready: (page) => page.locator('[data-delivery]').nth(40).waitFor().then(() => noSkeleton(page)),
    interactions: {
      'filter typing': async (page) => {
        await search(page, 'Event or delivery ID', 'abcdefgh')
        await page.getByText('No deliveries match.').waitFor()
        await page.getByLabel('Event or delivery ID', { exact: true }).fill('')
        await page.locator('[data-delivery]').nth(40).waitFor()
      },
      'open panel': async (page) => {
        await page.locator('[data-delivery] a').first().click()
        await page.locator('[role=region][aria-label="request body"]').waitFor()
      },
      'J key': async (page) => {
        for (let step = 1; step <= 3; step++) {
          await page.keyboard.press('j')
          // Until the row is marked, the panel is still that of the row before.
          await page.locator('[data-delivery]').nth(step).locator('a[aria-current=true]').waitFor()
        }
      },
    },
  },
  {
    name: 'detail',
    path: ({ webhook }) => `${base}/${webhook('CRM sync')}`,
    ready: (page) => page.locator('.recharts-bar-rectangle').first().waitFor().then(() => noSkeleton(page)),
    interactions: {
      'range': async (page) => {
        await range(page, false).click()
        await range(page, true).waitFor()
      },
    },
  },
]
