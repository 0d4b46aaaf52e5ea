// Whoever chose UTC reads UTC everywhere: times of two zones beside each other are an hour of searching in the wrong place.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { useBrowser, useDatabase } from './browser.ts'
import { addCounts, addDeliveries } from './delivery_rows.ts'
import { addEverything } from './detail_place.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

// The browser of the tests is in Berlin, which is never in UTC.
type Zone = 'Europe/Berlin' | 'UTC'
const time = (at: string | Date, timeZone: Zone, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone, ...options }).format(new Date(at))
const exact = (at: string, zone: Zone) => time(at, zone, { year: 'numeric', month: 'short', day: 'numeric', second: '2-digit' })

/** Reads the page again as somebody who chose how times are written. */
async function choose(page: Page, style: 'local' | 'utc') {
  await page.evaluate((chosen) => localStorage.setItem('tablehook.times', chosen), style)
  await page.reload()
}

/** What a place says with the browser's zone chosen, and with UTC. */
async function inBoth(page: Page, read: () => Promise<string | null>): Promise<[local: string | null, utc: string | null]> {
  await choose(page, 'local')
  const local = await read()
  await choose(page, 'utc')
  return [local, await read()]
}

test('the hours of the chart', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  await addCounts(sql, organization, id, [{ answer: '200', attempts: 7, succeeded: 7 }])
  const page = await visit({ organization, path: `/settings/webhooks/${id}` })
  await page.getByRole('button', { name: 'Show as table' }).click()
  const last = page.getByRole('group', { name: 'Deliveries over time' }).getByRole('rowheader').last()
  const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000)
  await expect.poll(() => last.innerText()).toBe(time(hour, 'Europe/Berlin', {}))
  await page.getByRole('combobox', { name: 'Times' }).selectOption('utc')
  await expect.poll(() => last.innerText()).toBe(time(hour, 'UTC', {}))
})

test('what came to a test address, when it ends, and which of two it is', async () => {
  const organization = await addOrganization()
  const inboxes = await sql<{ id: string, token: string, created_at: Date, expires_at: Date }[]>`
    insert into webhooks.inboxes (organization_id, token, expires_at)
    select ${organization.id}, repeat(letter, 40) || left(${organization.id}, 8), now() + interval '1 day' from unnest('{a,b}'::text[]) letter
    returning id, token, created_at, expires_at`
  const [inbox] = inboxes
  const [request] = await sql<{ received_at: Date }[]>`
    insert into webhooks.inbox_requests (inbox_id, method, headers, body, body_bytes, signature) values (${inbox!.id}, 'POST', '{}', '', 0, 'unsigned') returning received_at`
  const page = await visit({ organization, path: `/settings/webhooks/inbox/${inbox!.id}` })
  const read = async () => `${await page.getByRole('link', { name: /POST/ }).locator('time').innerText()} | ${await page.getByText(/Works until/).first().innerText()} | ${await page.getByRole('combobox', { name: 'Address' }).innerText()}`
  const [local, utc] = await inBoth(page, read)
  for (const [text, zone] of [[local, 'Europe/Berlin'], [utc, 'UTC']] as const) {
    expect(text).toContain(time(request!.received_at, zone, { second: '2-digit' }) + ' |')
    expect(text).toContain(exact(inbox!.expires_at.toISOString(), zone))
    expect(text).toContain(exact(inbox!.created_at.toISOString(), zone))
  }
})

test('until when an old secret works, on every page of the webhook', async () => {
  const { organization, id } = await addEverything({ sql, addOrganization, addWebhook })
  const [secret] = await sql<{ expires_at: Date }[]>`select expires_at from webhooks.secrets where webhook_id = ${id} and expires_at is not null`
  const until = secret!.expires_at.toISOString()
  const both = [exact(until, 'Europe/Berlin'), exact(until, 'UTC')].map((text) => expect.stringContaining(text) as string)
  const page = await visit({ organization, path: `/settings/webhooks/${id}` })
  expect(await inBoth(page, () => page.getByText(/old secret works until/i).innerText())).toEqual(both)
  await page.goto(new URL(`/settings/webhooks/${id}/settings`, page.url()).href)
  expect(await inBoth(page, () => page.getByRole('region', { name: 'Signing secret' }).getByText(/old secret works until/i).innerText())).toEqual(both)
})

test('a span of one’s own is typed in the zone that the rows are read in', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  await addDeliveries(sql, organization, id, [{ created_at: '2026-11-20T09:30:00Z' }, { created_at: '2026-11-20T11:30:00Z' }])
  const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries?from=2026-11-20T09:00:00.000Z&to=2026-11-20T10:00:00.000Z` })
  await page.getByText('Times in Europe/Berlin').waitFor()
  await page.getByRole('combobox', { name: 'Times' }).selectOption('utc')
  await page.getByText('Times in UTC').waitFor()
  expect(await page.getByLabel('From').inputValue()).toBe('2026-11-20T09:00')
  expect(await page.locator('[data-delivery]').getByRole('checkbox').getAttribute('aria-label')).toContain('9:30')
  await page.getByLabel('To', { exact: true }).fill('2026-11-20T12:00')
  await expect.poll(() => page.locator('[data-delivery]').count()).toBe(2)
  expect(new URL(page.url()).searchParams.get('to')).toBe('2026-11-20T12:00:00.000Z')
  await page.getByRole('button', { name: /^Replay/ }).click()
  await page.getByRole('dialog').getByText('Times in UTC').waitFor()
  expect(await page.getByRole('dialog').getByLabel('From').inputValue()).toBe('2026-11-20T09:00')
})
