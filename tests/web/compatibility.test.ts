// What somebody from another product looks for on our screens: their format, and guidance.
import { describe, expect, test } from 'vitest'
import { expectText, useBrowser, useDatabase } from './browser.ts'
import { addDeliveries } from './delivery_rows.ts'

const { visit } = useBrowser()
const { sql, addOrganization, addWebhook } = useDatabase()

describe('the formats of other products', () => {
  test('each has a sentence about itself, and is saved', async () => {
    const organization = await addOrganization()
    const page = await visit({ organization, path: '/settings/webhooks?panel=create' })
    const form = page.getByRole('dialog').last()
    await form.getByRole('checkbox', { name: 'message.received' }).click()
    await form.getByLabel('Name', { exact: true }).fill('From elsewhere')
    await form.getByLabel('Endpoint URL').fill('https://example.com/hooks')
    await form.getByText('Advanced', { exact: true }).click()
    const format = form.getByLabel('Format of the body')
    expect(await format.locator('option').allTextContents()).toEqual(['Tablehook', 'Standard Webhooks', 'CloudEvents 1.0', 'nativeMsg', 'WhatsAble', 'Libromi', 'Caleida'])
    for (const [choice, sentence] of [
      ['nativemsg', 'Contacts arrive as users: contact.created is user.created.'],
      ['libromi', 'Signed in X-Libromi-Signature.'],
      ['caleida', 'The signing secret itself is sent in X-Caleida-Secret.'],
      ['whatsable', 'Messages arrive as incoming_message, their status as message_status.'],
    ] as const) {
      await format.selectOption(choice)
      await expectText(form, sentence)
    }
    await form.getByRole('button', { name: 'Create webhook' }).click()
    await page.getByRole('dialog', { name: 'From elsewhere is on' }).waitFor()
    const [saved] = await sql`select format, events from public.webhook_configurations where organization_id = ${organization.id}`
    expect(saved).toEqual({ format: 'whatsable', events: ['message.received'] })
  })

  test('a delivery shows the body that was sent, with the names of the headers that signed it', async () => {
    const organization = await addOrganization()
    const id = await addWebhook(organization, { name: 'From elsewhere', format: 'libromi', secret_hint: 'abcd' })
    const [delivery] = await addDeliveries(sql, organization, id, [{ event_type: 'message.received', data: '{"id":"m1","content":"Hi, I need help!"}' }])
    await sql`update webhooks.deliveries set format = 'libromi' where id = ${delivery!}`
    await sql`update webhooks.events set context = '{"contact": {"first_name": "John", "last_name": "Doe"}}' where id = (select event_id from webhooks.deliveries where id = ${delivery!})`
    const page = await visit({ organization, path: `/settings/webhooks/${id}/deliveries/${delivery!}` })
    await expectText(page.getByRole('region', { name: 'request body' }), '"name": "John Doe"')
    await page.getByText('9 headers').click()
    await expectText(page.getByRole('article'), 'x-libromi-signature')
  })
})

describe('the help on the list', () => {
  test('says what is sent, how to answer, and what happens on failure', async () => {
    const organization = await addOrganization()
    await addWebhook(organization)
    const page = await visit({ organization })
    await page.getByText('How webhooks work').click()
    for (const sentence of [
      'A POST with JSON', 'Answer with any 2xx within 5 s.', 'We try 10 times over 3 days.', 'After 5 days without one success the webhook is turned off.', 'Events can arrive twice or out of order.',
      'Compute it from the raw body',
    ]) await expectText(page.getByRole('main'), sentence)
  })
})
