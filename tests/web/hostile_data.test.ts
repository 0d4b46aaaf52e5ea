// What comes from outside is shown as text: on every screen that repeats a name, and of a real delivery from the wire to the panel.
// The list, the panel, the test dialog and the inbox by themselves are tried in their own tests.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startReceiver } from '../support/receiver.ts'
import { createWebhook, expectText, isTooWide, useBrowser, useDatabase } from './browser.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

const html = '<img src=x onerror=alert(1)>'
/** Turns what follows it around, so that a file looks like a picture. It must not reach beyond its own text. */
const turned = '\u202Egnp.exe'
const formula = '=cmd|\'/C calc\'!A0'

/** Elements that only hostile text could have made. Our own pictures are inline SVG. */
const made = (page: Page) => page.locator('img, iframe, object, embed, body script, [onerror]').count()

test('a name is a name, wherever it is repeated', async () => {
  const organization = await addOrganization()
  organization.name = `<b>Acme</b> ${turned}`
  await sql`update public.organizations set name = ${organization.name} where id = ${organization.id}`
  const id = await addWebhook(organization, { name: html, description: formula, events: ['deal.created'] })
  const off = await addWebhook(organization, { name: `${turned} ${formula}` })
  await sql`update public.webhook_configurations set is_active = false, disabled_reason = 'gone', disabled_at = now() where id = ${off}`

  const page = await visit({ organization, width: 360 })
  const go = (path: string) => page.goto(new URL(`/settings/webhooks${path}`, page.url()).href)
  const holds = async (where: string, text: string) => {
    await page.getByText(text).filter({ visible: true }).first().waitFor()
    expect(await made(page), where).toBe(0)
    expect(await isTooWide(page), where).toBe(false)
  }
  await holds('list', html)
  // Isolated, so that only the name itself is turned.
  await page.getByRole('heading', { name: `\u2068${turned} ${formula}\u2069 was turned off automatically` }).waitFor()
  for (const [action, title] of [['Send test event', `Send test event to ${html}`], ['Edit', `Edit ${html}`], ['Delete…', `Delete “${html}”?`]] as const) {
    await page.getByRole('button', { name: `Actions for ${html}` }).click()
    await page.getByRole('button', { name: action, exact: true }).click()
    await holds(action, title)
    await page.keyboard.press('Escape')
    await page.locator('[role=dialog], [role=alertdialog]').first().waitFor({ state: 'detached' })
  }
  await page.getByRole('switch', { name: `Deliver events to ${html}` }).click()
  await holds('toast', `${html} is off`)
  for (const path of [`/${id}`, `/${id}/deliveries`, `/${id}/settings`, '/events/deal.created']) {
    await go(path)
    await holds(path, html)
  }
  await go(`/${id}`)
  await expect.poll(() => page.title()).toContain(html)
})

test('a long word is broken, and a turned name leaves the sentence around it as it is', async () => {
  const organization = await addOrganization()
  organization.name = `Organization ${'x'.repeat(100)}`
  await sql`update public.organizations set name = ${organization.name} where id = ${organization.id}`
  const id = await addWebhook(organization, { name: 'Slack \u202Estrela' })
  for (const path of ['', `?panel=test&hook=${id}`, '/inbox', '/keys', `/${id}/settings`]) {
    const page = await visit({ organization, width: 360, path: `/settings/webhooks${path}` })
    await page.locator('main h1, main h2').first().waitFor()
    expect(await isTooWide(page), path).toBe(false)
  }
  const page = await visit({ organization, path: `/settings/webhooks/${id}/settings` })
  const sentence = page.getByText(/is on\./).first()
  await sentence.waitFor()
  // Where "is" stands: after the name, as in every sentence that is read from left to right.
  const [name, is] = await sentence.evaluate((element) => {
    const text = [...element.childNodes].find((node) => node.textContent!.includes('strela'))!
    const leftOf = (part: string) => {
      const range = document.createRange()
      const start = text.textContent!.indexOf(part)
      range.setStart(text, start)
      range.setEnd(text, start + part.length)
      return range.getBoundingClientRect().left
    }
    return [leftOf('strela'), leftOf('is on')]
  })
  expect(name).toBeLessThan(is!)
})

test('what a receiver answers arrives as text, cut where we say', async () => {
  const receiver = await startReceiver({
    answer: (response) => {
      response.writeHead(500, { 'content-type': 'text/html', 'x-odd': `\u00ff\u0080${html}\u0085`, 'x-turned': '\u00e2\u0080\u00aegnp.exe' })
      response.end(`${html}<script>alert(2)</script>${'<b>x</b>'.repeat(2 * 1024 * 1024 / 8)}`)
    },
  })
  try {
    const organization = await addOrganization()
    const { id } = await createWebhook(organization, { name: 'CRM sync', url: receiver.url, events: ['contact.created'] })
    await sql`insert into public.contacts (organization_id, first_name, last_name) values (${organization.id}, ${html}, ${`${turned}${formula}`})`
    const delivery = async () => (await sql<{ id: string, attempt_count: number }[]>`select id, attempt_count from webhooks.deliveries where webhook_id = ${id}`)[0]
    await expect.poll(async () => (await delivery())?.attempt_count, { timeout: 20_000 }).toBeGreaterThan(0)

    const page = await visit({ organization, width: 360, path: `/settings/webhooks/${id}/deliveries/${(await delivery())!.id}` })
    await expectText(page.getByRole('region', { name: 'response body' }), `${html}<script>alert(2)</script><b>x</b>`)
    await page.getByText('Showing the first 16.4 KB. We stopped reading after 65.5 KB.').waitFor()
    const [log] = await sql<{ kept: number }[]>`select octet_length(response_body) as kept from public.webhook_logs where webhook_id = ${id} limit 1`
    expect(log!.kept).toBeLessThanOrEqual(16 * 1024)
    for (const summary of await page.locator('article summary').all()) await summary.click()
    await expectText(page.getByRole('article'), `${html}`)
    await expectText(page.getByRole('article'), 'x-odd')
    // The body is JSON, shown as it was sent: the name of the contact is in it, escaped by nobody.
    await expectText(page.getByRole('region', { name: 'request body' }), html)
    expect(await made(page)).toBe(0)
    expect(await isTooWide(page)).toBe(false)
  } finally {
    await receiver.close()
  }
})
