// axe on every state of the screens of a webhook, light and dark, wide and narrow; and nothing scrolls sideways.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { axeViolations, isTooWide, useBrowser, useDatabase } from './browser.ts'
import { addEverything, type Place } from './detail_place.ts'

const { visit } = useBrowser()
const database = useDatabase()
let place: Promise<Place> | undefined
const everything = () => place ??= addEverything(database)

const states: [name: string, path: (place: Place) => string, ready: (page: Page) => Promise<unknown>][] = [
  ['overview', ({ id }) => `/${id}`, (page) => page.locator('.recharts-surface').first().waitFor()],
  ['overview, turned off', ({ off }) => `/${off}`, (page) => page.getByText('No deliveries yet.').waitFor()],
  ['deliveries', ({ id }) => `/${id}/deliveries?tests=1&status=succeeded,failed,retrying,waiting,cancelled`, (page) => page.locator('[data-delivery]').first().waitFor()],
  ['deliveries, empty', ({ empty }) => `/${empty}/deliveries`, (page) => page.getByText('No deliveries yet.').waitFor()],
  ['deliveries, no match', ({ id }) => `/${id}/deliveries?code=418&from=2026-01-01T00:00:00.000Z`, (page) => page.getByText('No deliveries match.').waitFor()],
  ['delivery', ({ id, failed }) => `/${id}/deliveries/${failed}`, (page) => page.getByRole('region', { name: 'request body' }).waitFor()],
  ['delivery, not found', ({ id }) => `/${id}/deliveries/nonsense`, (page) => page.getByText('This delivery doesn’t exist.').waitFor()],
  ['settings', ({ id }) => `/${id}/settings`, (page) => page.getByText(/^The old secret works until/).waitFor()],
  ['inbox, first', () => '/inbox', (page) => page.getByRole('button', { name: 'Get a test address' }).waitFor()],
  ['webhook, not found', () => '/nonsense', (page) => page.getByText('This webhook doesn’t exist.').waitFor()],
]

test.each(['light', 'dark'] as const)('every state, %s, at 1280 and 360 px', async (theme) => {
  const all = await everything()
  const found: string[] = []
  for (const width of [1280, 360]) {
    const page = await visit({ organization: all.organization, theme, width, path: '/settings/webhooks' })
    for (const [name, path, ready] of states) {
      await page.goto(new URL(`/settings/webhooks${path(all)}`, page.url()).href)
      await ready(page)
      found.push(...(await axeViolations(page)).map((violation) => `${name}, ${width} px: ${violation}`))
      if (await isTooWide(page)) found.push(`${name}: too wide for ${width} px`)
    }
  }
  expect(found).toEqual([])
}, 180_000)

test('with forced colors, what is current and the axis of the chart can be read', async () => {
  const { organization, id, failed } = await everything()
  const page = await visit({ organization, path: `/settings/webhooks/${id}` })
  await page.emulateMedia({ forcedColors: 'active' })
  const label = page.locator('.recharts-text').first()
  await label.waitFor()
  expect(await label.evaluate((text) => getComputedStyle(text).fill === getComputedStyle(document.body).color)).toBe(true)
  await page.goto(new URL(`/settings/webhooks/${id}/deliveries/${failed}`, page.url()).href)
  const current = page.locator('a[href*="#attempt-"][aria-current="true"]')
  await current.waitFor()
  // It stands on the color of what is selected: a color of its own could be any on that.
  expect(await current.evaluate((row) => [...row.querySelectorAll('span, time')].filter((part) => getComputedStyle(part).color !== getComputedStyle(row).color).length)).toBe(0)
})
