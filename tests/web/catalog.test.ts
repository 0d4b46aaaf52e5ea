import { expect, test } from 'vitest'
import { axeViolations, expectText, isTooWide, useBrowser, useDatabase } from './browser.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

test('a deep link shows one event: fields, examples, and who listens', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync', events: ['deal.stage.changed'] })
  await addWebhook(organization, { name: 'Everything', events: ['*'] })
  await addWebhook(organization, { name: 'Other', events: ['deal.created'] })
  const page = await visit({ organization, path: '/settings/webhooks/events/deal.stage.changed' })
  const event = page.getByRole('article', { name: 'deal.stage.changed' })
  await expectText(event, 'A deal moved to another stage.')
  await expectText(event, /Used by\s*CRM sync\s*,\s*Everything/)
  const row = event.getByRole('row').filter({ hasText: 'data.stage' })
  await expectText(row, /string\s+Yes\s+How far it has come\.\s+One of new, qualified, proposal/)
  await expectText(event.getByRole('row').filter({ hasText: 'data.assigned_to' }), /string or null\s+Yes\s+The user who works on the deal, if somebody does\.\s+A UUID/)
  await expectText(event, '"event": "deal.stage.changed"')
  await event.getByRole('button', { name: 'TypeScript' }).click()
  await expectText(event, 'export type DealStageChanged = {')
  await expectText(event, /\/\*\* How far it has come\. \*\/\s+stage: 'new'/)
  await event.getByRole('button', { name: 'zod' }).click()
  await expectText(event, "event: z.literal('deal.stage.changed'),")

  await event.getByRole('button', { name: 'Send a test' }).click()
  await page.getByRole('link', { name: 'CRM sync' }).last().click()
  await page.getByRole('dialog', { name: 'Send test event to CRM sync' }).waitFor()
  expect(page.url()).toContain(id)
  expect(await page.getByLabel('Event', { exact: true }).last().inputValue()).toBe('deal.stage.changed')
})

test('search and direction are in the address, and Back leads from event to event', async () => {
  const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events?q=message&direction=inbound' })
  const list = page.getByRole('navigation', { name: 'Event catalog' })
  await expectText(list, 'message.received')
  expect(await list.getByRole('link').count()).toBe(1)
  await page.getByLabel('Direction').selectOption('all')
  await list.getByRole('link', { name: /message.sent/ }).click()
  await page.getByRole('article', { name: 'message.sent' }).waitFor()
  await list.getByRole('link', { name: /message.read/ }).click()
  await page.getByRole('article', { name: 'message.read' }).waitFor()
  await page.goBack()
  await page.getByRole('article', { name: 'message.sent' }).waitFor()
  await page.getByLabel('Search events').fill('zzz')
  await page.getByRole('heading', { name: 'No event matches “zzz”.' }).waitFor()
})

test('an event that does not exist says so', async () => {
  const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events/no.such' })
  await page.getByRole('heading', { name: 'There is no event “no.such”.' }).waitFor()
})

test('a webhook can be made for an event', async () => {
  const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events/deal.created' })
  await page.getByRole('button', { name: 'Create a webhook for this event' }).click()
  await page.getByRole('dialog', { name: 'Create webhook' }).waitFor()
  await expectText(page.getByRole('dialog'), '1 of 27 selected')
})

test('on a small screen the list and the event are two pages', async () => {
  const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events', width: 360 })
  await page.getByRole('link', { name: /contact.created/ }).click()
  await page.getByRole('article', { name: 'contact.created' }).waitFor()
  expect(await isTooWide(page)).toBe(false)
  await page.getByRole('link', { name: 'All events' }).click()
  await page.getByRole('link', { name: /contact.created/ }).waitFor()
})

test('on a phone, all there is to a field is in sight', async () => {
  const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events/deal.stage.changed', width: 360 })
  const fields = page.getByRole('region', { name: 'Fields' })
  await expectText(fields.getByRole('row').filter({ hasText: 'data.stage' }), /string[\s\S]*Yes[\s\S]*How far it has come\.[\s\S]*One of new, qualified, proposal/)
  await expectText(fields.getByRole('row').filter({ hasText: 'previous' }), 'Always: No')
  expect(await fields.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
})

test('what an app says of its fields is text: no markup, no more than some lines, and inside its comment', async () => {
  const properties = {
    html: { type: 'string', description: '<img src=x onerror=alert(1)> <b>bold</b> [link](javascript:alert(1)) **stars**' },
    turned: { type: 'string', description: '\u202Egnp.exe\u0007\u001b[31m */ alert(1) /*\n\nnext' },
    long: { type: ['string', 'null'], description: `${'w'.repeat(1_000_000)}` },
  }
  await sql`insert into public.webhook_event_types (name, category, direction, description, schema, sample)
    values ('order.described', 'order', 'outbound', 'An order is described.', ${sql.json({ type: 'object', properties, required: Object.keys(properties) })}, '{"data": {"html": "", "turned": "", "long": ""}}')`
  try {
    const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events/order.described', width: 360 })
    const fields = page.getByRole('region', { name: 'Fields' })
    await expectText(fields, '<img src=x onerror=alert(1)> <b>bold</b> [link](javascript:alert(1)) **stars**')
    await expectText(fields, 'gnp.exe [31m */ alert(1) /* next')
    expect((await fields.innerText()).length).toBeLessThan(1_000)
    await page.getByRole('button', { name: 'TypeScript' }).click()
    await expectText(page.getByRole('region', { name: 'Example: TypeScript' }), '/** gnp.exe [31m *\\/ alert(1) /* next */')
    expect(await page.locator('main img, main b, main a[href^="javascript"]').count()).toBe(0)
    expect(await isTooWide(page)).toBe(false)
    expect(await fields.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
    expect(await axeViolations(page)).toEqual([])
  } finally {
    await sql`delete from public.webhook_event_types where name = 'order.described'`
  }
})

test('an event is shown in the same order wherever it is: in that of its fields', async () => {
  const organization = await addOrganization()
  const id = await addWebhook(organization, { name: 'CRM sync', events: ['deal.created'] })
  const page = await visit({ organization, path: '/settings/webhooks/events/deal.created' })
  const names = page.getByRole('region', { name: 'Fields' }).getByRole('rowheader')
  await names.first().waitFor()
  const fields = await names.allInnerTexts()
  await page.goto(new URL(`/settings/webhooks?panel=test&hook=${id}`, page.url()).href)
  const inSample = async () => Object.keys(JSON.parse(await page.getByRole('dialog').getByRole('region').innerText()) as object).map((name) => `data.${name}`)
  await expect.poll(inSample).toEqual(fields)
})

test('a deep link to an event far down the list has it in sight there, too', async () => {
  const page = await visit({ organization: await addOrganization(), path: '/settings/webhooks/events/webhook.recovered', height: 600 })
  const current = page.getByRole('navigation', { name: 'Event catalog' }).locator('[aria-current]')
  await current.waitFor()
  await expect.poll(() => current.evaluate((link) => {
    const item = link.getBoundingClientRect(), list = link.closest('nav')!.getBoundingClientRect()
    return item.top >= list.top && item.bottom <= list.bottom
  })).toBe(true)
})
