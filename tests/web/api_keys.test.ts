// API keys: make one, copy it, use it, revoke it; the four states, what members see, and axe in all of them.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { caller } from '../support/api.ts'
import { axeViolations, expectText, focusName, isTooWide, useBrowser, useDatabase, type Organization } from './browser.ts'

const { visit } = useBrowser()
const { sql, addOrganization } = useDatabase()
const path = '/settings/webhooks/keys'
const dialog = (page: Page) => page.getByRole('dialog').last()

async function addKey({ id }: Organization, name: string, changes: Record<string, unknown> = {}): Promise<void> {
  await sql`select webhooks.make_api_key(${id}, ${name}, 'thk_0a1b2c3d', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read,write}')`
  if (Object.keys(changes).length > 0) await sql`update public.webhook_api_keys set ${sql(changes as never)} where organization_id = ${id} and name = ${name}`
}

test('from nothing to a key that works, and back', async () => {
  const organization = await addOrganization()
  const page = await visit({ organization, path })
  await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
  await page.getByRole('button', { name: 'Create API key' }).click()
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
  await dialog(page).getByRole('button', { name: 'Create API key' }).click()
  await dialog(page).getByText('Enter a name.').waitFor()
  await dialog(page).getByLabel('Name').fill('Zapier')
  await dialog(page).getByRole('checkbox', { name: 'Write' }).click()
  await dialog(page).getByLabel('Works').selectOption('90')
  await dialog(page).getByRole('button', { name: 'Create API key' }).click()

  await dialog(page).getByText('It can’t be shown again.').waitFor()
  await dialog(page).getByRole('button', { name: 'Copy API key' }).click()
  const token = await page.evaluate(() => navigator.clipboard.readText())
  expect(token).toMatch(/^thk_[0-9a-f]{72}$/)
  expect((await caller(token).call('GET', '/hooks/me')).json).toMatchObject({ organization: { name: organization.name }, key: { name: 'Zapier', scopes: ['read', 'write'] } })
  await dialog(page).getByRole('button', { name: 'Copy curl command' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(new RegExp(`^curl ".*/functions/v1/webhooks" -H "Authorization: Bearer ${token}"$`))
  // A press beside the dialog is no way to lose it.
  await page.mouse.click(5, 5)
  await dialog(page).getByRole('button', { name: 'Done' }).click()
  await expect.poll(() => focusName(page)).toBe('create-key')
  expect(await page.content()).not.toContain(token)

  await page.reload()
  const row = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Zapier' }) })
  await expectText(row, token.slice(0, 12))
  await expectText(row, /Read\s+Write/)
  await expectText(row, 'Last used now')
  await expectText(row, 'Ends ')
  const [stored] = await sql`select round(extract(epoch from expires_at - now()) / 86400) as days from public.webhook_api_keys where organization_id = ${organization.id}`
  expect(Number(stored!.days)).toBe(90)

  await row.getByRole('button', { name: 'Revoke Zapier' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toMatch(/^revoke-/)
  await row.getByRole('button', { name: 'Revoke Zapier' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('Zapier is revoked').first().waitFor()
  await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
  expect((await caller(token).call('GET', '/hooks/me')).status).toBe(401)
})

test('a name that is taken is told at the field; what the server refuses, in the dialog', async () => {
  const organization = await addOrganization()
  await addKey(organization, 'Zapier')
  const page = await visit({ organization, path, expectFailedRequests: true })
  await page.getByRole('button', { name: 'Create API key' }).click()
  await dialog(page).getByLabel('Name').fill(' Zapier ')
  await dialog(page).getByRole('button', { name: 'Create API key' }).click()
  await dialog(page).getByText('Another key has this name.').waitFor()
  await dialog(page).getByLabel('Name').fill('n8n')
  await page.route('**/functions/v1/webhooks/keys', (route) => route.abort())
  await dialog(page).getByRole('button', { name: 'Create API key' }).click()
  await expectText(dialog(page).getByRole('alert'), 'The server’s answer didn’t arrive: this may have happened all the same. Look before you try again.')
  await page.unroute('**/functions/v1/webhooks/keys')
  await addKey(organization, 'n8n')
  await dialog(page).getByRole('button', { name: 'Create API key' }).click()
  await dialog(page).getByText('Another key has this name.').waitFor()
})

test('a key that is being made is shown, even to those who press Escape meanwhile, and stays until they are done', async () => {
  const organization = await addOrganization()
  const page = await visit({ organization, path })
  await page.getByRole('button', { name: 'Create API key' }).click()
  await dialog(page).getByLabel('Name').fill('Zapier')
  let answer = () => {}
  await page.route('**/functions/v1/webhooks/keys', async (route) => {
    await new Promise<void>((resolve) => { answer = resolve })
    await route.continue()
  })
  await dialog(page).getByRole('button', { name: 'Create API key' }).click()
  await dialog(page).getByRole('button', { name: 'Creating…' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog(page).getByRole('button', { name: 'Cancel' }).click({ force: true })
  answer()
  await dialog(page).getByText('It can’t be shown again.').waitFor()
  await page.keyboard.press('Escape')
  await page.evaluate(() => new Promise(requestAnimationFrame))
  expect(await dialog(page).getByText('It can’t be shown again.').count()).toBe(1)
  await dialog(page).getByRole('button', { name: 'Done' }).click()
  await dialog(page).waitFor({ state: 'detached' })
})

test('members see why there is nothing for them to see', async () => {
  const organization = await addOrganization()
  await addKey(organization, 'Zapier')
  const page = await visit({ organization, path, role: 'member' })
  await expectText(page.locator('main'), `Only admins can see, make and revoke API keys. Ask an admin of ${organization.name}.`)
  expect(await page.getByText('Zapier').count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Create API key' }).count()).toBe(0)
})

type State = { name: string; role?: 'owner' | 'member'; keys?: boolean; failing?: boolean; reach: (page: Page) => Promise<unknown> }
const states: State[] = [
  { name: 'nothing yet', keys: false, reach: (page) => page.getByRole('heading', { name: 'No API keys yet' }).waitFor() },
  { name: 'a list', reach: (page) => page.getByRole('heading', { name: 'Zapier' }).waitFor() },
  { name: 'a member', role: 'member', reach: (page) => page.getByRole('heading', { name: 'API keys are for admins' }).waitFor() },
  {
    name: 'an outage', failing: true, reach: async (page) => {
      await page.getByRole('heading', { name: 'Zapier' }).waitFor()
      await page.route('**/rest/v1/webhook_api_keys*', (route) => route.abort())
      await page.reload()
      // An outage is told in seconds, not after every library between us and it has tried again.
      await page.getByRole('heading', { name: 'The API keys couldn’t be loaded.' }).waitFor({ timeout: 6_000 })
    },
  },
  {
    name: 'the dialog with a mistake', reach: async (page) => {
      await page.getByRole('button', { name: 'Create API key' }).click()
      await dialog(page).getByRole('button', { name: 'Create API key' }).click()
      await dialog(page).getByText('Enter a name.').waitFor()
    },
  },
  {
    name: 'a new key', reach: async (page) => {
      await page.getByRole('button', { name: 'Create API key' }).click()
      await dialog(page).getByLabel('Name').fill(`Made ${Math.random()}`)
      await dialog(page).getByRole('button', { name: 'Create API key' }).click()
      await dialog(page).getByText('It can’t be shown again.').waitFor()
    },
  },
  {
    name: 'the question before it ends', reach: async (page) => {
      await page.getByRole('button', { name: 'Revoke Zapier' }).click()
      await page.getByRole('alertdialog').waitFor()
    },
  },
]

describe.each(states)('$name', ({ role = 'owner', keys = true, failing = false, reach }) => {
  test.each((['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => ({ theme, width }))))('$theme, $width px: axe finds nothing, and nothing is cut', async ({ theme, width }) => {
    const organization = await addOrganization()
    if (keys) {
      await addKey(organization, 'Zapier', { last_used_at: new Date() })
      await addKey(organization, 'A name of sixty-four characters that somebody really did type in', { created_at: new Date('2025-01-01'), expires_at: new Date('2025-02-01') })
    }
    const page = await visit({ organization, path, role, theme, width, expectFailedRequests: failing })
    await reach(page)
    expect(await axeViolations(page)).toEqual([])
    expect(await isTooWide(page)).toBe(false)
  })
})

test('in another language nothing is left in this one, and nothing is cut', async () => {
  const organization = await addOrganization()
  await addKey(organization, 'Zapier')
  const page = await visit({ organization, path, width: 360, pseudoLocale: true })
  await page.getByRole('heading', { name: 'Zapier' }).waitFor()
  expect(await isTooWide(page)).toBe(false)
  await page.locator('#create-key').click()
  await expectText(dialog(page), /Ñámé|Námé/)
  expect(await isTooWide(page)).toBe(false)
})

test('the catalog leads to both descriptions', async () => {
  const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events' })
  for (const name of ['AsyncAPI', 'OpenAPI']) {
    const address = await page.getByRole('link', { name }).getAttribute('href')
    const answer = await fetch(address!)
    expect([answer.status, Object.keys(await answer.json() as object)[0]]).toEqual([200, name.toLowerCase()])
  }
})
