// The dialogs of these screens, down to 320 px, and texts that run half as long again.
import { expect, test } from 'vitest'
import { axeViolations, isTooWide, useBrowser, useDatabase } from './browser.ts'
import { addEverything, type Place } from './detail_place.ts'

const { visit } = useBrowser()
const database = useDatabase()
let place: Promise<Place> | undefined
const everything = () => place ??= addEverything(database)

test('dialogs, light, at 1280 and 320 px', async () => {
  const { organization, id } = await everything()
  const found: string[] = []
  for (const width of [1280, 320]) {
    const page = await visit({ organization, width, path: `/settings/webhooks/${id}/deliveries` })
    const check = async (name: string) => {
      found.push(...(await axeViolations(page)).map((violation) => `${name}, ${width} px: ${violation}`))
      if (await isTooWide(page)) found.push(`${name}: too wide for ${width} px`)
    }
    await page.locator('[data-delivery]').first().waitFor()
    await check('deliveries')
    await page.getByRole('button', { name: 'Replay failed…' }).click()
    await page.getByRole('dialog').getByText(/will be sent again/).waitFor()
    await check('replay')
    await page.keyboard.press('Escape')
    await page.getByRole('checkbox', { name: 'Select all loaded' }).click()
    await page.getByRole('button', { name: /^Resend \d/ }).click()
    await page.getByRole('alertdialog').waitFor()
    await check('resend')
    await page.keyboard.press('Escape')
    await page.goto(new URL(`/settings/webhooks/${id}/settings#secret`, page.url()).href)
    await page.getByRole('button', { name: 'Roll secret…' }).click()
    await page.getByRole('dialog').waitFor()
    await check('roll')
  }
  expect(found).toEqual([])
}, 120_000)

test('texts half as long again break nothing', async () => {
  const { organization, id, failed } = await everything()
  const page = await visit({ organization, width: 360, pseudoLocale: true, path: `/settings/webhooks/${id}/deliveries/${failed}` })
  const found: string[] = []
  for (const path of [`/${id}`, `/${id}/deliveries`, `/${id}/deliveries/${failed}`, `/${id}/settings`, '/inbox']) {
    await page.goto(new URL(`/settings/webhooks${path}`, page.url()).href)
    await page.getByRole('heading').first().waitFor()
    await page.waitForLoadState('networkidle')
    if (await isTooWide(page)) found.push(path)
  }
  expect(found).toEqual([])
})
