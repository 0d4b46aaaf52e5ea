import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { createWebhook, expectText, isTooWide, useBrowser, useDatabase, type Organization } from './browser.ts'
import { startReceiver } from '../support/receiver.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

const create = '/settings/webhooks?panel=create'
const form = (page: Page) => page.getByRole('dialog').last()
const submit = (page: Page) => form(page).getByRole('button', { name: 'Create webhook' })

async function openForm(organization: Organization): Promise<Page> {
  const page = await visit({ organization, path: create })
  await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
  return page
}

async function fillIn(page: Page, { name = 'CRM sync', url = 'https://example.com/hooks' } = {}): Promise<void> {
  await form(page).getByLabel('Name', { exact: true }).fill(name)
  await form(page).getByLabel('Endpoint URL').fill(url)
  await form(page).getByRole('checkbox', { name: 'message.received' }).click()
}

describe('what is refused, while typing', () => {
  const url = (page: Page) => form(page).getByLabel('Endpoint URL')
  const name = (page: Page) => form(page).getByLabel('Name', { exact: true })

  test('addresses', async () => {
    const organization = await addOrganization()
    await addWebhook(organization, { name: 'Other', url: 'https://example.com/taken' })
    const page = await openForm(organization)
    for (const [typed, said] of [
      ['example.com/hooks', 'Enter a full address, for example https://example.com/webhooks.'],
      ['http://example.com/', 'Use https://. Addresses without encryption aren’t allowed.'],
      ['https://ada:pass@example.com/', 'Remove the user name and password from the address. Use a custom header instead.'],
      ['https://10.0.0.1/', 'This address can’t be reached from the internet. Use a public address, or a test address.'],
      ['https://printer.local/', 'This address can’t be reached from the internet. Use a public address, or a test address.'],
      ['https://example.com:22/', 'Use port 443, 8443, or 9443.'],
      ['https://example.com/taken', '“Other” already sends to this address. You can use it here too.'],
      ['https://example.com/#part', 'The part after # is never sent.'],
      ['https://example.com/fine', 'Must start with https:// and be reachable from the internet.'],
    ] as const) {
      await url(page).fill(typed)
      await expectText(form(page), said)
    }
  })

  test('names', async () => {
    const organization = await addOrganization()
    await addWebhook(organization, { name: 'CRM sync' })
    const page = await openForm(organization)
    await name(page).focus()
    await page.keyboard.press('Tab')
    await expectText(form(page), 'Enter a name.')
    await name(page).fill('x'.repeat(65))
    await expectText(form(page), 'Use 64 characters or fewer.')
    await name(page).fill('CRM sync')
    await expectText(form(page), 'You already have a webhook called “CRM sync”.')
    await name(page).fill('CRM sync 2')
    await expect.poll(() => form(page).getByText('You already have').count()).toBe(0)
  })

  test('advanced settings', async () => {
    const page = await openForm(await addOrganization())
    await form(page).getByText('Advanced', { exact: true }).click()
    await form(page).getByRole('radio', { name: 'Use my own' }).click()
    await form(page).getByLabel('Your secret').fill('short')
    await expectText(form(page), 'Use at least 16 characters.')
    await form(page).getByRole('radio', { name: 'Don’t sign' }).click()
    await expectText(form(page), 'Without a signature your server can’t tell our requests from anyone else’s.')
    await form(page).getByRole('button', { name: 'Add header' }).click()
    await form(page).getByLabel('Name of header 1').fill('Webhook-Id')
    await expectText(form(page), 'Webhook-Id is set by us and can’t be changed.')
    await form(page).getByLabel('Name of header 1').fill('X-Key')
    await form(page).getByLabel('Value of header 1').fill('emoji 🙂')
    await expectText(form(page), 'The value of X-Key has a character that a header can’t carry.')
    await form(page).getByLabel('Timeout').fill('31')
    await expectText(form(page), 'Use a number from 1 to 30.')
    await form(page).getByLabel('Requests per second').fill('1.5')
    await expectText(form(page), 'Use a whole number from 1 to 1,000, or leave it empty.')
  })
})

describe('submitting', () => {
  test('the mouse press that leaves a wrong field still submits', async () => {
    const page = await openForm(await addOrganization())
    await form(page).getByLabel('Name', { exact: true }).focus()
    const box = (await submit(page).boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await expectText(form(page), 'Enter a name.') // the blur has been seen before the button is let go
    await page.mouse.up()
    await expectText(form(page), 'Fix 3 fields.')
    await expectText(form(page), 'Choose at least one event.')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('name')
  })

  test('shows the secret once it is made; requests are signed with it', async () => {
    const receiver = await startReceiver()
    try {
      const organization = await addOrganization()
      const page = await openForm(organization)
      await fillIn(page, { url: `${receiver.url}/hooks` })
      await submit(page).click()
      await page.getByRole('dialog', { name: 'CRM sync is on' }).waitFor()
      await expectText(form(page), /whsec_•+/)
      await form(page).getByRole('button', { name: 'Show' }).click()
      await expectText(form(page), /whsec_[A-Za-z0-9+/=]{32,}/)
      await form(page).getByRole('button', { name: 'Copy Signing secret' }).click()
      const secret = await page.evaluate(() => navigator.clipboard.readText())
      expect(secret).toMatch(/^whsec_/)
      for (const language of ['Python', 'Go', 'PHP', 'Ruby', 'cURL', 'Node']) {
        await form(page).getByRole('button', { name: language, exact: true }).click()
        await expectText(form(page), language === 'cURL' ? 'curl -i' : 'whsec_')
      }
      await form(page).getByRole('button', { name: 'Send test event' }).click()
      await form(page).getByRole('button', { name: 'Send test event' }).click()
      await expectText(form(page), '200 OK')
      const { Webhook } = await import('standardwebhooks')
      const [request] = receiver.requests
      expect(() => new Webhook(secret).verify(request!.body, request!.headers as Record<string, string>)).not.toThrow()
      await page.keyboard.press('Escape')
      await page.getByRole('link', { name: 'CRM sync' }).waitFor()
    } finally {
      await receiver.close()
    }
  })

  test('a reload while the secret is shown leads to the webhook, and Back to the list: never to an empty form', async () => {
    const organization = await addOrganization()
    await addWebhook(organization, { name: 'Other' })
    const page = await visit({ organization })
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
    await fillIn(page)
    await submit(page).click()
    await page.getByRole('dialog', { name: 'CRM sync is on' }).waitFor()
    await form(page).getByRole('button', { name: 'Show' }).click()
    const [secret] = /whsec_[A-Za-z0-9+/=]{32,}/.exec(await form(page).innerText())!
    // Where a browser keeps things beyond the page: the address, its history, its stores.
    expect(await page.evaluate(() => JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }]))).not.toContain(secret)

    await page.reload()
    await page.getByRole('heading', { name: 'CRM sync', level: 1 }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.goBack()
    await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'CRM sync' }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect((await sql`select name from public.webhook_configurations where organization_id = ${organization.id} order by name`).map(({ name }) => name as string)).toEqual(['CRM sync', 'Other'])
  })

  test('Back closes the dialog with the secret, and it does not come back', async () => {
    const page = await visit({ organization: await addOrganization() })
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
    await fillIn(page)
    await submit(page).click()
    await page.getByRole('dialog', { name: 'CRM sync is on' }).waitFor()
    await page.goBack()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.goForward()
    await page.getByRole('heading', { name: 'CRM sync', level: 1 }).waitFor()
  })

  test('the last webhook that there is room for shows its secret as the others do', async () => {
    const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events' })
    await page.route('**/rpc/webhook_limits*', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...await response.json() as object, max_webhooks: 1 } })
    })
    await page.goto(new URL(create, page.url()).href)
    await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
    await fillIn(page)
    await submit(page).click()
    await page.getByRole('dialog', { name: 'CRM sync is on' }).waitFor()
    await form(page).getByRole('button', { name: 'Done' }).click()
    await page.getByText('You have 1 of 1 webhooks.').first().waitFor()
  })

  test('a name that was taken a second ago is told at the field, and nothing is lost', async () => {
    const organization = await addOrganization()
    const page = await visit({ organization, path: create, expectFailedRequests: true })
    await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
    await fillIn(page)
    await addWebhook(organization, { name: 'CRM sync' })
    await submit(page).click()
    await expectText(form(page), 'You already have a webhook called “CRM sync”.')
    expect(await form(page).getByLabel('Endpoint URL').inputValue()).toBe('https://example.com/hooks')
  })

  test('a server that refuses says why, and that nothing was saved', async () => {
    const organization = await addOrganization()
    const page = await visit({ organization, path: create, expectFailedRequests: true })
    await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
    await fillIn(page)
    await page.context().setOffline(true)
    await submit(page).click()
    await expectText(form(page), 'The webhook wasn’t created: No connection. Nothing changed.')
    await page.context().setOffline(false)
    await submit(page).click()
    await page.getByRole('dialog', { name: 'CRM sync is on' }).waitFor()
  })

  test('everything under Advanced arrives', async () => {
    const organization = await addOrganization()
    const page = await openForm(organization)
    await fillIn(page)
    await form(page).getByText('Advanced', { exact: true }).click()
    await form(page).getByRole('radio', { name: 'Don’t sign' }).click()
    await form(page).getByRole('button', { name: 'Add header' }).click()
    await form(page).getByLabel('Name of header 1').fill('X-Api-Key')
    await form(page).getByLabel('Value of header 1').fill('k-123')
    await form(page).getByLabel('Filter').fill('$.new.value > 1000')
    await form(page).getByLabel('Format of the body').selectOption('cloudevents')
    await form(page).getByLabel('Timeout').fill('2.5')
    await form(page).getByLabel('Retries').selectOption('three')
    await form(page).getByLabel('Requests per second').fill('10')
    await form(page).getByLabel('Requests at one time').fill('3')
    await form(page).getByRole('checkbox', { name: 'Keep the order' }).click()
    await form(page).getByLabel('Description').fill('For the CRM')
    await submit(page).click()
    await expectText(form(page), 'Requests to this webhook are not signed.')
    const [saved] = await sql`
      select format, filter::text, header_names, timeout_ms, retry_policy, rate_limit, max_concurrency, ordered, description, secret_hint
      from public.webhook_configurations where organization_id = ${organization.id}`
    expect(saved).toEqual({
      format: 'cloudevents', filter: '($."new"."value" > 1000)', header_names: ['X-Api-Key'], timeout_ms: 2500, retry_policy: 'three',
      rate_limit: 10, max_concurrency: 3, ordered: true, description: 'For the CRM', secret_hint: null,
    })
  })

  test('a test address can stand in for a server', async () => {
    const page = await openForm(await addOrganization())
    await form(page).getByRole('button', { name: 'Use a test address' }).click()
    await expect.poll(() => form(page).getByLabel('Endpoint URL').inputValue()).toMatch(/\/functions\/v1\/webhooks\/in\/.{10,}/)
  })
})

describe('leaving', () => {
  test('after the test of a new one, neither Back nor the next form is about the same webhook again', async () => {
    const organization = await addOrganization()
    const page = await visit({ organization, path: '/settings/webhooks/inbox' })
    await page.getByRole('button', { name: 'Get a test address' }).click()
    await page.getByRole('link', { name: 'Use in a new webhook' }).click()
    await form(page).getByRole('checkbox', { name: 'message.received' }).click()
    await form(page).getByLabel('Name', { exact: true }).fill('CRM sync')
    expect(await form(page).getByLabel('Endpoint URL').inputValue()).toMatch(/\/in\//)
    await submit(page).click()
    await form(page).getByRole('button', { name: 'Send test event' }).click()
    await page.getByRole('dialog', { name: 'Send test event to CRM sync' }).getByRole('button', { name: 'Close', exact: true }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('')
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await form(page).getByLabel('Name', { exact: true }).waitFor()
    expect(await form(page).getByLabel('Endpoint URL').inputValue()).toBe('')
    await page.goBack()
    await page.getByRole('link', { name: 'CRM sync' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Test address' }).waitFor()
  })

  test('typed text is not thrown away without a question', async () => {
    const organization = await addOrganization()
    await addWebhook(organization)
    const page = await visit({ organization })
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await form(page).getByLabel('Name', { exact: true }).fill('Draft')
    await page.keyboard.press('Escape')
    const question = page.getByRole('alertdialog', { name: 'Discard your changes?' })
    await question.waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep editing')
    await question.getByRole('button', { name: 'Keep editing' }).click()
    expect(await form(page).getByLabel('Name', { exact: true }).inputValue()).toBe('Draft')
    await form(page).getByRole('button', { name: 'Cancel' }).click()
    await question.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('panel')
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('create-webhook')
  })

  test('nor by the browser’s Back, and after the question it leads where it would have', async () => {
    const organization = await addOrganization()
    await addWebhook(organization)
    const page = await visit({ organization })
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await form(page).getByLabel('Name', { exact: true }).fill('Draft')
    await page.evaluate(() => history.back())
    const question = page.getByRole('alertdialog', { name: 'Discard your changes?' })
    await question.getByRole('button', { name: 'Keep editing' }).click()
    await question.waitFor({ state: 'detached' })
    expect(await form(page).getByLabel('Name', { exact: true }).inputValue()).toBe('Draft')
    await expect.poll(() => page.url()).toContain('panel=create')
    await page.evaluate(() => history.back())
    await question.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('panel')
    await page.evaluate(() => history.forward())
    await expect.poll(() => form(page).getByLabel('Name', { exact: true }).inputValue()).toBe('')
    // Nothing was typed: nothing is asked.
    await page.evaluate(() => history.back())
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('nor by a session that ends under the form: who signs in again goes on, and nobody else sees it', async () => {
    const organization = await addOrganization()
    const page = await visit({ organization, path: create, expectFailedRequests: true })
    await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
    await fillIn(page, { name: 'Typed for an hour' })
    const end = async () => {
      await page.route('**/auth/v1/token?grant_type=refresh_token', (route) => route.fulfill({ status: 400, json: { code: 'refresh_token_not_found', msg: 'Invalid Refresh Token' } }))
      await page.evaluate(() => {
        const key = Object.keys(localStorage).find((each) => each.startsWith('tablehook.session'))!
        localStorage[key] = JSON.stringify({ ...JSON.parse(localStorage[key] as string), expires_at: 1 })
      })
      await submit(page).click()
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    }
    const typed = () => form(page).getByLabel('Name', { exact: true }).inputValue()
    await end()
    await page.getByRole('button', { name: /^Sign in as owner@acme.test/ }).click()
    await expect.poll(typed).toBe('Typed for an hour')
    expect(await form(page).getByRole('checkbox', { name: 'message.received' }).isChecked()).toBe(true)
    // It still counts as typed.
    await page.keyboard.press('Escape')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Keep editing' }).click()

    await end()
    await page.getByRole('button', { name: /^Sign in as admin@acme.test/ }).click()
    await form(page).getByLabel('Name', { exact: true }).waitFor()
    expect(await typed()).toBe('')
    expect((await sql`select 1 from public.webhook_configurations where organization_id = ${organization.id}`).length).toBe(0)
  })

  test('without changes there is no question', async () => {
    const page = await openForm(await addOrganization())
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})

describe('editing', () => {
  const saveChanges = (page: Page) => page.getByRole('button', { name: 'Save changes' })

  test('saves what changed and keeps what cannot be read', async () => {
    const organization = await addOrganization()
    const { id } = await createWebhook(organization, { name: 'CRM sync', url: 'https://example.com/a', headers: { 'X-Api-Key': 'k', 'X-Old': 'o' } })
    await addWebhook(organization, { name: 'Other', url: 'https://example.com/b' })
    const page = await visit({ organization, path: `/settings/webhooks?panel=edit&hook=${id}` })
    await form(page).getByLabel('Endpoint URL').fill('https://example.com/b')
    await form(page).getByText('“Other” already sends to this address. You can use it here too.').waitFor()
    await form(page).getByText('Advanced', { exact: true }).click()
    await form(page).getByRole('button', { name: 'Remove header 2' }).click()
    await saveChanges(page).click()
    await page.getByText('CRM sync saved.').first().waitFor()
    const [saved] = await sql`select url, header_names from public.webhook_configurations where id = ${id}`
    expect(saved).toEqual({ url: 'https://example.com/b', header_names: ['X-Api-Key'] })
  })

  test('what is saved is not called unsaved when the connection ends just then', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync' })
    const page = await visit({ organization, path: `/settings/webhooks/${id}/settings`, expectFailedRequests: true })
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('CRM')
    await page.route('**/functions/v1/webhooks/*', async (route) => {
      await page.route('**/rest/v1/**', (read) => read.abort())
      await route.continue()
    })
    await saveChanges(page).click()
    await page.getByText('CRM saved.').first().waitFor()
    expect(await page.getByText('The changes weren’t saved').count()).toBe(0)
    await page.unroute('**/rest/v1/**')
    // Nor for somebody else's change the next time.
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('CRM sync')
    await saveChanges(page).click()
    await page.getByText('CRM sync saved.').first().waitFor()
    expect((await sql`select name from public.webhook_configurations where id = ${id}`)[0]!.name).toBe('CRM sync')
  })

  test('asks when somebody else saved meanwhile, and can show theirs or overwrite', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync', url: 'https://example.com/first' })
    const page = await visit({ organization, path: `/settings/webhooks?panel=edit&hook=${id}` })
    await form(page).getByLabel('Endpoint URL').fill('https://example.com/mine')
    await sql`update public.webhook_configurations set url = 'https://example.com/theirs' where id = ${id}`
    await saveChanges(page).click()
    const conflict = page.getByRole('dialog', { name: /This webhook was changed/ })
    await conflict.getByRole('button', { name: 'Show their version' }).click()
    expect(await form(page).getByLabel('Endpoint URL').inputValue()).toBe('https://example.com/theirs')

    await form(page).getByLabel('Endpoint URL').fill('https://example.com/mine')
    await sql`update public.webhook_configurations set url = 'https://example.com/theirs-again' where id = ${id}`
    await saveChanges(page).click()
    await conflict.getByRole('button', { name: 'Overwrite' }).click()
    await page.getByText('CRM sync saved.').first().waitFor()
    expect((await sql`select url from public.webhook_configurations where id = ${id}`)[0]!.url).toBe('https://example.com/mine')
  })

  /** Does `work` after the form has looked, and before the server hears of the change. */
  async function justBeforeSaving(page: Page, work: () => Promise<unknown>): Promise<void> {
    let done = false
    await page.route('**/functions/v1/webhooks/*', async (route) => {
      if (route.request().method() === 'PATCH' && !done) {
        done = true
        await work()
      }
      await route.continue()
    })
  }

  test('asks as well when theirs came between our look and our change', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync', url: 'https://example.com/first' })
    const page = await visit({ organization, path: `/settings/webhooks?panel=edit&hook=${id}`, expectFailedRequests: true })
    const url = async () => (await sql`select url from public.webhook_configurations where id = ${id}`)[0]!.url as string
    await form(page).getByLabel('Endpoint URL').fill('https://example.com/mine')
    await justBeforeSaving(page, () => sql`update public.webhook_configurations set url = 'https://example.com/theirs' where id = ${id}`)
    await saveChanges(page).click()
    const conflict = page.getByRole('dialog', { name: /This webhook was changed/ })
    await conflict.waitFor()
    expect(await url()).toBe('https://example.com/theirs')
    await conflict.getByRole('button', { name: 'Overwrite' }).click()
    await page.getByText('CRM sync saved.').first().waitFor()
    expect(await url()).toBe('https://example.com/mine')
  })

  test('a toggle between our look and our change is none either', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync', url: 'https://example.com/first' })
    const page = await visit({ organization, path: `/settings/webhooks?panel=edit&hook=${id}`, expectFailedRequests: true })
    await form(page).getByLabel('Endpoint URL').fill('https://example.com/mine')
    await justBeforeSaving(page, () => sql`update public.webhook_configurations set is_active = false where id = ${id}`)
    await saveChanges(page).click()
    await page.getByText('CRM sync saved.').first().waitFor()
    expect(await sql`select url, is_active from public.webhook_configurations where id = ${id}`).toEqual([{ url: 'https://example.com/mine', is_active: false }])
  })

  test('a toggle meanwhile is no conflict', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync', url: 'https://example.com/first' })
    const page = await visit({ organization, path: `/settings/webhooks?panel=edit&hook=${id}` })
    await form(page).getByLabel('Endpoint URL').fill('https://example.com/mine')
    await sql`update public.webhook_configurations set is_active = false where id = ${id}`
    await saveChanges(page).click()
    await page.getByText('CRM sync saved.').first().waitFor()
  })

  test('an id that leads nowhere says so', async () => {
    const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks?panel=edit&hook=01930000-0000-7000-8000-000000000000' })
    await page.getByRole('dialog', { name: 'This webhook doesn’t exist.' }).getByRole('button', { name: 'Close' }).last().click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})

describe('deleting', () => {
  test('begins on Cancel, says what it means, and removes the row', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync' })
    const page = await visit({ organization })
    await page.getByRole('button', { name: 'Actions for CRM sync' }).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    const question = page.getByRole('alertdialog', { name: 'Delete “CRM sync”?' })
    await expectText(question, /Sending stops at once\. The delivery log is kept for \d+ days\./)
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel')
    await question.getByRole('button', { name: 'Delete webhook' }).click()
    await page.getByText('CRM sync deleted').first().waitFor()
    expect(await page.getByRole('link', { name: 'CRM sync' }).count()).toBe(0)
    expect(await sql`select from public.webhook_configurations where id = ${id}`).toHaveLength(0)
  })

  test('a refusal is told in the dialog', async () => {
    const organization = await addOrganization()
    await addWebhook(organization, { name: 'CRM sync' })
    const page = await visit({ organization, expectFailedRequests: true })
    await page.getByRole('button', { name: 'Actions for CRM sync' }).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Delete webhook' }).click()
    await expectText(page.getByRole('alertdialog'), 'CRM sync couldn’t be deleted. No connection. Nothing changed.')
    await page.context().setOffline(false)
  })
})

describe('the event picker', () => {
  const box = (page: Page, name: string) => form(page).getByRole('checkbox', { name, exact: true })
  const group = (page: Page) => box(page, 'Messages: choose all shown')
  const state = (page: Page) => expect.poll(() => group(page).evaluate((box: HTMLInputElement) => (box.indeterminate ? 'mixed' : String(box.checked))))

  test('a group is none, some or all; its box acts on what is shown', async () => {
    const page = await openForm(await addOrganization())
    await state(page).toBe('false')
    await form(page).getByRole('checkbox', { name: 'message.received' }).click()
    await state(page).toBe('mixed')
    await group(page).click()
    await state(page).toBe('true')
    await expectText(form(page), '5 of 27 selected')
    await group(page).click()
    await state(page).toBe('false')

    await form(page).getByLabel('Search events').fill('message.re')
    await expect.poll(() => form(page).getByRole('checkbox', { name: 'message.sent' }).count()).toBe(0)
    await group(page).click()
    await state(page).toBe('true')
    await form(page).getByLabel('Search events').fill('')
    await state(page).toBe('mixed')
    await expectText(form(page), '2 of 27 selected')
    await form(page).getByRole('button', { name: 'Remove message.read' }).click()
    await expectText(form(page), '1 of 27 selected')
  })

  test('direction narrows, and a search that finds nothing says so', async () => {
    const page = await openForm(await addOrganization())
    await form(page).getByLabel('Direction').selectOption('inbound')
    await expect.poll(() => form(page).getByRole('checkbox', { name: 'message.sent' }).count()).toBe(0)
    await form(page).getByLabel('Search events').fill('zzz')
    await expectText(form(page), 'No event matches “zzz”.')
  })

  test('all events is a choice of its own, not every box', async () => {
    const organization = await addOrganization()
    const page = await openForm(organization)
    await fillIn(page)
    await form(page).getByRole('radio', { name: 'All events, including ones added later' }).click()
    expect(await form(page).getByRole('checkbox', { name: 'message.received' }).count()).toBe(0)
    await submit(page).click()
    await page.getByRole('dialog', { name: 'CRM sync is on' }).waitFor()
    expect((await sql`select events from public.webhook_configurations where organization_id = ${organization.id}`)[0]!.events).toEqual(['*'])
  })

  test('an event that the app adds to its catalog is there, in a group of its own', async () => {
    await sql`insert into public.webhook_event_types (name, category, direction, description) values ('invoice.paid', 'invoice', 'inbound', 'An invoice was paid.') on conflict do nothing`
    try {
      const page = await openForm(await addOrganization())
      await form(page).getByLabel('Search events').fill('invoice')
      await box(page, 'Invoice: choose all shown').click()
      await expectText(form(page), '1 of 28 selected')
    } finally {
      await sql`delete from public.webhook_event_types where name = 'invoice.paid'`
    }
  })
})

test('at 400 % the form has most of the screen, not its head and foot', async () => {
  const organization = await addOrganization()
  const page = await visit({ organization, path: create, width: 320, height: 225 })
  const name = form(page).getByLabel('Name', { exact: true })
  await name.waitFor()
  const seen = await form(page).locator('form').evaluate((element) => {
    const rows = Array.from({ length: innerHeight }, (_, y) => document.elementFromPoint(innerWidth / 2, y))
    return rows.filter((each) => each !== null && (element.contains(each) || each.contains(element))).length / innerHeight
  })
  expect(seen).toBeGreaterThan(0.6)
  await submit(page).click()
  await form(page).getByText('Enter a name.').waitFor()
  expect(await name.evaluate((input) => { const { top, bottom } = input.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight })).toBe(true)
})

test('the form fits on a small screen', async () => {
  const organization = await addOrganization()
  for (const width of [360, 320]) {
    const page = await visit({ organization, path: create, width })
    await page.getByRole('checkbox', { name: 'message.received' }).waitFor()
    await form(page).getByText('Advanced', { exact: true }).click()
    expect(await isTooWide(page)).toBe(false)
  }
})
