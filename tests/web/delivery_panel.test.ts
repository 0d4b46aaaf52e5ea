// One delivery beside the list: deep links, the way through the list by keyboard, what is shown and what is not.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { globex } from '../../local/demo_users.ts'
import { startReceiver } from '../support/receiver.ts'
import { createWebhook, expectText, focusName, useBrowser, useDatabase, type Organization } from './browser.ts'
import { addDeliveries, type DeliveryRow } from './delivery_rows.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

async function withDeliveries(deliveries: DeliveryRow[], row: Record<string, unknown> = {}): Promise<{ organization: Organization; id: string; path: string; ids: string[] }> {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync', ...row })
  const ids = await addDeliveries(sql, organization, id, deliveries)
  return { organization, id, ids, path: `/settings/webhooks/${id}/deliveries` }
}
const shown = (page: Page) => expect.poll(() => new URL(page.url()).pathname.split('/').at(-1), { timeout: 10_000 })
const heading = (page: Page, name: string) => page.getByRole('article').getByRole('heading', { name, exact: true })

test('the list stays where it is while the code of a delivery is on its way', async () => {
  const { organization, path } = await withDeliveries([{ minutesAgo: 1 }])
  const page = await visit({ organization, path: '/settings/webhooks' })
  await page.getByRole('link', { name: 'CRM sync' }).waitFor()
  let letCome = () => {}
  const mayCome = new Promise<void>((resolve) => { letCome = resolve })
  await page.route('**/assets/DeliveryPanel-*', (route) => mayCome.then(() => route.continue()))
  await page.goto(new URL(path, page.url()).href)
  await page.locator('[data-delivery] a').click()
  await page.getByRole('complementary', { name: 'Open delivery' }).locator('.skeleton').first().waitFor()
  expect(await page.locator('[data-delivery]').isVisible()).toBe(true)
  letCome()
  await heading(page, 'contact.created').waitFor()
})

describe('a link to a delivery', () => {
  test('opens it cold, with the cause, the attempts and both bodies', async () => {
    const { organization, path, ids } = await withDeliveries([{ state: 'failed', attempts: [{ status: 500, body: '{"error":"first"}' }, { status: 401, body: '{"error":"second"}' }], data: '{"id":"7","first_name":"Grace"}' }])
    const page = await visit({ organization, path: `${path}/${ids[0]}` })
    await heading(page, 'contact.created').waitFor()
    await page.getByText('Your server refused the request (401).').waitFor()
    await page.getByText('Compare the signing secret, and use the raw body.').waitFor()
    await expectText(page.getByRole('region', { name: 'response body' }), 'second')
    await expectText(page.getByRole('region', { name: 'request body' }), '"first_name": "Grace"')
    await page.getByRole('listitem').filter({ hasText: /^1/ }).getByRole('link').click()
    await page.getByRole('heading', { name: 'Response to attempt 1' }).waitFor()
    await expectText(page.getByRole('region', { name: 'response body' }), 'first')
    expect(new URL(page.url()).hash).toBe('#attempt-1')
  })

  test('shows numbers as they were sent, and copies a body to the letter', async () => {
    const data = '{"id":12345678901234567890,"total":1.50}'
    const { organization, path, ids } = await withDeliveries([{ data }])
    const page = await visit({ organization, path: `${path}/${ids[0]}` })
    await expectText(page.getByRole('region', { name: 'request body' }), /"id": 12345678901234567890,\s+"total": 1\.50/)
    await page.getByRole('button', { name: 'Copy request body' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(`"data":${data}`)
  })

  test('that leads nowhere says the same as one that leads to another organization', async () => {
    const { organization, path } = await withDeliveries([{}])
    const elsewhere = { id: globex, name: 'Globex' }
    const theirs = await addWebhook(elsewhere)
    const [foreign] = await addDeliveries(sql, elsewhere, theirs, [{}])
    for (const id of [foreign!, '00000000-0000-4000-8000-000000000000', 'nonsense']) {
      const page = await visit({ organization, path: `${path}/${id}` })
      await page.getByText('This delivery doesn’t exist.').waitFor()
      await page.getByText('It may be older than 30 days.').waitFor()
      await page.getByRole('button', { name: 'All deliveries' }).click()
      await expect.poll(() => new URL(page.url()).pathname).toBe(path)
    }
    await sql`delete from public.webhook_configurations where id = ${theirs}`
  })

  test('a webhook of another organization does not exist either', async () => {
    const organization = await addOrganization()
    const page = await visit({ organization, path: '/settings/webhooks/00000000-0000-4000-8000-000000000000/deliveries' })
    await page.getByText('This webhook doesn’t exist.').waitFor()
    await page.getByRole('link', { name: 'All webhooks' }).waitFor()
  })
})

describe('the keyboard', () => {
  test('j and k go through the list, over the edge of a page; Escape returns to the row', async () => {
    const { organization, path, ids } = await withDeliveries(Array.from({ length: 60 }, (_, index) => ({ minutesAgo: index + 1 })))
    const page = await visit({ organization, path: `${path}?live=0` })
    await page.locator('[data-delivery]').first().waitFor()
    await page.keyboard.press('j')
    await expect.poll(() => focusName(page)).toBe(`delivery-${ids[0]}`)
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(1)
    await page.keyboard.press('Enter')
    await shown(page).toBe(ids[1])
    await expect.poll(() => focusName(page)).toBe('delivery-heading')
    await page.keyboard.press('k')
    // The address is there before the screen is: the row says that the next key has its meaning.
    const isOpen = (index: number) => page.locator(`[id="delivery-${ids[index]}"][aria-current=true]`).waitFor()
    await isOpen(0)
    for (let index = 1; index <= 51; index++) {
      await page.keyboard.press('j')
      await isOpen(index)
    }
    expect(new URL(page.url()).search).toBe('?live=0')
    await page.keyboard.press('Escape')
    await expect.poll(() => focusName(page)).toBe(`delivery-${ids[51]}`)
  })

  test('keys that come faster than the screen are not lost', async () => {
    const { organization, path, ids } = await withDeliveries(Array.from({ length: 12 }, (_, index) => ({ minutesAgo: index + 1 })))
    const page = await visit({ organization, path: `${path}?live=0` })
    await page.locator('[data-delivery] a').first().click()
    await heading(page, 'contact.created').waitFor()
    await page.evaluate(() => { for (let press = 0; press < 5; press++) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true, cancelable: true })) })
    await shown(page).toBe(ids[5])
    // Back leaves them all, however many were leafed through.
    await page.goBack()
    await expect.poll(() => new URL(page.url()).pathname).toBe(path)
  })

  test('Escape closes what lies above first', async () => {
    const { organization, path, ids } = await withDeliveries([{}])
    const page = await visit({ organization, path: `${path}/${ids[0]}` })
    await heading(page, 'contact.created').waitFor()
    await page.getByRole('button', { name: 'Resend' }).click()
    await page.getByRole('alertdialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await shown(page).toBe(ids[0])
    await page.keyboard.press('Escape')
    await shown(page).toBe('deliveries')
  })
})

describe('sending again', () => {
  test('asks when it was delivered, queues, and shows the new outcome by itself', async () => {
    const receiver = await startReceiver()
    const organization = await addOrganization()
    const { id } = await createWebhook(organization, { name: 'CRM sync', url: receiver.url })
    const [delivery] = await addDeliveries(sql, organization, id, [{ minutesAgo: 5 }])
    const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries/${delivery}` })
    await heading(page, 'contact.created').waitFor()
    await page.keyboard.press('r')
    const dialog = page.getByRole('alertdialog', { name: 'Send it again?' })
    await dialog.getByText('This delivery already reached your server.').waitFor()
    await dialog.getByRole('button', { name: 'Resend' }).click()
    await page.getByText('Resend queued').first().waitFor()
    const [received] = await receiver.waitForCount(1)
    await page.getByRole('article').getByText('Delivered on resend').waitFor()
    // What the page says was sent is what was sent, byte for byte.
    const shownBody = await page.getByRole('region', { name: 'request body' }).innerText()
    expect(JSON.parse(shownBody)).toEqual(JSON.parse(received!.body))
    await page.getByRole('button', { name: 'Copy as cURL' }).click()
    const command = await page.evaluate(() => navigator.clipboard.readText())
    expect(command).toContain(`--data-raw '${received!.body}'`)
    expect(command).toContain(`-H 'webhook-id: ${received!.headers['webhook-id'] as string}'`)
    await receiver.close()
  })

  test('a retry that becomes due is looked at again, without Live too', async () => {
    const { organization, id, path, ids } = await withDeliveries([{ state: 'pending', attempts: [{ status: 500 }] }], { is_active: false })
    await sql`update webhooks.deliveries set due_at = now() + interval '4 seconds' where id = ${ids[0]!}`
    const page = await visit({ organization, path: `${path}/${ids[0]}?live=0` })
    await page.getByRole('article').getByText('Retrying').waitFor()
    await sql`update webhooks.deliveries set state = 'succeeded', due_at = null, finished_at = now(), attempt_count = 2, last_status_code = 200 where webhook_id = ${id}`
    await page.getByRole('article').getByText('Delivered').waitFor({ timeout: 10_000 })
  })

  test('after the last attempt no wait is promised', async () => {
    const { organization, path, ids } = await withDeliveries([{ state: 'failed', attempts: [{ status: 429, headers: { 'retry-after': '120' } }] }])
    const page = await visit({ organization, path: `${path}/${ids[0]}` })
    await page.getByText('We won’t try again by ourselves.').waitFor()
    expect(await page.getByText('We wait 2 minutes.').count()).toBe(0)
  })

  test('a retry that is due later can be had now', async () => {
    const receiver = await startReceiver()
    const organization = await addOrganization()
    const { id } = await createWebhook(organization, { name: 'CRM sync', url: receiver.url })
    const [delivery] = await addDeliveries(sql, organization, id, [{ state: 'pending', minutesAgo: 5, attempts: [{ status: 503 }] }])
    const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries/${delivery}` })
    await page.getByText('Your server had an error (503).').waitFor()
    await page.getByRole('article').getByText('Next', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Retry now' }).click()
    await receiver.waitForCount(1)
    await page.getByRole('article').getByText(/^Delivered/).waitFor()
    await receiver.close()
  })

  test('one that waits can be given up, after a question', async () => {
    const { organization, path, ids } = await withDeliveries([{ state: 'pending', minutesAgo: 5, attempts: [{ status: 503 }] }], { ordered: true })
    const page = await visit({ organization, path: `${path}/${ids[0]}` })
    await page.getByRole('article').getByRole('button', { name: 'Don’t send' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Don’t send this event?' })
    await dialog.getByText('the next event of the same record goes now').waitFor()
    await dialog.getByRole('button', { name: 'Don’t send' }).click()
    await page.getByText('It won’t be sent').first().waitFor()
    await page.getByRole('article').getByText('Not sent', { exact: true }).first().waitFor()
    expect(await page.getByRole('article').getByRole('button', { name: 'Don’t send' }).count()).toBe(0)
    expect((await sql`select state from webhooks.deliveries where id = ${ids[0]!}`)[0]!.state).toBe('cancelled')
  })

  test('is refused with the reason: to members, and while the webhook is off', async () => {
    const { organization, path, ids } = await withDeliveries([{ state: 'failed' }], { is_active: false })
    const asMember = await visit({ organization, path: `${path}/${ids[0]}`, role: 'member' })
    const resend = asMember.getByRole('button', { name: 'Resend' })
    expect(await resend.getAttribute('aria-disabled')).toBe('true')
    await asMember.getByText('Bodies are visible to developers and admins.').first().waitFor()
    expect(await asMember.getByRole('region', { name: 'request body' }).count()).toBe(0)
    const asOwner = await visit({ organization, path: `${path}/${ids[0]}` })
    await asOwner.getByText('Turn CRM sync on to resend.').first().waitFor()
  })
})

describe('hostile data', () => {
  test('is text, wherever it comes from', async () => {
    const html = '<img src=x onerror="document.title=\'hacked\'"><script>document.title="hacked"</script>'
    const { organization, path, ids } = await withDeliveries(
      [{ state: 'failed', event_type: '\u202Egnp.daolyap', attempts: [{ status: 500, body: html, headers: { 'x-evil': html } }], data: JSON.stringify({ html }) }],
      { name: html.slice(0, 60) },
    )
    const page = await visit({ organization, path: `${path}/${ids[0]}` })
    await expectText(page.getByRole('region', { name: 'response body' }), '<img src=x')
    await page.getByText('1 header', { exact: true }).click()
    await expectText(page.getByRole('article'), 'x-evil')
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await page.title()).not.toBe('hacked')
    // The override turns its own text around, and nothing beside it.
    expect(await page.getByRole('article').getByRole('heading').first().locator('bdi').count()).toBe(1)
  })

  test('a long answer is cut, with its size, and a large body is shown without colors', async () => {
    const { organization, path, ids } = await withDeliveries([
      { state: 'failed', attempts: [{ status: 500, body: 'x'.repeat(16 * 1024), bytes: 64 * 1024 }], data: JSON.stringify({ text: 'y'.repeat(200_000) }) },
    ])
    const page = await visit({ organization, path: `${path}/${ids[0]}` })
    await page.getByText('Showing the first 16.4 KB. We stopped reading after 65.5 KB.').waitFor()
    await page.getByText('Shown without colors, since it is large.').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })
})
