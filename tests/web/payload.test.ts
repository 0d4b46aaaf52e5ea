// Choosing what is sent: in the form, with its preview, in the settings of those who may only look, and in the panel of a delivery.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { axeViolations, expectText, isTooWide, useBrowser, useDatabase, type Organization } from './browser.ts'
import { addDeliveries } from './delivery_rows.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

const form = (page: Page) => page.getByRole('dialog').last()
const preview = (page: Page) => page.getByRole('region', { name: 'Preview' })
const group = (page: Page) => page.getByRole('group', { name: 'Payload' })
const ada = (n: number) => JSON.stringify({ id: String(n), first_name: `Ada ${n}`, email: 'ada@example.com', phone: '+1' })

/** An organization with a webhook that got three contacts, and its form with the part that is asked about. */
async function openForm({ events = 3, ...how }: { events?: number; width?: number; theme?: 'light' | 'dark'; expectFailedRequests?: boolean } = {}): Promise<{ page: Page; organization: Organization; id: string }> {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync', events: ['contact.created', 'deal.created'] })
  await addDeliveries(sql, organization, id, Array.from({ length: events }, (_, n) => ({ minutesAgo: n + 1, data: ada(n) })))
  const page = await visit({ organization, path: `/settings/webhooks/${id}/settings`, ...how })
  await page.getByText('Advanced', { exact: true }).click()
  await group(page).getByRole('radio', { name: 'Everything' }).waitFor()
  return { page, organization, id }
}
const saved = async (id: string) => (await sql`select payload, included_fields, excluded_fields, transformation from public.webhook_configurations where id = ${id}`)[0]
const save = async (page: Page) => {
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('saved. Deliveries from now on use it').waitFor()
}

describe('the form', () => {
  test('fields: typed or picked, previewed on the last event, saved, and there again', async () => {
    const { page, id } = await openForm()
    await page.getByLabel('Fields', { exact: true }).selectOption({ label: 'Leave these out' })
    await page.getByLabel('Names of the fields').fill('phone')
    await expectText(preview(page), '"first_name": "Ada 0"')
    await expect.poll(() => preview(page).innerText()).not.toContain('+1')
    await page.getByRole('button', { name: /^Pick/ }).click()
    await page.getByRole('searchbox', { name: 'Find a field' }).fill('ema')
    await page.getByRole('checkbox', { name: 'email' }).click()
    await page.keyboard.press('Escape')
    expect(await page.getByLabel('Names of the fields').inputValue()).toBe('phone, email')
    await expect.poll(() => preview(page).innerText()).not.toContain('ada@example.com')
    await preview(page).getByRole('button', { name: 'Before' }).click()
    await expectText(preview(page), 'ada@example.com')
    await save(page)
    expect(await saved(id)).toEqual({ payload: 'full', included_fields: null, excluded_fields: ['email', 'phone'], transformation: null })
    await page.reload()
    await page.getByText('Advanced', { exact: true }).click()
    expect(await page.getByLabel('Names of the fields').inputValue()).toBe('email, phone')
  })

  test('a transformation: shown live, its mistake with the place, other events and types', async () => {
    const { page, id } = await openForm()
    const editor = page.getByLabel('Transformation')
    await editor.fill('{\n  "name": $uppercase(data.first_name\n}')
    await expectText(preview(page), /Nothing would be sent\. Expected "\)", got "\}", at line 3, character 1\./)
    await preview(page).getByRole('button', { name: 'Go to the place' }).click()
    expect(await page.evaluate(() => {
      const element = document.activeElement as HTMLTextAreaElement
      return [element.name, element.value.slice(element.selectionStart, element.selectionEnd)]
    })).toEqual(['transformation', '}'])
    await editor.fill('{"name": $uppercase(data.first_name)}')
    await expectText(preview(page), '"name": "ADA 0"')
    await preview(page).getByLabel('Which event').selectOption({ index: 2 })
    await expectText(preview(page), '"name": "ADA 2"')
    await preview(page).getByLabel('Event type').selectOption('deal.created')
    await expectText(preview(page), 'No such event was sent yet, so this is the sample of the catalog.')
    await save(page)
    expect(await saved(id)).toMatchObject({ transformation: '{"name": $uppercase(data.first_name)}' })
  })

  test('thin: nothing else can be chosen with it', async () => {
    const { page, id } = await openForm()
    await page.getByLabel('Transformation').fill('{"a": 1}')
    await group(page).getByRole('radio', { name: 'Only the IDs' }).click()
    await expect.poll(() => page.getByLabel('Transformation').count()).toBe(0)
    await expectText(preview(page), /"data": \{\s+"id": "0"\s+\}/)
    await save(page)
    expect(await saved(id)).toEqual({ payload: 'thin', included_fields: null, excluded_fields: null, transformation: null })
  })

  test('a format of another product: its body is its own', async () => {
    const { page } = await openForm()
    await page.getByLabel('Format of the body').selectOption('libromi')
    await expectText(group(page), 'Libromi has a body of its own, so nothing about it can be chosen.')
    await page.getByLabel('Format of the body').selectOption('standard')
    await group(page).getByRole('radio', { name: 'Only the IDs' }).click()
    await page.getByLabel('Format of the body').selectOption('libromi')
    await expectText(group(page), 'What is chosen here for the payload is dropped when you save.')
  })

  test('what is wrong is said at its field', async () => {
    const { page } = await openForm({ expectFailedRequests: true })
    await page.getByLabel('Fields', { exact: true }).selectOption({ label: 'Send only these' })
    await page.getByLabel('Names of the fields').fill('a..b')
    await expectText(group(page), '“a..b” is no field. Write it like customer.email.')
    await page.getByLabel('Names of the fields').fill('id')
    await page.getByLabel('Transformation').fill('{"a": ')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expectText(group(page), 'Expected "}" before end of expression, at line 1, character 5.')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('transformation')
  })

  test('creating one begins with everything', async () => {
    const organization = await addOrganization()
    const page = await visit({ organization, path: '/settings/webhooks?panel=create' })
    await form(page).getByText('Advanced', { exact: true }).click()
    await page.getByLabel('Transformation').fill('{"id": data.id}')
    await expectText(preview(page), 'Choose an event first.')
    await form(page).getByRole('checkbox', { name: 'contact.created' }).click()
    await expectText(preview(page), 'this is the sample of the catalog')
    await form(page).getByLabel('Name', { exact: true }).fill('Shaped')
    await form(page).getByLabel('Endpoint URL').fill('https://example.com/shaped')
    await form(page).getByRole('button', { name: 'Create webhook' }).click()
    await page.getByRole('dialog', { name: 'Shaped is on' }).waitFor()
    expect((await sql`select transformation from public.webhook_configurations where organization_id = ${organization.id}`)[0]).toEqual({ transformation: '{"id": data.id}' })
  })

  test('a preview that does not come can be asked for again', async () => {
    const { page } = await openForm({ expectFailedRequests: true })
    await page.route('**/functions/v1/webhooks/preview', (route) => route.abort())
    await group(page).getByRole('radio', { name: 'Only the IDs' }).click()
    await preview(page).getByRole('heading', { name: 'The preview couldn’t be loaded.' }).waitFor()
    await page.unroute('**/functions/v1/webhooks/preview')
    await preview(page).getByRole('button', { name: 'Try again' }).click()
    await expectText(preview(page), '"id": "0"')
  })
})

test('a member reads what is chosen', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync', excluded_fields: ['email'], transformation: '{}' })
  const page = await visit({ organization, role: 'member', path: `/settings/webhooks/${id}/settings` })
  await expectText(page.locator('main'), 'Without email · Transformed')
})

describe('the panel of a delivery', () => {
  async function openDelivery(webhook: Record<string, unknown>, row: Parameters<typeof addDeliveries>[3][number] = {}, expectFailedRequests = false) {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync', ...webhook })
    const [delivery] = await addDeliveries(sql, organization, id, [{ data: ada(7), ...row }])
    await sql`update webhooks.deliveries d set shape_id = w.shape_id from public.webhook_configurations w where w.id = d.webhook_id and d.id = ${delivery!}`
    const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries/${delivery}`, expectFailedRequests })
    return { page, request: page.getByRole('region', { name: 'Request', exact: true }), id }
  }

  test('shows the body that was sent, and copies it, whatever was chosen since', async () => {
    const { page, request, id } = await openDelivery({ transformation: '{"hello": data.first_name}' })
    await expectText(request, '"hello": "Ada 7"')
    await sql`update public.webhook_configurations set transformation = null where id = ${id}`
    await page.reload()
    await expectText(request, '"hello": "Ada 7"')
    await expect.poll(() => request.innerText()).not.toContain('ada@example.com')
    await page.getByRole('button', { name: 'Copy as cURL' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('"data":{"hello":"Ada 7"}')
  })
  test('says why there is none', async () => {
    const { page, request } = await openDelivery(
      { transformation: '{"x": $number("ten")}' },
      { state: 'failed', attempts: [{ error: 'transformation_failed' }] })
    await expectText(page.locator('main'), 'The transformation failed, so nothing was sent')
    await expectText(page.locator('main'), 'Change it in the settings, under Payload, and resend.')
    await expectText(request, /There is no body: the transformation failed\. Unable to cast value to a number/)
    await page.getByRole('button', { name: 'Copy as cURL' }).waitFor()
  })
  test('a body that does not come can be asked for again', async () => {
    const { page, request } = await openDelivery({ payload: 'thin' }, {}, true)
    await expectText(request, '"id": "7"')
    await page.route('**/functions/v1/webhooks/deliveries/*/body', (route) => route.abort())
    await page.reload()
    await request.getByRole('heading', { name: 'The body couldn’t be loaded.' }).waitFor()
    await page.unroute('**/functions/v1/webhooks/deliveries/*/body')
    await request.getByRole('button', { name: 'Try again' }).click()
    await expectText(request, '"id": "7"')
  })
})

describe.each((['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => ({ theme, width }))))('$theme, $width px', ({ theme, width }) => {
  test('axe finds nothing in any state, and nothing sticks out', async () => {
    const { page } = await openForm({ theme, width })
    const look = async (name: string, withAxe = true) => {
      if (withAxe) expect(await axeViolations(page), name).toEqual([])
      expect(await isTooWide(page), name).toBe(false)
      const folder = process.env.TABLEHOOK_SHOTS
      if (folder) { await preview(page).scrollIntoViewIfNeeded().catch(() => {}); await page.screenshot({ path: `${folder}/${name}-${theme}-${width}.png` }) }
    }
    await page.getByLabel('Fields', { exact: true }).selectOption({ label: 'Leave these out' })
    await page.getByLabel('Names of the fields').fill('phone, email')
    await page.getByLabel('Transformation').fill('{"text": data.first_name & " is new"}')
    await expectText(preview(page), 'Ada 0 is new')
    await look('after')
    await page.getByLabel('Transformation').fill('{"text": $uppercase(1)}')
    await expectText(preview(page), 'Nothing would be sent.')
    await look('problem')
    await page.getByRole('button', { name: /^Pick/ }).click()
    await page.getByRole('searchbox', { name: 'Find a field' }).waitFor()
    expect(await isTooWide(page)).toBe(false)
    await page.keyboard.press('Escape')
    await page.getByLabel('Format of the body').selectOption('caleida')
    await expectText(group(page), 'Caleida has a body of its own.')
    await look('fixed', false)
  })
})
