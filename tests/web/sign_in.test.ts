import { expect, test } from 'vitest'
import { demoUsers } from '../../local/demo_users.ts'
import { system } from '../support/running_system.ts'
import { expectText, useBrowser } from './browser.ts'

const { newPage } = useBrowser()
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
