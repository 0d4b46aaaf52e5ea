// Two people, two tabs, or one after the other: nobody overwrites what they have not seen, and nobody hears what was meant for somebody else.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startReceiver } from '../support/receiver.ts'
import { signIn, system } from '../support/running_system.ts'
import { createWebhook, useBrowser, useDatabase, type Organization } from './browser.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

/** Changes a webhook as another person does, elsewhere. */
async function change(email: string, id: string, changes: Record<string, unknown>): Promise<void> {
  const { error } = await (await signIn(email)).functions.invoke(`webhooks/${id}`, { method: 'PATCH', body: changes })
  if (error) throw error
}
async function changeWithKey({ id: organization_id }: Organization, name: string, id: string, changes: Record<string, unknown>): Promise<void> {
  const { data, error } = await (await signIn('owner@acme.test')).functions.invoke<{ token: string }>('webhooks/keys', { method: 'POST', body: { organization_id, name, scopes: ['write'] } })
  if (error || !data) throw error ?? new Error('no answer')
  const { status } = await fetch(`${system().API_URL}/functions/v1/webhooks/${id}`, {
    method: 'PATCH', headers: { 'Authorization': `Bearer ${data.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(changes),
  })
  expect(status).toBe(200)
}
const settings = (organization: Organization, id: string) => visit({ organization, path: `/settings/webhooks/${id}/settings` })
const nameOf = (page: Page) => page.getByLabel('Name', { exact: true })
/** As when one comes back to the tab. */
const comeBack = (page: Page) => page.evaluate(() => dispatchEvent(new Event('visibilitychange')))

test('who changed it meanwhile is named, be it another person, oneself or an API key', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await settings(organization, id)
  const save = page.getByRole('button', { name: 'Save changes' })
  await nameOf(page).fill('Mine')
  await change('admin@acme.test', id, { name: 'Theirs' })
  await save.click()
  const conflict = page.getByRole('dialog', { name: /changed this webhook/ })
  await page.getByRole('dialog', { name: /^admin@acme\.test changed this webhook now\.$/ }).waitFor()
  await conflict.getByRole('button', { name: 'Show their version' }).click()
  expect(await nameOf(page).inputValue()).toBe('Theirs')

  await nameOf(page).fill('Mine')
  await change('owner@acme.test', id, { name: 'Mine, too' })
  await save.click()
  await page.getByRole('dialog', { name: 'You changed this webhook now.' }).waitFor()
  await conflict.getByRole('button', { name: 'Show their version' }).click()

  await nameOf(page).fill('Mine')
  await changeWithKey(organization, 'Terraform', id, { name: 'A program’s' })
  await save.click()
  await page.getByRole('dialog', { name: 'The API key “Terraform” changed this webhook now.' }).waitFor()
  await conflict.getByRole('button', { name: 'Overwrite' }).click()
  await page.getByText('Mine saved.').first().waitFor()
})

test('two who set the same header are told of each other, though nobody can see the values', async () => {
  const receiver = await startReceiver()
  try {
    const organization = await addOrganization()
    const { id } = await createWebhook(organization, { name: 'CRM sync', url: receiver.url, headers: { Authorization: 'first' } })
    const page = await settings(organization, id)
    const value = page.getByLabel('Value of header 1')
    const save = page.getByRole('button', { name: 'Save headers' })
    const sent = async () => {
      const before = receiver.requests.length
      await sql`insert into public.contacts (organization_id, first_name) values (${organization.id}, 'Ada')`
      await expect.poll(() => receiver.requests.length, { timeout: 20_000 }).toBeGreaterThan(before)
      return receiver.requests.at(-1)!.headers.authorization
    }
    await value.fill('mine')
    await change('admin@acme.test', id, { headers: { Authorization: 'theirs' } })
    await save.click()
    const conflict = page.getByRole('dialog', { name: /^admin@acme\.test changed this webhook/ })
    await conflict.getByText('The value of a custom header was changed while you were editing.').waitFor()
    expect(await sent()).toBe('theirs')
    await conflict.getByRole('button', { name: 'Keep their version' }).click()
    expect(await value.inputValue()).toBe('')

    await value.fill('mine')
    await save.click()
    await page.getByText('Headers saved.').first().waitFor()
    expect(await sent()).toBe('mine')
    // What one has saved oneself is nobody else's change, and what does not touch headers meets no conflict about them.
    await value.fill('mine again')
    await save.click()
    await expect.poll(() => value.inputValue()).toBe('')
    await nameOf(page).fill('CRM sync 2')
    await change('admin@acme.test', id, { headers: { Authorization: 'theirs again' } })
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('CRM sync 2 saved.').first().waitFor()
  } finally {
    await receiver.close()
  }
})

test('a form in which nothing was typed follows what others save; one in which something was, does not', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await settings(organization, id)
  await nameOf(page).waitFor()
  await page.clock.install()
  await sql`update public.webhook_configurations set name = 'Renamed' where id = ${id}`
  await page.clock.fastForward(60_000) // what was read is old by now
  await comeBack(page)
  await expect.poll(() => nameOf(page).inputValue()).toBe('Renamed')
  await nameOf(page).fill('Typed')
  await sql`update public.webhook_configurations set name = 'Renamed again' where id = ${id}`
  await page.clock.fastForward(60_000)
  await comeBack(page)
  await page.getByRole('heading', { level: 1, name: 'Renamed again' }).waitFor()
  expect(await nameOf(page).inputValue()).toBe('Typed')
})

test('what comes of the act of one who has left is not told to the next', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization })
  let answer = () => {}
  const held = new Promise<void>((resolve) => { answer = resolve })
  await page.route('**/rest/v1/webhook_configurations*', async (route) => {
    if (route.request().method() === 'PATCH') await held
    await route.continue()
  })
  await page.getByRole('switch', { name: /CRM sync/ }).click()
  // As a sign-in in another tab does.
  const { session } = (await (await signIn('owner@globex.test')).auth.getSession()).data
  await page.evaluate((next) => {
    const key = Object.keys(localStorage).find((each) => each.startsWith('tablehook.session'))!
    localStorage[key] = JSON.stringify(next)
    new BroadcastChannel(key).postMessage({ event: 'SIGNED_IN', session: next })
  }, session)
  await page.getByRole('button', { name: 'Account: owner@globex.test' }).waitFor()
  const answered = page.waitForEvent('requestfinished', (request) => request.method() === 'PATCH')
  answer()
  await answered
  expect((await sql`select is_active from public.webhook_configurations where id = ${id}`)[0]!.is_active).toBe(false)
  // By then a message would have been drawn.
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)) }))
  expect(await page.locator('body').innerText()).not.toMatch(/CRM sync|Undo/)
})

test('what is chosen for this browser is so in its other tabs at once', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, path: `/settings/webhooks/${id}`, theme: 'light' })
  const other = await page.context().newPage()
  await other.goto(page.url())
  const times = (tab: Page) => tab.getByRole('combobox', { name: 'Times' })
  await times(other).waitFor()
  await times(page).selectOption('utc')
  await expect.poll(() => times(other).inputValue()).toBe('utc')
  await page.getByRole('button', { name: /Account:/ }).click()
  await page.getByRole('button', { name: 'Dark' }).click()
  await expect.poll(() => other.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByRole('switch').click()
  await other.keyboard.press('?')
  await other.evaluate(() => new Promise(requestAnimationFrame))
  expect(await other.getByRole('dialog').count()).toBe(0)
})
