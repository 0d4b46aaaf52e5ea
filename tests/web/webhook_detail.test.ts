// The page of one webhook: its numbers, its banners, and its settings with the signing secret.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { startReceiver } from '../support/receiver.ts'
import { createWebhook, expectText, focusName, useBrowser, useDatabase, type Organization } from './browser.ts'
import { addCounts, addDeliveries } from './delivery_rows.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

async function withSecret(input: Record<string, unknown> = {}): Promise<{ organization: Organization; id: string; secret: string; path: string }> {
  const organization = await addOrganization()
  const { id, secret } = await createWebhook(organization, { name: 'CRM sync', url: 'https://example.com/', ...input })
  return { organization, id, secret: secret!, path: `/settings/webhooks/${id}/settings` }
}
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

describe('the overview', () => {
  test('its numbers lead to the deliveries behind them, and its range is in the address', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync' })
    await addDeliveries(sql, organization, id, [{ state: 'failed', minutesAgo: 5 }])
    await addCounts(sql, organization, id, [
      { answer: '200', attempts: 95, succeeded: 95 }, { answer: '500', attempts: 4, failed: 1 }, { answer: 'timeout', attempts: 1 }, { answer: '200', attempts: 30, succeeded: 30, hoursAgo: 48 },
    ])
    const page = await visit({ organization, path: `/settings/webhooks/${id}` })
    await expectText(page.getByRole('link', { name: /^Delivered/ }), /95 %\s+95 of 100 attempts/)
    await page.getByRole('link', { name: 'No answer in time' }).waitFor()
    await page.getByRole('button', { name: '7 days' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?range=7d')
    await expectText(page.getByRole('link', { name: /^Delivered/ }), '125 of 130 attempts')
    await page.getByRole('button', { name: 'Show as table' }).click()
    await expectText(page.getByRole('region', { name: 'Deliveries over time' }).last(), /Day \(UTC\)[\s\S]*30/)
    const days = page.getByRole('table', { name: '' }).filter({ hasText: 'Day (UTC)' })
    await days.getByRole('link').first().click()
    const span = new URLSearchParams(new URL(page.url()).search)
    expect(Date.parse(span.get('to')!) - Date.parse(span.get('from')!)).toBe(86_400_000)
    await page.goBack()
    await page.getByRole('link', { name: /^Failed/ }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?status=failed&from=7d')
    await expect.poll(() => page.locator('[data-delivery]').count()).toBe(1)
  })

  test('while the numbers of another range are on their way, those on the screen say that they are not it', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync' })
    await addCounts(sql, organization, id, [{ answer: '200', attempts: 95, succeeded: 95 }, { answer: '200', attempts: 30, succeeded: 30, hoursAgo: 48 }])
    const page = await visit({ organization, path: `/settings/webhooks/${id}` })
    await expectText(page.getByRole('link', { name: /^Delivered/ }), '95 of 95 attempts')
    let answer = () => {}
    await page.route('**/rpc/webhook_overview', async (route) => {
      await new Promise<void>((resolve) => { answer = resolve })
      await route.continue()
    })
    const busy = page.locator('main [aria-busy=true]')
    await page.getByRole('button', { name: '7 days' }).click()
    await busy.waitFor()
    answer()
    await expectText(page.getByRole('link', { name: /^Delivered/ }), '125 of 125 attempts')
    expect(await busy.count()).toBe(0)
  })

  test('numbers are written in one way, whatever the browser speaks; two hours of one name are two rows', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'CRM sync' })
    await addCounts(sql, organization, id, [{ answer: '200', attempts: 21_234, succeeded: 21_234 }, { answer: '500', attempts: 3_456, failed: 3_456 }])
    const page = await visit({ organization, locale: 'de-DE' })
    // The night in which Berlin sets its clocks back, in the middle of the day that is shown.
    const start = Date.parse('2026-10-24T13:00:00Z')
    let shift = 0
    await page.route('**/rpc/webhook_overview', async (route) => {
      const response = await route.fetch()
      const overview = await response.json() as { buckets: Record<string, unknown>[] }
      const buckets = overview.buckets.map((bucket, n) => ({ ...bucket, at: new Date(start + (n + shift) * 3_600_000).toISOString(), succeeded: n, attempts: n }))
      await route.fulfill({ response, json: { ...overview, buckets } })
    })
    await page.goto(new URL(`/settings/webhooks/${id}`, page.url()).href)
    await expectText(page.getByRole('main'), '21,234 of 24,690 attempts')
    expect(await page.getByRole('main').innerText()).not.toMatch(/\d\.\d{3}/)
    await page.getByRole('button', { name: 'Show as table' }).click()
    const hours = () => page.getByRole('group', { name: 'Deliveries over time' }).locator('th[scope=row]').allInnerTexts()
    expect((await hours()).filter((hour) => hour === '02:00')).toHaveLength(2)
    // An hour later there are as many rows as before.
    await page.clock.install()
    shift = 1
    await page.clock.fastForward(60_000)
    await page.evaluate(() => dispatchEvent(new Event('visibilitychange'))) // as when one comes back to the tab
    await expect.poll(async () => (await hours())[0]).toBe('16:00')
    expect(await hours()).toHaveLength(24)
  })

  test('before the first delivery it claims nothing', async () => {
    const organization = await addOrganization()
    const page = await visit({ organization, path: `/settings/webhooks/${await addWebhook(organization)}` })
    await page.getByText('No deliveries yet.').waitFor()
    expect(await page.getByText('100 %').count()).toBe(0)
  })
})

describe('a webhook that was turned off automatically', () => {
  test('says why and what it missed; a good test turns it on and sends what had failed', async () => {
    const receiver = await startReceiver({ answer: 500 })
    const { organization, id } = await withSecret({ url: receiver.url })
    await addDeliveries(sql, organization, id, [{ state: 'failed', minutesAgo: 60 }])
    await sql`update public.webhook_configurations set is_active = false, disabled_reason = 'gone', disabled_at = now() - interval '1 hour', consecutive_failures = 20, failing_since = now() - interval '1 day' where id = ${id}`
    await sql`insert into webhooks.missed_events (webhook_id, events, at) values (${id}, 42, now())`
    const page = await visit({ organization, path: `/settings/webhooks/${id}` })
    await page.getByText(/42 events were not sent since/).waitFor()
    await page.getByRole('button', { name: 'Test and turn on…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Turn on anyway' }).waitFor()
    receiver.answer(200)
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await dialog.getByRole('button', { name: 'Turn on', exact: true }).click()
    await page.getByText('Active', { exact: true }).waitFor()
    // Two tests, and the one that had failed.
    await receiver.waitForCount(3)
    await receiver.close()
  })
})

describe('the signing secret', () => {
  test('is copied without being shown; shown, it hides when the tab loses the focus, and after a minute', async () => {
    const { organization, secret, path } = await withSecret()
    const page = await visit({ organization, path })
    const section = page.getByRole('region', { name: 'Signing secret' })
    await section.getByRole('button', { name: 'Copy Signing secret' }).click()
    await expect.poll(() => clipboard(page)).toBe(secret)
    expect(await page.getByText(secret).count()).toBe(0)
    await section.getByRole('button', { name: 'Show' }).click()
    await page.getByText(secret).waitFor()
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    await page.getByText(secret).waitFor({ state: 'detached' })
    await page.clock.install()
    await section.getByRole('button', { name: 'Show' }).click()
    await page.getByText(secret).waitFor()
    await page.clock.fastForward(61_000)
    await page.getByText(secret).waitFor({ state: 'detached' })
    const [audited] = await sql<{ n: number }[]>`select count(*)::int as n from webhooks.audit_log where organization_id = ${organization.id} and action = 'secret_revealed'`
    expect(audited!.n).toBe(3)
  })

  test.each([['Now, it leaked', 0], ['In 1 hour', 1], ['In 24 hours', 24], ['In 3 days', 72]] as const)('rolls; the old one ends: %s', async (choice, hours) => {
    const { organization, id, secret, path } = await withSecret()
    const page = await visit({ organization, path })
    await page.getByRole('button', { name: 'Roll secret…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: choice }).click()
    expect(await dialog.getByText('Requests will fail until your server has the new secret.').count()).toBe(hours === 0 ? 1 : 0)
    await dialog.getByRole('button', { name: 'Roll secret' }).click()
    const rolled = page.getByRole('dialog', { name: 'Here is the new signing secret' })
    await rolled.getByRole('button', { name: /^Copy/ }).click()
    await expect.poll(() => clipboard(page)).toMatch(/^whsec_/)
    expect(await clipboard(page)).not.toBe(secret)
    await rolled.getByRole('button', { name: 'Done' }).click()
    await expect.poll(() => focusName(page)).toBe('roll-secret')
    const live = await sql<{ expires_in: number | null }[]>`select round(extract(epoch from expires_at - now()) / 3600)::int as expires_in from webhooks.secrets where webhook_id = ${id} order by created_at`
    expect(live.map((row) => row.expires_in)).toEqual(hours === 0 ? [null] : [hours, null])
    expect(await page.getByText(/^The old secret works until/).count()).toBe(hours === 0 ? 0 : 1)
    if (hours !== 24) return
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByText(/^The old secret works until [A-Z][a-z]{2} \d+, \d{4}, \d\d:\d\d:\d\d\. Requests carry both signatures\.$/).waitFor()
    expect(await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Webhooks' }).getAttribute('aria-current')).toBe('true')
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('button', { name: 'End it now' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'End old secret' }).click()
    await page.getByText(/^The old secret works until/).waitFor({ state: 'detached' })
  })

  test('a roll that is under way cannot be left: its answer is the new secret', async () => {
    const { organization, id, path } = await withSecret()
    const page = await visit({ organization, path })
    let answer = () => {}
    await page.route('**/secret/roll', async (route) => {
      await new Promise<void>((resolve) => { answer = resolve })
      await route.continue()
    })
    await page.getByRole('button', { name: 'Roll secret…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Roll secret' }).click()
    await page.getByRole('button', { name: 'Rolling…' }).waitFor()
    await page.keyboard.press('Escape')
    await page.mouse.click(5, 5)
    answer()
    await page.getByRole('dialog', { name: 'Here is the new signing secret' }).getByRole('button', { name: 'Done' }).click()
    // The banner on the other pages gives the time itself: "until in 23 hours" is no English.
    await page.goto(new URL(`/settings/webhooks/${id}`, page.url()).href)
    await page.getByText(/^The old secret works until \w+ \d+, \d{4}, [\d:]+\. Requests carry both signatures\.$/).waitFor()
  })

  test('is copied where the browser lets a page copy only within the press itself, and says why when it cannot be had', async () => {
    const { organization, secret, path } = await withSecret()
    const page = await visit({ organization, path, expectFailedRequests: true })
    // As Safari does.
    await page.evaluate(() => {
      let pressed = false
      addEventListener('click', () => {
        pressed = true
        setTimeout(() => { pressed = false }, 0)
      }, { capture: true })
      for (const name of ['write', 'writeText'] as const) {
        const original = navigator.clipboard[name].bind(navigator.clipboard) as (what: never) => Promise<void>
        navigator.clipboard[name] = (what: unknown) => (pressed ? original(what as never) : Promise.reject(new DOMException('', 'NotAllowedError')))
      }
    })
    const copy = page.getByRole('button', { name: 'Copy Signing secret' })
    await copy.click()
    await expect.poll(() => clipboard(page)).toBe(secret)
    await page.route('**/secret', (route) => route.abort())
    await copy.click()
    await page.getByText('The secret couldn’t be shown. No connection. Nothing changed.').first().waitFor()
  })

  test('is not for members, who see the reason', async () => {
    const { organization, path } = await withSecret()
    const page = await visit({ organization, path, role: 'member' })
    const section = page.getByRole('region', { name: 'Signing secret' })
    await section.getByText('Only admins can see the secret.').first().waitFor()
    for (const name of ['Copy', 'Show', 'Roll secret…']) expect(await section.getByRole('button', { name, exact: true }).getAttribute('aria-disabled')).toBe('true')
    await page.getByText(`Only admins can change webhooks. Ask an admin of ${organization.name}.`).first().waitFor()
  })
})

describe('the other settings', () => {
  test('headers have a save of their own, and values are never shown', async () => {
    const { organization, id, path } = await withSecret({ headers: { 'X-Api-Key': 'k-123' } })
    const page = await visit({ organization, path })
    const section = page.getByRole('region', { name: 'Custom headers' })
    await section.getByRole('button', { name: 'Add header' }).click()
    await section.getByRole('textbox', { name: 'Name of header 2' }).fill('X-Team')
    await section.getByLabel('Value of header 2').fill('blue')
    await section.getByRole('button', { name: 'Save headers' }).click()
    await page.getByText('Headers saved.').first().waitFor()
    const [saved] = await sql<{ header_names: string[] }[]>`select header_names from public.webhook_configurations where id = ${id}`
    expect(saved!.header_names.map((name) => name.toLowerCase()).sort()).toEqual(['x-api-key', 'x-team'])
    expect(await page.content()).not.toContain('k-123')
    // The other form on the page does not take our own change for somebody else's.
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('CRM')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('heading', { level: 1, name: 'CRM' }).waitFor()
  })

  test('a link asks before typed text is lost', async () => {
    const { organization, path } = await withSecret()
    const page = await visit({ organization, path })
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Another name')
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Discard your changes?' })
    await dialog.getByRole('button', { name: 'Keep editing' }).click()
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Another name')
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click()
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await page.getByText('No deliveries yet.').waitFor()
  })

  test('Back asks, too, and leads on when the answer is yes; to another place of the page it leads at once', async () => {
    const { organization, id, path } = await withSecret()
    const page = await visit({ organization, path: `/settings/webhooks/${id}` })
    await page.getByRole('link', { name: 'Settings', exact: true }).last().click()
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    await name.fill('Another name')
    const dialog = page.getByRole('alertdialog', { name: 'Discard your changes?' })
    await page.evaluate(() => history.back())
    await dialog.getByRole('button', { name: 'Keep editing' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect([await name.inputValue(), new URL(page.url()).pathname]).toEqual(['Another name', path])
    await page.evaluate(() => { location.hash = 'secret' })
    await page.evaluate(() => history.back())
    await expect.poll(() => new URL(page.url()).hash).toBe('')
    expect([await name.inputValue(), await dialog.count()]).toEqual(['Another name', 0])
    await page.evaluate(() => history.back())
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await expect.poll(() => new URL(page.url()).pathname).toBe(`/settings/webhooks/${id}`)
    await name.waitFor({ state: 'detached' })
  })

  test('so do another organization and signing out; a dialog over the page asks nothing', async () => {
    const { organization, path } = await withSecret()
    const other = await addOrganization()
    const page = await visit({ organization, path })
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    await name.fill('Another name')
    const dialog = page.getByRole('alertdialog', { name: 'Discard your changes?' })
    await page.getByRole('button', { name: 'Send test event' }).click()
    await page.getByRole('dialog', { name: /^Send test event/ }).waitFor()
    await page.evaluate(() => history.back())
    await page.getByRole('dialog', { name: /^Send test event/ }).waitFor({ state: 'detached' })
    expect([await name.inputValue(), await dialog.count()]).toEqual(['Another name', 0])

    await page.getByRole('button', { name: /Account:/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await dialog.getByRole('button', { name: 'Keep editing' }).click()
    await page.keyboard.press('Escape')
    const switcher = page.getByRole('combobox', { name: 'Organization' })
    await switcher.selectOption({ label: other.name })
    await dialog.getByRole('button', { name: 'Keep editing' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect([await name.inputValue(), await switcher.inputValue()]).toEqual(['Another name', organization.id])
    await switcher.selectOption({ label: other.name })
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await page.getByText('Get told when something happens').waitFor()
    expect(await switcher.inputValue()).toBe(other.id)
  })

  test('deleting asks, and leads back to the list', async () => {
    const { organization, id, path } = await withSecret()
    const page = await visit({ organization, path })
    await page.getByRole('button', { name: 'Delete webhook…' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => focusName(page)).toBe('delete-webhook')
    await page.getByRole('button', { name: 'Delete webhook…' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete webhook' }).click()
    await expect.poll(() => new URL(page.url()).pathname).toBe('/settings/webhooks')
    expect(await sql`select from public.webhook_configurations where id = ${id}`).toHaveLength(0)
  })
})
