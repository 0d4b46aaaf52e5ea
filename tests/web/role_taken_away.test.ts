// A role is taken away while the page is open.
import { expect, test } from 'vitest'
import { useBrowser, useDatabase, type Organization } from './browser.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

const demote = ({ id }: Organization) => sql`update public.organization_members set role = 'member' where organization_id = ${id} and role = 'admin'`

test('whoever was removed is told so, and not that there is nothing yet', async () => {
  const organization = await addOrganization()
  await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, role: 'member', expectFailedRequests: true })
  const toggle = page.getByRole('switch', { name: /CRM sync/ })
  await toggle.waitFor()
  await sql`delete from public.organization_members where organization_id = ${organization.id} and role = 'member'`
  await toggle.click() // after which the list is read again
  await page.getByText(`You can’t see webhooks in ${organization.name}.`).waitFor()
  expect(await page.getByText('Get told when something happens').count()).toBe(0)
})

test('whoever lost the right to change things keeps what they typed, and is offered nothing more', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, role: 'admin', path: `/settings/webhooks/${id}/settings`, expectFailedRequests: true })
  const name = page.getByLabel('Name', { exact: true })
  const remove = page.getByRole('button', { name: 'Delete webhook…' })
  await name.fill('Typed with care')
  expect(await remove.getAttribute('aria-disabled')).toBeNull()
  await demote(organization)
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('The changes weren’t saved: You don’t have permission to change it.').waitFor()
  await expect.poll(() => remove.getAttribute('aria-disabled')).toBe('true')
  expect(await name.inputValue()).toBe('Typed with care')
})

test('the dialog keeps it, too', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync' })
  const page = await visit({ organization, role: 'admin', path: `/settings/webhooks?panel=edit&hook=${id}`, expectFailedRequests: true })
  const dialog = page.getByRole('dialog', { name: 'Edit CRM sync' })
  await dialog.getByLabel('Name', { exact: true }).fill('Typed with care')
  await demote(organization)
  await dialog.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('The changes weren’t saved: You don’t have permission to change it.').waitFor()
  await page.locator('#create-webhook[aria-disabled=true]').waitFor({ state: 'attached' })
  expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('Typed with care')
})
