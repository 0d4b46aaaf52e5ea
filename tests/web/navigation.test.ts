// From page to page: where one begins, what a failure of one costs the others, and addresses that a person may not use.
import { expect, test } from 'vitest'
import { useBrowser, useDatabase } from './browser.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()
const base = '/settings/webhooks'

test('a page begins at its top; Back leads to where one was', async () => {
  const organization = await addOrganization()
  for (let index = 1; index <= 12; index++) await addWebhook(organization, { name: `Hook ${index}` })
  const page = await visit({ organization, height: 500 })
  await page.getByRole('link', { name: 'Hook 9' }).scrollIntoViewIfNeeded()
  const before = await page.evaluate(() => scrollY)
  expect(before).toBeGreaterThan(200)
  await page.getByRole('link', { name: 'Event catalog' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Event catalog' }).waitFor()
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0)
  await page.goBack()
  await page.getByRole('link', { name: 'Hook 9' }).waitFor()
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(200)
})

test('what every screen begins with is asked for before what draws it has come', async () => {
  const organization = await addOrganization()
  await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization })
  await page.getByRole('link', { name: 'CRM sync' }).waitFor()
  let letDraw = () => {}
  const mayDraw = new Promise<void>((resolve) => { letDraw = resolve })
  await page.route('**/assets/react-dom-*', (route) => mayDraw.then(() => route.continue()))
  const asked = page.waitForRequest('**/rpc/webhook_list')
  await page.reload({ waitUntil: 'commit' })
  await asked
  letDraw()
  await page.getByRole('link', { name: 'CRM sync' }).waitFor()
})

test('a page that fails takes no other with it', async () => {
  const organization = await addOrganization()
  await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, expectFailedRequests: true })
  await page.getByRole('link', { name: 'CRM sync' }).waitFor()
  await page.route('**/assets/CatalogPage*', (route) => route.abort())
  await page.getByRole('link', { name: 'Event catalog' }).first().click()
  await page.getByText('This page couldn’t be loaded.').waitFor()
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Webhooks' }).click()
  await page.getByRole('link', { name: 'CRM sync' }).waitFor()
})

test('a link to a form that a person may not use says so, and not only at its end', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  for (const [address, reason] of [
    [`${base}?panel=create`, 'Only admins can create webhooks.'], [`${base}?panel=edit&hook=${id}`, 'Only admins can change webhooks.'],
    [`${base}?panel=test&hook=${id}`, 'Only developers and admins can send test events.'], [`${base}/${id}?panel=test`, 'Only developers and admins can send test events.'],
  ] as const) {
    const page = await visit({ organization, role: 'member', path: address })
    await page.getByRole('dialog').getByText(`${reason} Ask an admin of ${organization.name}.`).waitFor()
    expect(await page.getByRole('dialog').getByRole('textbox').count()).toBe(0)
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await expect.poll(() => new URL(page.url()).search).toBe('')
  }
})

test('with another organization, a test address of the first is left', async () => {
  const organization = await addOrganization(), other = await addOrganization()
  const [inbox] = await sql<{ id: string }[]>`insert into webhooks.inboxes (organization_id, token, expires_at)
    values (${organization.id}, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), now() + interval '1 hour') returning id`
  const page = await visit({ organization, path: `${base}/inbox/${inbox!.id}` })
  await page.getByText('Waiting for the first request.').waitFor()
  await page.getByRole('combobox', { name: 'Organization' }).selectOption({ label: other.name })
  await page.getByText('See what a webhook sends').waitFor()
  expect(new URL(page.url()).pathname).toBe(`${base}/inbox`)
})

test('keys do nothing behind a dialog, also after a press beside it', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, path: `${base}/${id}` })
  const dialogs = page.getByRole('dialog'), help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await page.getByRole('button', { name: 'Send test event' }).first().waitFor()
  await page.keyboard.press('?')
  await help.waitFor() // its code is there from now on
  await page.keyboard.press('Escape')
  await dialogs.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Send test event' }).first().click()
  await dialogs.waitFor()
  await page.mouse.click(5, 500)
  await expect.poll(() => page.evaluate(() => document.activeElement === document.body)).toBe(true)
  await page.keyboard.press('?')
  await page.evaluate(() => new Promise(requestAnimationFrame))
  expect(await help.count()).toBe(0)
  await page.keyboard.press('Escape')
  await dialogs.waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await help.waitFor()
})

test('whoever presses what they may not use is told why, once', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, role: 'member', path: `${base}/${id}`, width: 360 })
  const refused = page.locator('#send-test[aria-disabled="true"]')
  await refused.waitFor()
  const reason = page.getByRole('region', { name: /Notifications/ }).getByText(`Only developers and admins can send test events. Ask an admin of ${organization.name}.`)
  await refused.press('Enter')
  await reason.waitFor()
  await refused.press('Enter')
  await page.evaluate(() => new Promise(requestAnimationFrame))
  expect(await reason.count()).toBe(1)
})

test('on a phone, the page one is on is in sight in the row of pages, whichever one comes from', async () => {
  const page = await visit({ organization: await addOrganization(), path: `${base}/keys`, width: 360 })
  const pages = page.getByRole('navigation', { name: 'Settings' })
  const isInSight = (name: string) => pages.getByRole('link', { name }).evaluate((link) => {
    const { left, right } = link.getBoundingClientRect()
    return left >= 0 && right <= innerWidth
  })
  await expect.poll(() => isInSight('API keys')).toBe(true)
  await page.getByRole('link', { name: 'Tablehook' }).click()
  await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor()
  await expect.poll(() => isInSight('Webhooks')).toBe(true)
})
