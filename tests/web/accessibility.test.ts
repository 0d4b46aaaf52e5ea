// axe in every state of the list, the forms and the catalog, in both themes, wide and narrow.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { system } from '../support/running_system.ts'
import { axeViolations, isTooWide, useBrowser, useDatabase, type Organization } from './browser.ts'

const { visit, newPage } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

const looks = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => ({ theme, width })))
let full: Organization, empty: Organization

beforeAll(async () => {
  full = await addOrganization()
  empty = await addOrganization()
  const active = await addWebhook(full, { name: 'CRM sync', events: ['contact.created', 'deal.created'] })
  const failing = await addWebhook(full, { name: 'Slack alerts', events: ['*'] })
  const off = await addWebhook(full, { name: 'Zapier' })
  await addWebhook(full, { name: 'Staging', is_active: false })
  await sql`update public.webhook_configurations set consecutive_failures = 4, failing_since = now() - interval '3 hours' where id = ${failing}`
  await sql`update public.webhook_configurations set is_active = false where id = ${off}`
  await sql`update public.webhook_configurations set disabled_reason = 'failing', disabled_at = now(), consecutive_failures = 41, failing_since = now() - interval '5 days' where id = ${off}`
  for (const webhook of [active, failing]) {
    await sql`insert into webhooks.hourly_counts (organization_id, webhook_id, hour, event_type, answer, attempts, succeeded, failed)
      values (${full.id}, ${webhook}, date_trunc('hour', now(), 'UTC'), 'contact.created', '200', 20, 19, 1)`
  }
})

type State = { name: string; layered?: boolean; organization?: () => Organization; path?: string; failing?: boolean; reach: (page: Page) => Promise<unknown> }

const dialog = (page: Page) => page.getByRole('dialog').last()
const row = (page: Page) => page.getByRole('link', { name: 'CRM sync' }).waitFor()

const states: State[] = [
  { name: 'list', reach: row },
  { name: 'first visit', organization: () => empty, reach: (page) => page.getByRole('heading', { name: 'Get told when something happens' }).waitFor() },
  { name: 'no match', path: '/settings/webhooks?q=zzz', reach: (page) => page.getByRole('heading', { name: 'No webhooks match.' }).waitFor() },
  {
    name: 'outage', failing: true, reach: async (page) => {
      await row(page)
      await page.route('**/rpc/webhook_list*', (route) => route.abort())
      await page.reload()
      await page.getByRole('heading', { name: 'Your webhooks couldn’t be loaded.' }).waitFor()
    },
  },
  {
    name: 'menu of a row', layered: true, reach: async (page) => {
      await page.getByRole('button', { name: 'Actions for CRM sync' }).click()
      await page.getByRole('button', { name: 'Copy webhook ID' }).waitFor()
    },
  },
  {
    name: 'help', reach: async (page) => {
      await page.getByText('How webhooks work').click()
      await page.getByText('timingSafeEqual').first().waitFor()
    },
  },
  {
    name: 'message', reach: async (page) => {
      await page.getByRole('switch', { name: 'Deliver events to CRM sync' }).click()
      await page.getByText('Events that happen now will not be sent later.').first().waitFor()
      await sql`update public.webhook_configurations set is_active = true where name = 'CRM sync' and organization_id = ${full.id}`
    },
  },
  {
    name: 'form with mistakes', path: '/settings/webhooks?panel=create', reach: async (page) => {
      await dialog(page).getByRole('checkbox', { name: 'message.received' }).waitFor()
      await dialog(page).getByText('Advanced', { exact: true }).click()
      await dialog(page).getByRole('radio', { name: 'Use my own' }).click()
      await dialog(page).getByRole('button', { name: 'Add header' }).click()
      await dialog(page).getByRole('button', { name: 'Create webhook' }).click()
      await dialog(page).getByText(/Fix \d fields\./).waitFor()
    },
  },
  {
    name: 'discard question', path: '/settings/webhooks?panel=create', reach: async (page) => {
      await dialog(page).getByLabel('Name', { exact: true }).fill('x')
      await page.keyboard.press('Escape')
      await page.getByRole('alertdialog').waitFor()
    },
  },
  {
    name: 'test event', reach: async (page) => {
      await page.getByRole('button', { name: 'Actions for CRM sync' }).click()
      await page.getByRole('button', { name: 'Send test event' }).click()
      await dialog(page).getByRole('radio', { name: 'Edit' }).waitFor()
    },
  },
  {
    name: 'turning on', reach: async (page) => {
      await page.getByRole('button', { name: 'Test and turn on…' }).click()
      await dialog(page).getByRole('button', { name: /Turn on/ }).waitFor()
    },
  },
  {
    name: 'delete question', reach: async (page) => {
      await page.getByRole('button', { name: 'Actions for CRM sync' }).click()
      await page.getByRole('button', { name: 'Delete…' }).click()
      await page.getByRole('alertdialog').waitFor()
    },
  },
  {
    name: 'shortcuts', reach: async (page) => {
      await row(page)
      await page.keyboard.press('?')
      await dialog(page).getByText('Single-letter shortcuts').first().waitFor()
    },
  },
  {
    name: 'account', layered: true, reach: async (page) => {
      await page.getByRole('button', { name: /Account/ }).click()
      await page.getByRole('button', { name: 'Sign out' }).waitFor()
    },
  },
  { name: 'catalog', path: '/settings/webhooks/events', reach: (page) => page.getByRole('link', { name: /message\.received/ }).waitFor() },
  { name: 'event', path: '/settings/webhooks/events/deal.updated', reach: (page) => page.getByRole('article', { name: 'deal.updated' }).waitFor() },
  { name: 'unknown event', path: '/settings/webhooks/events/no.such', reach: (page) => page.getByRole('heading', { name: /There is no event/ }).waitFor() },
]

describe.each(states)('$name', ({ organization = () => full, path, failing = false, layered = false, reach }) => {
  test.each(looks)('$theme, $width px', async ({ theme, width }) => {
    const page = await visit({ organization: organization(), theme, width, expectFailedRequests: failing, ...(path === undefined ? {} : { path }) })
    await reach(page)
    const violations = await axeViolations(page)
    // What a menu lies over cannot be hit until the menu is closed: that is no target of insufficient size.
    expect(layered ? violations.filter((each) => !each.includes('partially obscured')) : violations).toEqual([])
    expect(await isTooWide(page)).toBe(false)
  })
})

describe('signing in', () => {
  test.each(looks)('$theme, $width px', async (look) => {
    const page = await newPage(look)
    await page.goto(system().WEB_URL)
    await page.getByRole('heading', { name: 'Demo sign-ins' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(await isTooWide(page)).toBe(false)
  })
})

test('Tab never leaves a modal dialog', async () => {
  const page = await visit({ organization: full, path: '/settings/webhooks?panel=create' })
  await dialog(page).getByRole('checkbox', { name: 'message.received' }).waitFor()
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press('Tab')
    const inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('[role=dialog], [data-base-ui-focus-guard]') !== null)
    expect(inside, `after ${press + 1} presses`).toBe(true)
  }
})
