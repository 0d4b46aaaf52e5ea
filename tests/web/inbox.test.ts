// The test address: get one, send to it, read what came, let it answer otherwise, delete it.
import { expect, test } from 'vitest'
import { createWebhook, expectText, useBrowser, useDatabase } from './browser.ts'

const { visit } = useBrowser()
const { sql, addOrganization } = useDatabase()
const path = '/settings/webhooks/inbox'

test('from nothing to a verified request, and an answer that is rehearsed', async () => {
  const organization = await addOrganization()
  const page = await visit({ organization, path })
  await page.getByRole('button', { name: 'Get a test address' }).click()
  await page.getByText('Waiting for the first request.').waitFor()
  await page.getByRole('button', { name: 'Copy test address' }).click()
  const url = await page.evaluate(() => navigator.clipboard.readText())

  await fetch(url, { method: 'POST', body: '{"html":"<img src=x onerror=alert(1)>"}' })
  await page.getByRole('link', { name: /POST.*Not signed.*39 B/ }).waitFor()
  const { id } = await createWebhook(organization, { name: 'CRM sync', url })
  await page.reload()
  await page.getByRole('button', { name: 'Send test event' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send test event' }).click()
  await page.getByRole('dialog').getByText(/200 OK/).first().waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click()
  const signed = page.getByRole('link', { name: /Signature valid/ })
  await signed.click()
  await page.getByText(/^Signature valid for CRM sync, .* old\.$/).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toMatch(/^request-/)

  await page.getByRole('combobox', { name: 'Answer with' }).selectOption('503')
  await page.getByRole('textbox', { name: 'Body of the answer' }).fill('{"error":"later"}')
  await page.getByRole('button', { name: 'Save answer' }).click()
  await page.getByText('It answers 503 from now on').first().waitFor()
  const answer = await fetch(url, { method: 'POST', body: '{}' })
  expect([answer.status, await answer.text()]).toEqual([503, '{"error":"later"}'])

  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Clear' }).click()
  await page.getByText('Waiting for the first request.').waitFor()
  await page.getByRole('button', { name: 'Delete address' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete address' }).click()
  await page.getByRole('button', { name: 'Get a test address' }).waitFor()
  expect((await fetch(url)).status).toBe(404)
  expect(id).toBeTruthy()
})

test('an expired one says so and offers another; a full one says what is kept', async () => {
  const organization = await addOrganization()
  const add = async (token: string, expires: string) => (await sql<{ id: string }[]>`
    insert into webhooks.inboxes (organization_id, token, created_at, expires_at) values (${organization.id}, ${token}, now() - interval '8 days', now() + ${expires}::interval) returning id`)[0]!.id
  const expired = await add('e'.repeat(40) + organization.id.slice(0, 8), '-1 hour')
  const full = await add('f'.repeat(40) + organization.id.slice(0, 8), '1 day')
  await sql`insert into webhooks.inbox_requests (inbox_id, method, headers, body, body_bytes, signature) select ${full}, 'POST', '{}', '', 0, 'unsigned' from generate_series(1, 100)`
  const page = await visit({ organization, path: `${path}/${expired}` })
  await page.getByText('This address has expired.').waitFor()
  await page.getByRole('button', { name: 'Get a new one' }).waitFor()
  await page.getByRole('combobox', { name: 'Address' }).selectOption(full)
  await page.getByText('Only the newest 100 requests are kept.').waitFor()
})

test('members read, and see why they cannot get or delete one', async () => {
  const organization = await addOrganization()
  const page = await visit({ organization, path, role: 'member' })
  const get = page.getByRole('button', { name: 'Get a test address' })
  await expect.poll(() => get.getAttribute('aria-disabled')).toBe('true')
  await expectText(page.locator('main'), `Only admins can get or delete a test address. Ask an admin of ${organization.name}.`)
})

test('each request that comes is announced, also in the words of the one before', async () => {
  const organization = await addOrganization()
  const [inbox] = await sql<{ id: string }[]>`insert into webhooks.inboxes (organization_id, token, expires_at)
    values (${organization.id}, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), now() + interval '1 hour') returning id`
  const arrive = () => sql`insert into webhooks.inbox_requests (inbox_id, method, headers, body, body_bytes, signature) values (${inbox!.id}, 'POST', '{}', '', 0, 'unsigned')`
  const page = await visit({ organization, path: `${path}/${inbox!.id}` })
  await page.getByText('Waiting for the first request.').waitFor()
  await arrive()
  const news = page.getByRole('status').getByText('1 new request')
  await news.waitFor({ state: 'attached' })
  // A live region speaks of what is put into it: text that stays as it was is not.
  const first = await news.elementHandle()
  await arrive()
  await expect.poll(() => page.getByRole('link', { name: /POST/ }).count(), { timeout: 10_000 }).toBe(2)
  await expect.poll(() => first!.evaluate((element) => element.isConnected)).toBe(false)
  expect(await news.count()).toBe(1)
})
