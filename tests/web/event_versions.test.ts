import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations, expectText, isTooWide, useBrowser, useDatabase } from './browser.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()
const name = 'order.shipped'
const schema = (fields: Record<string, { type: string }>) => ({ type: 'object', properties: fields, required: Object.keys(fields) })

beforeAll(async () => {
  await sql`insert into public.webhook_event_types (name, category, direction, description, schema, sample)
    values (${name}, 'order', 'outbound', 'An order left.', ${sql.json(schema({ id: { type: 'string' }, weight: { type: 'number' } }))}, '{"data": {"id": "1", "weight": 2}}')`
})
afterAll(async () => {
  await sql`delete from public.webhook_configurations where ${name} = any (events)`
  await sql`delete from public.webhook_event_types where name = ${name}`
})

test('the catalog says what changed with a version, and who was there before', async () => {
  const organization = await addOrganization()
  await addWebhook(organization, { name: 'Warehouse', events: [name] })
  const page = await visit({ organization, path: `/settings/webhooks/events/${name}`, width: 360 })
  await expectText(page.locator('main'), 'Version 1')
  expect(await page.getByRole('heading', { name: 'Versions' }).count()).toBe(0)

  await sql`update public.webhook_event_types set schema = ${sql.json(schema({ id: { type: 'string' }, weight: { type: 'string' }, carrier: { type: 'string' } }))} where name = ${name}`
  await addWebhook(organization, { name: 'Newer', events: [name] })
  await page.reload()
  const versions = page.getByRole('region', { name: 'Versions' })
  await expectText(versions, /Version 2 since .*\n+Added: carrier\n+Changed: weight\n+Version 1 since/)
  await expectText(versions, 'Made with an earlier version: Warehouse')
  await expect.poll(() => versions.innerText()).not.toContain('Newer')
  expect(await axeViolations(page)).toEqual([])
  expect(await isTooWide(page)).toBe(false)

  const [{ since }] = await sql<[{ since: Date }]>`select since from public.webhook_event_type_versions where name = ${name} and version = 2`
  await page.evaluate(() => localStorage.setItem('tablehook.times', 'utc'))
  await page.reload()
  await expectText(versions, `, ${since.toISOString().slice(11, 19)}`)
})
