import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { demoUsers } from '../../local/demo_users.ts'
import { signIn, system } from '../support/running_system.ts'
import { expectText, useBrowser, useDatabase } from './browser.ts'

const { newPage, visit } = useBrowser()
const { addOrganization, addWebhook } = useDatabase()
const globex = demoUsers.find(({ email }) => email === 'member@globex.test')!

test('a demo user is one click away, and a deep link survives signing in', async () => {
  const page = await newPage()
  await page.goto(`${system().WEB_URL}/settings/webhooks/events/deal.created`)
  await page.getByRole('button', { name: `Sign in as ${globex.email}, member of Globex` }).click()
  await page.getByRole('article', { name: 'deal.created' }).waitFor()
  await page.getByRole('button', { name: /Account/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tablehook.session')))).toEqual([])
})

test('wrong passwords and empty fields are told apart', async () => {
  const page = await newPage({ expectFailedRequests: true })
  await page.goto(system().WEB_URL)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expectText(page.locator('form'), 'Enter your email address.')
  await page.getByLabel('Email').fill(globex.email)
  await page.getByLabel('Password').fill('wrong')
  await page.keyboard.press('Enter')
  await expectText(page.getByRole('alert'), 'Email or password is wrong.')
})

test('the theme is chosen before the first paint, and can be changed', async () => {
  const page = await newPage({ theme: 'dark' })
  await page.goto(system().WEB_URL)
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  await page.getByRole('button', { name: /Sign in as owner@globex/ }).click()
  await page.getByRole('button', { name: /Account/ }).click()
  await page.getByRole('button', { name: 'Light' }).click()
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light')
})

/** As after the server's keys were changed: it looks like a session, and no request is accepted. */
async function spoilSession(page: Page): Promise<void> {
  await page.evaluate(() => {
    const key = Object.keys(localStorage).find((each) => each.startsWith('tablehook.session'))!
    const session = JSON.parse(localStorage[key] as string) as { access_token: string }
    localStorage[key] = JSON.stringify({ ...session, access_token: session.access_token.replace(/[^.]*$/, 'AAAA') })
  })
}

test('a session that the server refuses leads to the sign-in, and back to the same page', async () => {
  const organization = await addOrganization()
  const page = await visit({ organization, path: '/settings/webhooks/events', expectFailedRequests: true })
  await page.getByRole('heading', { level: 1, name: 'Event catalog' }).waitFor()
  await spoilSession(page)
  await page.reload()
  await page.getByText('You were signed out. Sign in again.').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /^Sign in as owner@acme.test/ }).click()
  await page.getByRole('heading', { level: 1, name: 'Event catalog' }).waitFor()
})

test('signing out works without a connection, for good', async () => {
  const organization = await addOrganization()
  const page = await visit({ organization, expectFailedRequests: true })
  await page.getByText('Get told when something happens').waitFor()
  await page.route('**/auth/v1/**', (route) => route.abort())
  await page.getByRole('button', { name: /Account:/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tablehook.session')))).toEqual([])
})

test('whoever signs in over somebody else sees nothing of theirs, not even before the first answer', async () => {
  const organization = await addOrganization()
  await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization })
  await page.getByRole('link', { name: 'CRM sync' }).waitFor()
  await page.getByRole('switch', { name: /CRM sync/ }).click()
  await page.getByText('CRM sync is off').first().waitFor()
  let answer = () => {}
  const held = new Promise<void>((resolve) => { answer = resolve })
  await page.route('**/rest/v1/**', async (route) => {
    await held
    await route.continue()
  })
  // As a sign-in in another tab does.
  const { session } = (await (await signIn(globex.email)).auth.getSession()).data
  await page.evaluate((next) => {
    const key = Object.keys(localStorage).find((each) => each.startsWith('tablehook.session'))!
    localStorage[key] = JSON.stringify(next)
    new BroadcastChannel(key).postMessage({ event: 'SIGNED_IN', session: next })
  }, session)
  await expect.poll(() => page.locator('body').innerText()).not.toMatch(/CRM sync|Undo/)
  expect(await page.locator('body').innerText()).not.toContain(organization.name)
  answer()
  await page.getByText('Globex').first().waitFor()
  await page.getByRole('button', { name: `Account: ${globex.email}` }).waitFor()
})
