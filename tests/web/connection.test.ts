// The connection goes in the middle of something.
import { expect, test } from 'vitest'
import { expectText, useBrowser, useDatabase } from './browser.ts'
import { system } from '../support/running_system.ts'

const { newPage, visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

test('a part of a form that cannot be fetched costs nothing of what was typed, and can be had later', async () => {
  const organization = await addOrganization()
  const page = await visit({ organization, path: '/settings/webhooks?panel=create', expectFailedRequests: true })
  const name = page.getByRole('dialog').getByLabel('Name', { exact: true })
  await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
  await name.fill('Typed with care')
  await page.context().setOffline(true)
  await page.getByText('Advanced', { exact: true }).click()
  const problem = page.getByRole('alert').filter({ hasText: 'This part couldn’t be loaded.' })
  await expectText(problem, 'The connection was lost.')
  expect(await name.inputValue()).toBe('Typed with care')
  await page.context().setOffline(false)
  await problem.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('radiogroup', { name: 'Payload' }).waitFor()
  expect(await name.inputValue()).toBe('Typed with care')
})

test('a page that cannot be fetched blames the connection, not itself', async () => {
  const organization = await addOrganization()
  await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, expectFailedRequests: true })
  await page.getByRole('switch').waitFor()
  await page.route('**/assets/**', (route) => route.abort())
  await page.getByRole('link', { name: 'CRM sync' }).click()
  await page.getByRole('heading', { name: 'This page couldn’t be loaded.' }).waitFor()
  await page.unroute('**/assets/**')
  await page.getByRole('button', { name: 'Reload' }).click()
  await page.getByRole('heading', { level: 1, name: 'CRM sync' }).waitFor()
})

test('a server that cannot be asked where the API is, is not one that is not set up', async () => {
  const page = await newPage({ expectFailedRequests: true })
  const shown = (title: string) => page.getByRole('heading', { level: 1, name: title }).waitFor()
  await page.route('**/config.json', (route) => route.abort())
  await page.goto(system().WEB_URL)
  await shown('This page couldn’t be loaded.')
  await page.route('**/config.json', (route) => route.fulfill({ status: 502, body: '' }))
  await page.getByRole('button', { name: 'Try again' }).click()
  await shown('This page couldn’t be loaded.')
  await page.route('**/config.json', (route) => route.fulfill({ body: '<!doctype html>' }))
  await page.getByRole('button', { name: 'Try again' }).click()
  await shown('This page isn’t set up.')
  await page.unroute('**/config.json')
  await page.reload()
  await shown('Sign in')
})

test('a question whose answer is under way stays, and says why it did not work', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, path: `/settings/webhooks/${id}/settings`, expectFailedRequests: true })
  let answer = () => {}
  const held = new Promise<void>((resolve) => { answer = resolve })
  await page.route('**/rest/v1/webhook_configurations*', async (route) => {
    if (route.request().method() !== 'DELETE') return route.continue()
    await held
    await route.fulfill({ status: 500, body: '{}' })
  })
  await page.getByRole('button', { name: 'Delete webhook…' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByRole('button', { name: 'Delete webhook' }).click()
  await dialog.getByRole('button', { name: 'Deleting…' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Cancel' }).click({ force: true })
  answer()
  await expectText(dialog.getByRole('alert'), 'CRM sync couldn’t be deleted. The server had a problem. Try again.')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(await sql`select from public.webhook_configurations where id = ${id}`).toHaveLength(1)
})

test('a session that ends while a list is on the screen leads to the sign-in', async () => {
  const organization = await addOrganization()
  await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, expectFailedRequests: true })
  await page.getByRole('switch').waitFor()
  await page.route('**/rest/v1/**', (route) => route.fulfill({ status: 401, json: { code: 'PGRST303', message: 'JWT expired' } }))
  await page.getByRole('switch').click()
  await page.getByText(/it couldn’t be loaded again/).waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
})

test('over plain http, where a browser has neither clipboard nor random ids, copying says so and an outage is one', async () => {
  const organization = await addOrganization()
  await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, expectFailedRequests: true })
  await page.context().addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined })
    Object.defineProperty(crypto, 'randomUUID', { value: undefined })
  })
  await page.reload()
  await page.getByRole('button', { name: 'Actions for CRM sync' }).click()
  await page.getByRole('button', { name: 'Copy webhook ID' }).click()
  await page.getByText('Copying was blocked by the browser').first().waitFor()
  await page.route('**/rpc/webhook_list', (route) => route.fulfill({ status: 500, body: '{}' }))
  await page.reload()
  await page.getByRole('alert').getByText('Your webhooks couldn’t be loaded.').waitFor()
})
